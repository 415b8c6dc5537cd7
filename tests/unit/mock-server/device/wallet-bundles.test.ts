/** @jest-environment jsdom */
import { request } from 'node:http'
import { distFolder } from '../../../../config/build-app'
import { localAddresses } from '../../../../config/tool-build'
import { packMiniProgram } from '../../../../mock-server/device/pack'
import type { HostName } from '../../../../mock-server/device/packed-app'
import { createPhone, type Phone } from '../../../../mock-server/device/runtime/phone'
import type { PhoneInput, World } from '../../../../mock-server/device/runtime/types'
import { createHostMap } from '../../../../mock-server/kit/http/host-map'
import { isPaid, orderTea, startServers, waitMs, type RealServers } from './real-servers'

/**
 * The builds for WeChat's and QQ's own tools, on a host that knows as little of the simulators as the tools do: its login
 * gives a code of its own, and its pay calls must never be asked.
 */

const platforms = ['weapp', 'qq'] as const
const walletPage = 'packages/wallet/index'
const hostPays = jest.fn(() => 'cancel' as const)

let servers: RealServers
let phone: Phone | undefined

beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers.stop())
afterEach(() => {
  phone?.close()
  expect(hostPays).not.toHaveBeenCalled()
})

/** One exchange over the loopback, with exactly these headers. */
const exchange: World = ({ url, method, headers, body }) =>
  new Promise((resolve, reject) => {
    // Nothing may stay open behind a test.
    const sent = request(url, { method, headers: { ...headers }, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: {}, body: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })

/** What the browser inside a tool adds. No middle page would take it, and no control API. */
const ofTool = {
  origin: 'http://127.0.0.1:9973',
  referer: 'https://servicewechat.com/touristappid/devtools/page-frame.html',
  'user-agent': 'Mozilla/5.0 AppleWebKit/537.36 Chrome/108 Safari/537.36 wechatdevtools/1.06 MicroMessenger/8.0.5',
}

/** The network of a tool: it calls from this machine's own address, and nobody says of which phone it comes. */
const toolWorld: World = (asked) => {
  const { merchant, bench } = localAddresses()
  const map = createHostMap({ [merchant]: servers.stack.merchantUrl, [bench]: servers.stack.browserDoorUrl })
  return exchange({ ...asked, url: map.resolve(asked.url), headers: { ...asked.headers, ...ofTool } })
}

async function openTool(platform: HostName, input: Partial<PhoneInput> = {}): Promise<Phone> {
  const mount = document.createElement('div')
  document.body.append(mount)
  phone = createPhone({
    packed: await packMiniProgram({ dist: distFolder(`devtools/${platform}`), platform }),
    mount,
    appid: 'touristappid',
    // What the tool's own servers would answer: a code that the simulators never gave.
    world: (asked) =>
      new URL(asked.url).hostname === 'tool.example'
        ? Promise.resolve({ status: 200, headers: {}, body: '{"code":"of-the-tool"}' })
        : toolWorld(asked),
    hosts: { wechat: 'https://tool.example', qq: 'https://tool.example' },
    payer: { cashier: hostPays, middlePage: async () => void hostPays() },
    ...input,
    // `urlCheck: false` of the project file: the app calls this machine.
    options: { requestDomains: 'any', ...input.options },
  })
  return phone
}

async function reachWallet(on: Phone): Promise<void> {
  await orderTea(on)
  await on.waitFor(() => on.page() === walletPage && on.find('#wallet-pay'), waitMs)
}

/** Somebody else pays the newest order. */
async function payElsewhere(): Promise<void> {
  const trades = `${servers.stack.wechatControl}/control/trades`
  const list = await exchange({ url: trades, method: 'GET', headers: {} })
  const [newest] = (JSON.parse(list.body) as { trades: { mchid: string; out_trade_no: string }[] }).trades
  const url = `${trades}/${newest?.mchid}/${newest?.out_trade_no}/pay`
  expect((await exchange({ url, method: 'POST', headers: {} })).status).toBe(200)
}

describe.each(platforms)('the build for the tool of %s', (platform) => {
  it('signs in at the simulator, shows whom and how much, and is paid', async () => {
    const on = await openTool(platform)
    await reachWallet(on)
    expect(on.find('#wallet-amount')?.textContent).toMatch(/^¥(88|96)\.00$/)
    expect(on.find('#wallet-payee')?.textContent).toContain('山茶小铺')
    expect(on.find('#wallet-simulated')?.textContent).toBe('模拟')
    on.tap('#wallet-pay')
    await on.waitFor(isPaid(on), waitMs)
    expect(on.log.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('keeps the order when the payer cancels, and pays it the second time', async () => {
    const on = await openTool(platform)
    await reachWallet(on)
    on.tap('#wallet-cancel')
    await on.waitFor(() => on.page() === 'pages/checkout/index' && on.find('#continue-pay'), waitMs)
    expect(on.text()).not.toContain('支付成功')
    on.tap('#continue-pay')
    await on.waitFor(() => on.page() === walletPage && on.find('#wallet-pay'), waitMs)
    on.tap('#wallet-pay')
    await on.waitFor(isPaid(on), waitMs)
  })

  it('finds the payment of which the app was told nothing', async () => {
    const on = await openTool(platform)
    await reachWallet(on)
    on.tap('#wallet-unheard')
    await on.waitFor(isPaid(on), waitMs)
  })

  it('shows the refusal of an order that was paid elsewhere meanwhile, and then the truth', async () => {
    const on = await openTool(platform)
    await reachWallet(on)
    await payElsewhere()
    on.tap('#wallet-pay')
    await on.waitFor('#wallet-refusal', waitMs)
    expect(on.find('#wallet-refusal')?.textContent).toBe('该订单已支付')
    on.tap('#wallet-back')
    await on.waitFor(isPaid(on), waitMs)
  })
})

it('takes six digits of any password, after a wrong one and an empty purse of which no app hears', async () => {
  const on = await openTool('weapp')
  await reachWallet(on)
  on.tap('#wallet-wrong')
  await on.waitFor(() => on.find('#wallet-note')?.textContent === '密码不正确，还可再试 2 次', waitMs)
  on.tap('#wallet-poor')
  await on.waitFor(() => on.find('#wallet-note')?.textContent === '零钱余额不足，请更换付款方式', waitMs)
  for (const digit of '135790') on.tap(digit)
  await on.waitFor(isPaid(on), waitMs)
})

it('leaves the wallet by the bar’s own arrow as by cancel', async () => {
  const on = await openTool('weapp')
  await reachWallet(on)
  on.back()
  await on.waitFor('#continue-pay', waitMs)
  expect(on.text()).not.toContain('支付成功')
})

it('leaves QQ’s window untouched when it is merely closed', async () => {
  const on = await openTool('qq')
  await reachWallet(on)
  on.tap('#wallet-close')
  await on.waitFor('#continue-pay', waitMs)
  expect(on.text()).not.toContain('支付成功')
})

it('pays in a tool of QQ that lacks requestWxPayment', async () => {
  const on = await openTool('qq', { options: { requestWxPayment: 'missing' } })
  await reachWallet(on)
  on.tap('#wallet-pay')
  await on.waitFor(isPaid(on), waitMs)
})

it('says what to do where npm start is not running, and goes on when it is', async () => {
  let isRunning = true
  const on = await openTool('weapp', {
    world: (asked) =>
      asked.url.startsWith(localAddresses().bench) && !isRunning
        ? Promise.reject(new Error('refused'))
        : toolWorld(asked),
  })
  await on.waitFor('#goods-tea-plus', waitMs)
  await on.idle()
  isRunning = false
  await orderTea(on)
  await on.waitFor('#wallet-retry', waitMs)
  expect(on.find('#wallet-problem-text')?.textContent).toContain('npm start')
  isRunning = true
  on.tap('#wallet-retry')
  await on.waitFor('#wallet-pay', waitMs)
  on.tap('#wallet-pay')
  await on.waitFor(isPaid(on), waitMs)
})

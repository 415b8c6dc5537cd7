/** @jest-environment jsdom */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { createHostMap } from '../../../../mock-server/kit/http/host-map'
import { createNodeWorld } from '../../../../mock-server/device/node-world'
import { packMiniProgram } from '../../../../mock-server/device/pack'
import type { HostName } from '../../../../mock-server/device/packed-app'
import { firstVersions } from '../../../../mock-server/device/runtime/host/versions'
import { createMemoryStorage } from '../../../../mock-server/device/runtime/memory-storage'
import { createScriptedPayer } from '../../../../mock-server/device/runtime/pay/scripted-payer'
import { createPhone, type Phone } from '../../../../mock-server/device/runtime/phone'
import type { PhoneInput, PhoneOptions, World } from '../../../../mock-server/device/runtime/types'
import type { StackAddresses } from './stack-process'
import { chooseAddress, isPaid, orderTea, startServers, waitMs, type RealServers } from './real-servers'

/** The real builds, on a phone without a screen, against the real servers. */

const root = path.resolve(__dirname, '../../../..')
const dist = (platform: HostName): string => path.join(root, 'dist', platform)

/** All that came after the first base library, apart from what an order goes through. */
const optionalCalls = Object.keys(firstVersions).filter((name) => name !== 'reLaunch' && name !== 'chooseAddress')

/** What may cross from the app to its view. */
const setDataBudget = { firstCalls: 2, firstBytes: 32_768, tapCalls: 2 }

let servers: RealServers
let stack: StackAddresses
let phone: Phone | undefined

async function openPhone(
  platform: HostName,
  input: Partial<PhoneInput> = {},
  network: (world: World) => World = (world) => world,
): Promise<Phone> {
  const hostMap = createHostMap({
    'https://shop.example': stack.merchantUrl,
    'https://api.weixin.qq.com': stack.wechatUrl,
    'https://wx.tenpay.com': stack.wechatUrl,
    'https://api.q.qq.com': stack.qqUrl,
  })
  const mount = document.createElement('div')
  document.body.append(mount)
  phone = createPhone({
    packed: await packMiniProgram({ dist: dist(platform), platform }),
    mount,
    appid: stack.appids[platform],
    world: network(createNodeWorld({ platform, resolve: hostMap.resolve })),
    payer: createScriptedPayer(),
    ...input,
    options: { requestDomains: ['https://shop.example'], ...input.options },
  })
  return phone
}

beforeAll(async () => {
  servers = await startServers()
  stack = servers.stack
})
afterAll(() => servers.stop())
afterEach(() => phone?.close())

/** Holds the requests for these paths until each of them has been asked, and says so when that does not happen. */
function heldTogether(paths: readonly string[], world: World): World {
  const asked = new Set<string>()
  let release: () => void = () => undefined
  const all = new Promise<void>((resolve) => (release = resolve))
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (paths.includes(pathname)) {
      asked.add(pathname)
      if (asked.size === paths.length) release()
      await all
    }
    return world(request)
  }
}

/** Phones that differ from the usual one: the oldest that the app is for, and those that lack, refuse or reorder what they may. */
const poorest = { lacks: optionalCalls, storage: 'forbidden' } as const
const hosts: Readonly<Record<HostName, readonly (readonly [string, PhoneOptions])[]>> = {
  weapp: [
    ['the oldest base library that the app is for', { sdkVersion: '2.11.2' }],
    ['an older one, without any call that a host may lack, and without storage', { ...poorest, sdkVersion: '2.10.4' }],
    [
      'an Android phone that hides the app and never shows it again',
      { system: 'android', cashierEvents: 'never-shown' },
    ],
    [
      'an Android phone that shows the app while the cashier is open',
      { system: 'android', cashierEvents: 'shown-early' },
    ],
  ],
  qq: [['a host without any call that it may lack, and without storage', poorest]],
}

const built = (['weapp', 'qq'] as const).filter((platform) => existsSync(path.join(dist(platform), 'app.json')))

it('has builds to run', () => expect(built).toEqual(['weapp', 'qq']))

describe.each(built)('the compiled %s mini program', (platform) => {
  it('boots, orders and pays', async () => {
    const running = await openPhone(platform)
    await orderTea(running)
    await running.waitFor(isPaid(running), waitMs)
    expect(running.text()).toContain('支付成功')
    expect(running.log.filter(({ level }) => level === 'error')).toEqual([])
  })

  it.each(hosts[platform])('boots, orders and pays on %s', async (_host, options) => {
    const running = await openPhone(platform, { options })
    await orderTea(running)
    await running.waitFor(isPaid(running), waitMs)
    expect(running.log.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('asks for the goods and for a session at once: neither waits for the answer to the other', async () => {
    const running = await openPhone(platform, {}, (world) => heldTogether(['/api/goods', '/api/sessions'], world))
    expect((await running.waitFor('#goods-tea-plus', waitMs)) instanceof HTMLElement).toBe(true)
  })

  it('takes what is typed, and shows it back', async () => {
    const running = await openPhone(platform)
    await running.waitFor('#goods-tea-plus', waitMs)
    running.tap('#goods-tea-plus')
    await running.waitFor(() => running.find('#cart-total')?.textContent === '¥88.00', waitMs)
    running.tap('#cart-checkout')
    await running.waitFor('#remark', waitMs)
    running.input('#remark', '请放门口')
    await running.idle()
    expect(running.find('#remark')).toMatchObject({ value: '请放门口' })
  })

  it('tells a screen reader what is there: roles, names, states, and amounts in words', async () => {
    const running = await openPhone(platform)
    const plus = await running.waitFor('#goods-tea-plus', waitMs)
    const attributes = (selector: string, ...names: readonly string[]): readonly (string | null)[] =>
      names.map((name) => running.find(selector)?.getAttribute(name) ?? null)
    expect(plus).toBe(running.find('增加 明前龙井 · 罐装'))
    expect(attributes('#cart-checkout', 'role', 'aria-disabled')).toEqual(['button', 'true'])
    expect(attributes('#tab-goods', 'role', 'aria-selected')).toEqual(['tab', 'true'])
    running.tap('#goods-tea-plus')
    await running.waitFor(() => running.find('#cart-total')?.textContent === '¥88.00', waitMs)
    expect(attributes('#cart-checkout', 'role', 'aria-disabled')).toEqual(['button', 'false'])
    const sum = running.find('#cart-total')?.closest('[role=status]')
    expect(sum?.getAttribute('aria-live')).toBe('polite')
    expect(sum?.getAttribute('aria-label')).toBe('88 元, 已选 1 件')
    running.tap('#cart-checkout')
    await running.waitFor('#pay', waitMs)
    // A payer who has his shipping coupon still pays 8 yuan less.
    await running.waitFor('#coupon', waitMs)
    const due = running.find('#amount')?.textContent === '¥96.00' ? '96' : '88'
    expect(attributes('#pay', 'role', 'aria-label')).toEqual(['button', `微信支付，${due} 元`])
    expect(attributes('#delivery-express', 'role', 'aria-checked')).toEqual(['radio', 'true'])
    expect(attributes('#points', 'role')).toEqual(['switch'])
    expect(attributes('#agree', 'role', 'aria-checked')).toEqual(['checkbox', 'true'])
  })

  it('writes to its view seldom and little: the first screen, a tap on more, a tap on pay', async () => {
    const running = await openPhone(platform)
    await running.waitFor('#goods-tea-plus', waitMs)
    await running.idle()
    const first = running.setData
    running.tap('#goods-tea-plus')
    await running.idle()
    const more = { calls: running.setData.calls - first.calls, bytes: running.setData.bytes - first.bytes }
    running.tap('#cart-checkout')
    await running.waitFor('#pay', waitMs)
    await chooseAddress(running)
    await running.idle()
    const before = running.setData
    running.tap('#pay')
    await running.waitFor(() => running.find('#pay')?.textContent?.includes('正在提交'), waitMs)
    const pay = { calls: running.setData.calls - before.calls, bytes: running.setData.bytes - before.bytes }
    expect(first.calls).toBeLessThanOrEqual(setDataBudget.firstCalls)
    expect(first.bytes).toBeLessThan(setDataBudget.firstBytes)
    expect(more.calls).toBeLessThanOrEqual(setDataBudget.tapCalls)
    expect(pay.calls).toBeLessThanOrEqual(setDataBudget.tapCalls)
  })

  it('says nothing of a payment that was cancelled or left', async () => {
    const payer = createScriptedPayer({ cashier: 'cancel', middlePage: 'leave' })
    const running = await openPhone(platform, { payer })
    await orderTea(running)
    await running.waitFor('#continue-pay', waitMs)
    expect(running.text()).not.toContain('支付成功')
    expect(running.text()).not.toContain('支付失败')
  })
})

it('finds the order paid after the app was killed behind the cashier', async () => {
  const storage = createMemoryStorage()
  const running = await openPhone('weapp', { storage, payer: createScriptedPayer({ cashier: 'pay-and-kill' }) })
  await orderTea(running)
  await running.waitFor(() => !running.isRunning, waitMs)
  running.relaunch()
  await running.waitFor(isPaid(running), waitMs)
})

it('offers the link where an old QQ can neither pay nor open the page', async () => {
  const running = await openPhone('qq', { options: { requestWxPayment: 'missing' } })
  await orderTea(running)
  await running.waitFor(() => running.page() === 'packages/web-view/index', waitMs)
  await running.waitFor('#copy-link', waitMs)
  running.tap('#copy-link')
  await running.waitFor(() => running.clipboard() !== '', waitMs)
  expect(running.clipboard()).toMatch(/^https:\/\/shop\.example\/pages\/checkout\/index\?orderNo=.+&orderKey=/)
})

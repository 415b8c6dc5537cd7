import { platform as host } from '../../../../src/platform'
import { simulate } from '../../../../src/platform/simulated'
import { callsOf, resetTaro } from '../../../support/taro/taro'
import { settled } from '../fakes'
import { answerAs, bench, tool } from './simulator-answers'

const byWindow = {
  kind: 'requestWxPayment',
  h5Url: 'http://127.0.0.1:4001/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2',
  referer: 'https://shop.example',
} as const
const page = { payee: '山茶小铺', description: '茶', total: 9600, prepay_id: 'wx1', package: '2' }
const button = (name: string): string => `/cgi-bin/mmpayweb-bin/checkmweb/${name}`
const world = {
  '/tools/qq': tool,
  '/client/check-wx-url': { ok: true },
  '/client/h5-page': page,
  [button('pay')]: { transaction_id: '42' },
  [button('cancel')]: {},
}

beforeEach(resetTaro)

function startToPay(how: Parameters<typeof host.pay>[0] = byWindow) {
  const port = simulate(host, bench)
  const heard: unknown[] = []
  void port.pay(how, 'SC1').then((outcome) => heard.push(outcome))
  const visit = port.walletVisit?.()
  if (!visit) throw new Error('nobody pays')
  return {
    visit,
    async outcome() {
      visit.end()
      await settled()
      return heard
    },
  }
}

describe('QQ with the simulators in the place of its window', () => {
  it('signs in at the simulator of QQ', async () => {
    const asked = answerAs({ '/tools/qq': tool, '/client/login': { code: 'from-qq' } })
    expect(await simulate(host, bench).loginCode()).toBe('from-qq')
    expect(callsOf('request')[1]?.['url']).toBe('http://127.0.0.1:4002/client/login')
    expect(asked[1]).toEqual(['/client/login', { appid: 'wx1', user: 'payer-1' }])
  })

  it('accepts its own call, whether or not the tool has it', () => {
    Reflect.deleteProperty(globalThis, 'qq')
    expect(host.accepts()).toEqual(['webView'])
    expect(simulate(host, bench).accepts()).toEqual(['requestWxPayment'])
  })

  it('asks QQ about the address and WeChat about the page, pays there, and is told only that the window was closed', async () => {
    const asked = answerAs(world)
    const { visit, outcome } = startToPay()
    expect(visit.look).toBe('window')
    expect(await visit.open()).toMatchObject({ kind: 'done', value: { payee: '山茶小铺', totalFen: 9600 } })
    expect(await visit.pay(true)).toEqual({ kind: 'done', value: null })
    expect(await outcome()).toEqual(['left'])
    expect(asked.slice(1)).toEqual([
      ['/client/check-wx-url', { appid: 'wx1', url: byWindow.h5Url }],
      ['/client/h5-page', { url: byWindow.h5Url, referer: 'https://shop.example' }],
      [button('pay'), { prepay_id: 'wx1', package: '2', user: 'payer-1' }],
    ])
    expect(callsOf('requestWxPayment')).toEqual([])
  })

  it('presses the page’s own cancel; a window that is merely closed touches nothing', async () => {
    const asked = answerAs(world)
    const first = startToPay()
    await first.visit.open()
    await first.visit.cancel()
    expect(await first.outcome()).toEqual(['left'])
    expect(asked.map(([path]) => path)).toContain(button('cancel'))

    const again = answerAs(world)
    const second = startToPay()
    await second.visit.open()
    expect(await second.outcome()).toEqual(['left'])
    expect(again.map(([path]) => path)).not.toContain(button('cancel'))
  })

  it('fails as QQ does for an address that was not ordered through its proxy', async () => {
    answerAs({ ...world, '/client/check-wx-url': { ok: false } })
    const { visit, outcome } = startToPay()
    const heard = 'requestWxPayment:fail url is invalid'
    expect(await visit.open()).toEqual({ kind: 'refused', text: 'url is invalid', heard })
    expect(await outcome()).toEqual([{ failed: true, message: heard }])
  })

  it('shows what the page would say; the app still hears ok', async () => {
    const said = '商家存在未配置的参数，请联系商家解决'
    answerAs({ ...world, '/client/h5-page': [403, { code: 268443816, message: said }] })
    const { visit, outcome } = startToPay()
    expect(await visit.open()).toEqual({ kind: 'refused', text: said, heard: 'requestWxPayment:ok' })
    expect(await outcome()).toEqual(['left'])
  })

  it('refuses the call that it does not know', async () => {
    const { visit } = startToPay({ kind: 'redirect', h5Url: byWindow.h5Url })
    expect(await visit.open()).toMatchObject({ kind: 'refused', text: expect.stringContaining('redirect') })
  })
})

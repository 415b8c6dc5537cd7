import { platform as host } from '../../../../src/platform'
import { simulate } from '../../../../src/platform/simulated'
import type { Platform } from '../../../../src/platform/types'
import { answer, callsOf, resetTaro } from '../../../support/taro/taro'
import { invocation, settled } from '../fakes'
import { answerAs, bench, tool } from './simulator-answers'

const bill = { cashier_id: 'c 1', payee: '山茶小铺', description: '茶', total: 9600 }
const facts = { '/tools/weapp': tool }
const open = { ...facts, '/client/cashier': bill, '/client/cashier/c%201/cancel': {} }
const payable = { ...open, '/client/cashier/c%201/pay': { callback: 'ok' } }

let port: Platform
beforeEach(() => {
  resetTaro()
  port = simulate(host, bench)
})

/** Starts to pay, as after a tap. `outcome` is what the app has been told so far. */
function startToPay() {
  const heard: unknown[] = []
  void port.pay(invocation, 'SC1').then((outcome) => heard.push(outcome))
  const visit = port.walletVisit?.()
  if (!visit) throw new Error('nobody pays')
  return {
    visit,
    async outcome() {
      await settled()
      return heard
    },
  }
}

describe('WeChat with the simulators in the place of its wallet', () => {
  it('signs in with a code of the simulator, under the appid that the simulator knows, and asks the host for none', async () => {
    const asked = answerAs({ ...facts, '/client/login': { code: 'from-the-simulator' } })
    expect(await port.loginCode()).toBe('from-the-simulator')
    expect(asked).toEqual([
      ['/tools/weapp', undefined],
      ['/client/login', { appid: 'wx1', user: 'payer-1' }],
    ])
    expect(callsOf('login')).toEqual([])
    expect(callsOf('request')[1]?.['url']).toBe('http://127.0.0.1:4001/client/login')
  })

  it('says what to start when nobody answers, as a failure to sign in', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined)
    answerAs({ '/tools/weapp': null })
    await expect(port.loginCode()).rejects.toMatchObject({
      code: 'LOGIN_UNAVAILABLE',
      message: expect.stringContaining('is npm start running?'),
    })
    expect(warn).toHaveBeenCalledTimes(1)
    answerAs({ ...facts, '/client/login': [400, { err_msg: 'login:fail invalid appid' }] })
    await expect(port.loginCode()).rejects.toMatchObject({ message: expect.stringContaining('invalid appid') })
    answerAs({ '/tools/weapp': {} })
    await expect(port.loginCode()).rejects.toMatchObject({ message: expect.stringContaining('no bench') })
    warn.mockRestore()
  })

  it('leaves everything else to the host', () => {
    expect(port.accepts()).toEqual(['requestPayment'])
    expect(port.name).toBe('weapp')
    expect(port.storage).toBe(host.storage)
    expect(port.walletVisit?.()).toBeNull()
  })

  it('opens its page, hands the pay call over word for word, pays, and tells the app when the page is gone', async () => {
    const asked = answerAs(payable)
    const { visit, outcome } = startToPay()
    expect(callsOf('navigateTo')).toEqual([{ url: '/packages/wallet/index' }])
    expect(callsOf('requestPayment')).toEqual([])
    expect(visit.look).toBe('sheet')
    expect(await visit.open()).toMatchObject({
      kind: 'done',
      value: { payee: '山茶小铺', description: '茶', totalFen: 9600 },
    })
    const { kind: _, ...payCall } = invocation as Extract<typeof invocation, { kind: 'requestPayment' }>
    expect(asked[1]).toEqual(['/client/cashier', { appid: 'wx1', user: 'payer-1', ...payCall }])
    expect(await visit.pay(true)).toEqual({ kind: 'done', value: null })
    expect(await outcome()).toEqual([])
    visit.end()
    visit.end()
    expect(await outcome()).toEqual(['ok'])
    expect(port.walletVisit?.()).toBeNull()
    expect(asked.map(([path]) => path)).not.toContain('/client/cashier/c%201/cancel')
  })

  it.each([
    ['ok', true, ['ok']],
    ['ok', false, []],
    ['cancel', true, ['cancelled']],
    ['none', true, []],
    ['killed', true, []],
  ])('where WeChat says %s and the callback is heard: %s, the app hears %j', async (callback, isHeard, expected) => {
    answerAs({ ...open, '/client/cashier/c%201/pay': { callback } })
    const { visit, outcome } = startToPay()
    await visit.open()
    await visit.pay(isHeard)
    visit.end()
    expect(await outcome()).toEqual(expected)
  })

  it('is cancelled by cancel and by leaving, once, and WeChat hears of it', async () => {
    for (const leave of [true, false]) {
      const asked = answerAs(payable)
      const { visit, outcome } = startToPay()
      await visit.open()
      if (!leave) await visit.cancel()
      visit.end()
      expect(await outcome()).toEqual(['cancelled'])
      expect(asked.filter(([path]) => path.endsWith('/cancel'))).toHaveLength(1)
    }
  })

  it('shows WeChat’s own words of a refusal, and lets the app hear the cancel that follows them', async () => {
    const said = { dialog: '支付验证签名失败', err_msg: 'requestPayment:fail cancel' }
    answerAs({ ...facts, '/client/cashier': [403, said] })
    const { visit, outcome } = startToPay()
    expect(await visit.open()).toEqual({ kind: 'refused', text: said.dialog, heard: said.err_msg })
    visit.end()
    expect(await outcome()).toEqual(['cancelled'])
  })

  it('pays when asked again after nobody answered, and fails where that stays so', async () => {
    answerAs({ '/tools/weapp': null })
    const first = startToPay()
    expect(await first.visit.open()).toEqual({ kind: 'unreachable', address: bench })
    answerAs(payable)
    expect(await first.visit.open()).toMatchObject({ kind: 'done' })
    first.visit.end()
    expect(await first.outcome()).toEqual(['cancelled'])

    answerAs({ '/tools/weapp': null })
    const second = startToPay()
    await second.visit.open()
    second.visit.end()
    expect(await second.outcome()).toEqual([{ failed: true, message: `nobody answers at ${bench}` }])
  })

  it('fails when the host does not open the page', async () => {
    answer('navigateTo', () => {
      throw { errMsg: 'navigateTo:fail webview count limit exceed' }
    })
    expect(await port.pay(invocation, 'SC1')).toEqual({
      failed: true,
      message: 'navigateTo:fail webview count limit exceed',
    })
    expect(port.walletVisit?.()).toBeNull()
  })
})

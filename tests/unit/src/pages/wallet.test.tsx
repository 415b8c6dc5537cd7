import { act, cleanup } from '@testing-library/react'
import WalletPage from '../../../../src/packages/wallet'
import type { WalletBill, WalletStep, WalletVisit } from '../../../../src/platform/types'
import { createFakeApp, defer, settled } from '../fakes'
import { byId, hasId, openPage, tap, textOf } from './support'

const bill: WalletBill = { payee: '山茶小铺', description: '明前龙井', totalFen: 9600 }
const paid: WalletStep<null> = { kind: 'done', value: null }
const refused = { kind: 'refused', text: '该订单已支付', heard: 'requestPayment:fail cancel' } as const

function createVisit(look: WalletVisit['look'] = 'sheet') {
  return {
    look,
    open: jest.fn(async (): Promise<WalletStep<WalletBill>> => ({ kind: 'done', value: bill })),
    pay: jest.fn<Promise<WalletStep<null>>, [boolean]>(async () => paid),
    cancel: jest.fn(async () => undefined),
    end: jest.fn(),
  }
}

/** The page with a pay call under way; null: it was opened without one. */
async function open(visit: WalletVisit | null, language = 'zh_CN') {
  const app = createFakeApp()
  app.host.appearance = { language, fontScale: 1 }
  app.settings.refresh()
  const { create } = app.stores
  const stores: typeof app.stores = Object.create(app.stores, {
    create: {
      value: (make: Parameters<typeof create>[0]) =>
        create((deps) => make({ ...deps, platform: { ...deps.platform, walletVisit: () => visit } })),
    },
  })
  return openPage(WalletPage, {}, { ...app, stores })
}

/** The host has closed the page. */
const close = (): void => cleanup()

const keyOf = (digit: string): HTMLElement => {
  const key = [...document.querySelectorAll<HTMLElement>('[role=button]')].find((one) => one.textContent === digit)
  if (key === undefined) throw new Error(`there is no key ${digit}`)
  return key
}

describe('the simulated wallet', () => {
  it('says that it is simulated, and names payee and amount, also in words', async () => {
    await open(createVisit())
    expect(textOf('wallet-simulated')).toBe('模拟')
    expect(textOf('wallet-payee')).toBe('向 山茶小铺 付款')
    expect(textOf('wallet-amount')).toBe('¥96.00')
    expect(byId('wallet-amount').parentElement?.getAttribute('aria-label')).toBe('96 元')
    expect(document.body.textContent).toContain('不会真实扣款')
    expect(document.querySelector('[role=group][aria-label=数字键盘]')?.querySelectorAll('[role=button]')).toHaveLength(
      11,
    )
  })

  it('speaks English where the phone does', async () => {
    await open(createVisit(), 'en')
    expect(textOf('wallet-simulated')).toBe('Simulated')
    expect(textOf('wallet-payee')).toBe('Pay 山茶小铺')
    expect(textOf('wallet-unheard')).toBe('Pay, no callback')
  })

  it('pays once for two taps, goes back, and ends the visit when the page is gone', async () => {
    const visit = createVisit()
    const answer = defer<WalletStep<null>>()
    visit.pay.mockReturnValue(answer.promise)
    const app = await open(visit)
    await tap('wallet-pay')
    expect(textOf('wallet-paying')).toBe('正在支付…')
    expect(byId('wallet-pay').getAttribute('aria-disabled')).toBe('true')
    await tap('wallet-pay')
    answer.resolve(paid)
    await act(settled)
    expect(visit.pay.mock.calls).toEqual([[true]])
    expect(app.navigation.back).toHaveBeenCalledTimes(1)
    expect(visit.end).not.toHaveBeenCalled()
    close()
    expect(visit.end).toHaveBeenCalledTimes(1)
  })

  it('pays by six digits, which it never shows or says', async () => {
    const visit = createVisit()
    await open(visit)
    const enter = (digits: string) => act(() => void [...digits].forEach((digit) => keyOf(digit).click()))
    await enter('12345')
    await tap('wallet-erase')
    await enter('9')
    expect(document.querySelector('[aria-label="已输入 5 位，共 6 位"]')).not.toBeNull()
    expect(visit.pay).not.toHaveBeenCalled()
    await enter('0')
    expect(visit.pay.mock.calls).toEqual([[true]])
  })

  it('forgives wrong passwords and an empty purse, and counts the tries', async () => {
    const visit = createVisit()
    await open(visit)
    await tap('wallet-wrong')
    expect(textOf('wallet-note')).toBe('密码不正确，还可再试 2 次')
    expect(byId('wallet-note').parentElement?.getAttribute('aria-live')).toBe('assertive')
    await tap('wallet-wrong')
    await tap('wallet-wrong')
    expect(textOf('wallet-note')).toBe('密码不正确，还可再试 3 次')
    await tap('wallet-poor')
    expect(textOf('wallet-note')).toBe('零钱余额不足，请更换付款方式')
    expect(document.body.textContent).toContain('¥12.40')
    expect(visit.pay).not.toHaveBeenCalled()
    await tap('wallet-pay')
    expect(visit.pay).toHaveBeenCalledTimes(1)
  })

  it('pays without a word to the app, and cancels with one to WeChat', async () => {
    const first = createVisit()
    await open(first)
    await tap('wallet-unheard')
    expect(first.pay.mock.calls).toEqual([[false]])
    close()
    const second = createVisit()
    const app = await open(second)
    await tap('wallet-cancel')
    expect(second.cancel).toHaveBeenCalledTimes(1)
    expect(app.navigation.back).toHaveBeenCalledTimes(1)
  })

  it('shows a refusal in WeChat’s words, with what the app will hear, and only a way back', async () => {
    const visit = createVisit()
    visit.pay.mockResolvedValue(refused)
    const app = await open(visit)
    await tap('wallet-pay')
    expect(textOf('wallet-refusal')).toBe('该订单已支付')
    expect(textOf('wallet-problem-text')).toBe('小程序将收到 requestPayment:fail cancel')
    expect(hasId('wallet-pay')).toBe(false)
    expect(hasId('wallet-retry')).toBe(false)
    expect(byId('wallet-problem').closest('[role=alert]')).not.toBeNull()
    await tap('wallet-back')
    expect(app.navigation.back).toHaveBeenCalledTimes(1)
  })

  it('says what to start when nobody answers, and tries again', async () => {
    const visit = createVisit()
    visit.open.mockResolvedValueOnce({ kind: 'unreachable', address: 'http://127.0.0.1:4003' })
    await open(visit)
    expect(textOf('wallet-problem-text')).toContain('http://127.0.0.1:4003')
    expect(textOf('wallet-problem-text')).toContain('npm start')
    await tap('wallet-retry')
    expect(textOf('wallet-amount')).toBe('¥96.00')
  })

  it('has nothing to pay when it was opened without a pay call', async () => {
    const app = await open(null)
    expect(textOf('wallet-problem')).toBe('没有待支付的订单')
    await tap('wallet-back')
    expect(app.navigation.back).toHaveBeenCalledTimes(1)
  })

  it('is a page of WeChat’s inside QQ: facts, pay, cancel, or just leave', async () => {
    const visit = createVisit('window')
    const app = await open(visit)
    expect(textOf('wallet-simulated')).toBe('模拟')
    expect([textOf('wallet-payee'), textOf('wallet-amount')]).toEqual(['山茶小铺', '¥96.00'])
    expect(document.body.textContent).toContain('请在微信中完成付款，完成后返回 QQ')
    await tap('wallet-close')
    expect([visit.pay, visit.cancel].map((one) => one.mock.calls.length)).toEqual([0, 0])
    expect(app.navigation.back).toHaveBeenCalledTimes(1)
    await tap('wallet-pay')
    expect(visit.pay.mock.calls).toEqual([[true]])
  })
})

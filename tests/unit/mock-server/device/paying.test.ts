/** @jest-environment jsdom */
import { createScriptedPayer } from '../../../../mock-server/device/runtime/pay/scripted-payer'
import type { PhoneInput, PhoneOptions } from '../../../../mock-server/device/runtime/types'
import { openFixture, type Answers, type FixturePhone } from './fixture'

let fixture: FixturePhone
afterEach(() => fixture.phone.close())

const cashier = {
  '/client/cashier': { body: '{"cashier_id":"c1","payee":"山茶小铺","description":"茶","total":12900}' },
}
const payable: Answers = { ...cashier, '/client/cashier/c1/pay': { body: '{}' }, '/client/cashier/c1/cancel': {} }
const payCall = { timeStamp: '1', nonceStr: 'n', package: 'prepay_id=wx1', signType: 'RSA', paySign: 's' }
const paths = (): string[] => fixture.requests.map(({ url }) => new URL(url).pathname)

describe('wx.requestPayment', () => {
  const open = async (answers: Answers, input: Partial<PhoneInput> = {}): Promise<void> => {
    fixture = await openFixture('weapp', answers, input)
    fixture.notes()
  }
  const pay = (options: object = payCall): Promise<void> => fixture.call('requestPayment', options as typeof payCall)

  it('shows payee and amount, and pays', async () => {
    await open(payable)
    await pay()
    await fixture.phone.waitFor('#wallet')
    expect(fixture.phone.text()).toContain('向 山茶小铺 付款\n¥129.00')
    expect(fixture.phone.find('模拟')).not.toBeNull()
    fixture.phone.tap('支付成功')
    expect(await fixture.result()).toEqual({ errMsg: 'requestPayment:ok' })
    expect(JSON.parse(fixture.requests[0]?.body ?? '')).toEqual({
      appid: 'wx0123456789abcdef',
      user: 'payer-1',
      ...payCall,
    })
    expect(fixture.phone.find('#wallet')).toBeNull()
  })

  const hidden = ['called', 'home hide', 'app hide']
  const shown = ['app show', 'home show']
  const heard = ['success', 'complete']
  it.each<[string, PhoneOptions, readonly string[]]>([
    ['an iPhone: neither hides nor shows the app', {}, ['called', ...heard]],
    ['an Android phone: calls back, then shows', { system: 'android' }, [...hidden, ...heard, ...shown]],
    ['one that shows first', { system: 'android', cashierEvents: 'show-first' }, [...hidden, ...shown, ...heard]],
    ['an iPhone that shows what it never hid', { cashierEvents: 'show-first' }, ['called', ...shown, ...heard]],
    ['one that never shows again', { system: 'android', cashierEvents: 'never-shown' }, [...hidden, ...heard]],
    [
      'one that shows while the cashier is open',
      { system: 'android', cashierEvents: 'shown-early' },
      [...hidden, ...shown, ...heard],
    ],
  ])('tells the app of the cashier as %s', async (_which, options, told) => {
    await open(payable, { options })
    await pay()
    await fixture.phone.waitFor('#wallet')
    await fixture.phone.idle()
    const before = fixture.notes()
    expect(before.includes('app show')).toBe(options.cashierEvents === 'shown-early')
    fixture.phone.tap('支付成功')
    await fixture.result()
    await fixture.phone.idle()
    expect([...before, ...fixture.notes()]).toEqual(told)
    // Whatever the app was told, it is in the foreground again: new pages are shown to it.
    await fixture.call('navigateTo', { url: '/pages/detail/index' })
    await fixture.phone.waitFor('#detail')
    expect(fixture.notes()).toContain('detail show')
  })

  it('says nothing of a wallet that is left unpaid, where the phone loses it', async () => {
    await open(payable, { options: { walletExit: 'silent' } })
    await pay()
    await fixture.phone.waitFor('#wallet')
    fixture.phone.tap('关闭')
    await fixture.phone.waitFor(() => fixture.phone.find('#wallet') === null)
    await fixture.phone.idle()
    expect(fixture.notes()).toEqual(['called'])
    expect(paths()).toEqual(['/client/cashier'])
  })

  it('pays by any six digits, after wrong passwords and an empty purse of which no app hears', async () => {
    await open(payable)
    await pay()
    await fixture.phone.waitFor('#wallet')
    fixture.phone.tap('密码错误')
    expect(fixture.phone.text()).toContain('密码不正确，还可再试 2 次')
    fixture.phone.tap('余额不足')
    expect(fixture.phone.text()).toContain('零钱余额不足，请更换付款方式')
    for (const digit of '12345') fixture.phone.tap(digit)
    expect(fixture.phone.find('已输入 5 位，共 6 位')).not.toBeNull()
    expect(paths()).toEqual(['/client/cashier'])
    fixture.phone.tap('6')
    expect(await fixture.result()).toEqual({ errMsg: 'requestPayment:ok' })
  })

  describe('with vouchers in the wallet', () => {
    const vouchers = [
      { coupon_id: '11', name: '立减', amount: 500 },
      { coupon_id: '22', name: '小券', amount: 100 },
    ]
    const body = JSON.stringify({ cashier_id: 'c1', payee: '山茶小铺', description: '茶', total: 12_900, vouchers })
    const choose = (value: string): void => {
      const select = fixture.phone.find('#wallet-voucher') as HTMLSelectElement
      select.value = value
      select.dispatchEvent(new Event('change'))
    }
    it.each([
      ['takes the best one off, and pays with it', null, '¥124.00', '11'],
      ['pays with another one', '22', '¥128.00', '22'],
      ['pays with none', '', '¥129.00', null],
    ])('%s', async (_what, chosen, shown, coupon_id) => {
      await open({ ...payable, '/client/cashier': { body } })
      await pay()
      await fixture.phone.waitFor('#wallet')
      if (chosen !== null) choose(chosen)
      expect(fixture.phone.find('#wallet-amount')?.textContent).toBe(shown)
      fixture.phone.tap('支付成功')
      expect(await fixture.result()).toEqual({ errMsg: 'requestPayment:ok' })
      expect(JSON.parse(fixture.requests.at(-1)?.body ?? '')).toEqual({ coupon_id })
    })
  })

  it('answers fail cancel when the cashier is closed', async () => {
    await open(payable)
    await pay()
    await fixture.phone.waitFor('#wallet')
    fixture.phone.tap('关闭')
    expect(await fixture.result()).toEqual({ errMsg: 'requestPayment:fail cancel' })
    expect(paths()).toEqual(['/client/cashier', '/client/cashier/c1/cancel'])
  })

  it('shows a refusal first and answers only after it was dismissed', async () => {
    const body = JSON.stringify({ dialog: '支付验证签名失败', err_msg: 'requestPayment:fail cancel' })
    await open({ '/client/cashier': { status: 403, body } })
    await pay()
    await fixture.phone.waitFor('支付验证签名失败')
    await fixture.phone.idle()
    expect(fixture.notes()).toEqual(['called'])
    fixture.phone.tap('确定')
    expect(await fixture.result()).toEqual({ errMsg: 'requestPayment:fail cancel' })
  })

  it('pays and is killed without a callback', async () => {
    await open(payable)
    await pay()
    await fixture.phone.waitFor('#wallet')
    fixture.phone.tap('支付后被杀')
    await fixture.phone.waitFor(() => !fixture.phone.isRunning)
    await fixture.phone.idle()
    expect(paths()).toContain('/client/cashier/c1/pay')
    expect(fixture.notes()).not.toContain('success')
    expect(fixture.notes()).not.toContain('complete')
  })

  it.each<[string, object | null]>([
    ['cancel', { errMsg: 'requestPayment:fail cancel' }],
    ['none', null],
    ['killed', null],
  ])('tells the page %s where the service plays a fault of the phone', async (callback, result) => {
    await open({ ...payable, '/client/cashier/c1/pay': { body: JSON.stringify({ callback }) } })
    await pay()
    await fixture.phone.waitFor('#wallet')
    fixture.phone.tap('支付成功')
    if (result) expect(await fixture.result()).toEqual(result)
    else {
      await fixture.phone.waitFor(() => callback === 'none' || !fixture.phone.isRunning)
      await fixture.phone.idle()
      expect(fixture.notes()).not.toContain('complete')
      expect(fixture.phone.isRunning).toBe(callback === 'none')
    }
    expect(fixture.phone.find('#wallet')).toBeNull()
  })

  it('is left without a callback when the app is killed at the cashier', async () => {
    await open(payable)
    await pay()
    await fixture.phone.waitFor('#wallet')
    fixture.phone.kill()
    await fixture.phone.idle()
    expect(fixture.phone.find('#wallet')).toBeNull()
    expect(paths()).toEqual(['/client/cashier'])
  })

  it.each([
    [{ ...payCall, timeStamp: 1 }, 'parameter.timeStamp should be String instead of Number;'],
    [
      { timeStamp: '1', nonceStr: 'n', packageVal: 'prepay_id=wx1', signType: 'RSA' },
      'parameter.package should be String instead of Undefined;parameter.paySign should be String instead of Undefined;',
    ],
  ])('checks its parameters before anybody is asked', async (options, faults) => {
    await open(payable)
    await pay(options)
    expect(await fixture.result()).toEqual({ errMsg: `requestPayment:fail parameter error: ${faults}` })
    expect(fixture.requests).toEqual([])
  })

  it('is decided by a scripted payer, who speaks the same HTTP', async () => {
    await open(payable, {
      payer: createScriptedPayer({ cashier: ({ totalFen }) => (totalFen === 12_900 ? 'pay' : 'cancel') }),
    })
    await pay()
    expect(await fixture.result()).toEqual({ errMsg: 'requestPayment:ok' })
    expect(paths()).toEqual(['/client/cashier', '/client/cashier/c1/pay'])
  })

  it('is not there in QQ', async () => {
    fixture = await openFixture('qq')
    await pay()
    expect(fixture.phone.find('#result')?.textContent).toBe('requestPayment is missing, canIUse false')
  })
})

describe('qq.requestWxPayment', () => {
  const h5Url = 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=7'
  const referer = 'https://shop.example'
  const known: Answers = { '/client/check-wx-url': { body: '{"ok":true}' } }
  const middlePage = '/cgi-bin/mmpayweb-bin/checkmweb'
  const open = async (answers: Answers, input: Partial<PhoneInput> = {}): Promise<void> => {
    fixture = await openFixture('qq', answers, input)
    fixture.notes()
  }
  const pay = (options: Record<string, unknown>): Promise<void> => fixture.call('requestWxPayment', options)

  it('answers ok whenever the window is gone, whatever happened in it', async () => {
    await open(known)
    await pay({ url: h5Url, referer })
    const back = await fixture.phone.waitFor('.ph-pay-window .ph-back')
    expect(fixture.notes()).toEqual(['called', 'home hide', 'app hide'])
    ;(back as HTMLElement).click()
    expect(await fixture.result()).toEqual({ errMsg: 'requestWxPayment:ok' })
    expect(fixture.notes()).toEqual(['app show', 'home show', 'success', 'complete'])
  })

  it('opens the middle page with the Referer it was given, and closes on its word', async () => {
    await open(known, { frameUrl: (url, from) => `about:blank#${url}|${from ?? ''}` })
    await pay({ url: h5Url, Referer: referer })
    const frame = (await fixture.phone.waitFor('.ph-pay-window iframe')) as HTMLIFrameElement
    expect(frame.getAttribute('src')).toBe(`about:blank#${h5Url}|${referer}`)
    const data = { source: 'checkmweb', outcome: 'cancelled' }
    window.dispatchEvent(new MessageEvent('message', { data, source: window }))
    expect(fixture.phone.find('.ph-pay-window')).not.toBeNull()
    window.dispatchEvent(new MessageEvent('message', { data, source: frame.contentWindow }))
    expect(await fixture.result()).toEqual({ errMsg: 'requestWxPayment:ok' })
  })

  it.each([
    [{ url: '', referer }, 'requestWxPayment:fail url or referer is empty, please check!'],
    [{ url: h5Url }, 'requestWxPayment:fail url or referer is empty, please check!'],
    [{ url: 'weixin://wap/pay', referer }, 'requestWxPayment:fail url is not http url, please check!'],
  ])('refuses %j before it asks anybody', async (options, errMsg) => {
    await open(known)
    await pay(options)
    expect(await fixture.result()).toEqual({ errMsg })
    expect(fixture.requests).toEqual([])
  })

  it('refuses an address that was not ordered through the proxy', async () => {
    await open({ '/client/check-wx-url': { body: '{"ok":false}' } })
    await pay({ url: h5Url, referer })
    expect(await fixture.result()).toEqual({ errMsg: 'requestWxPayment:fail url is invalid' })
    expect(fixture.notes()).not.toContain('app hide')
  })

  it('says what went wrong when QQ does not answer the question', async () => {
    await open({ '/client/check-wx-url': { status: 500, body: 'oops' } })
    await pay({ url: h5Url, referer })
    expect(await fixture.result()).toEqual({
      errMsg: 'requestWxPayment:fail pay fail',
      resultCode: 500,
      resultMsg: 'oops',
    })
  })

  it('is absent in an old QQ, for canIUse as well', async () => {
    await open(known, { options: { requestWxPayment: 'missing' } })
    await pay({ url: h5Url, referer })
    expect(fixture.phone.find('#result')?.textContent).toBe('requestWxPayment is missing, canIUse false')
  })

  it('is paid by a scripted payer over HTTP, who reads the page first', async () => {
    const page = '<p id="error" role="alert"></p><button id="pay">'
    await open({ ...known, [middlePage]: { body: page }, [`${middlePage}/pay`]: {} }, { payer: createScriptedPayer() })
    await pay({ url: h5Url, referer })
    expect(await fixture.result()).toEqual({ errMsg: 'requestWxPayment:ok' })
    expect(fixture.requests.slice(1)).toMatchObject([
      { method: 'GET', url: h5Url, headers: { referer } },
      { method: 'POST', body: '{"prepay_id":"wx1","package":"7","user":"payer-1"}' },
    ])
  })

  it('still answers ok after the middle page refused', async () => {
    const refusals: string[] = []
    const body = '<p id="error">商家存在未配置的参数，请联系商家解决</p>'
    const payer = createScriptedPayer({ onRefusal: (text) => refusals.push(text) })
    await open({ ...known, [middlePage]: { body } }, { payer })
    await pay({ url: h5Url, referer })
    expect(await fixture.result()).toEqual({ errMsg: 'requestWxPayment:ok' })
    expect(refusals).toEqual(['商家存在未配置的参数，请联系商家解决'])
  })
})

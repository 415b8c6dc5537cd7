import { parsePrivateKey, signRsaSha256 } from '../../../../mock-server/crypto/rsa'
import { v3PayMessage } from '../../../../mock-server/wire/v3-signing'
import { createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { callJson, type Answer } from '../../support/merchant-client'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

describe('the wallet', () => {
  let world: WechatWorld
  beforeAll(async () => {
    world = await createWechatWorld()
  })
  afterAll(() => world.stop())

  interface PayCall {
    readonly timeStamp: string
    readonly nonceStr: string
    readonly package: string
    readonly signType: string
    readonly paySign: string
  }

  /** Signs as a merchant does; `over` changes what is signed. */
  function sign(prepayId: string, over: { key?: string; message?: string } = {}): PayCall {
    const timeStamp = '1554208460'
    const nonceStr = '593BEC0C930BF1AFEB40B4A08C8FB242'
    const packageText = `prepay_id=${prepayId}`
    const message = over.message ?? v3PayMessage(world.appid, timeStamp, nonceStr, packageText)
    const paySign = signRsaSha256(parsePrivateKey(over.key ?? world.wechat.merchants[0]!.privateKey), message)
    return { timeStamp, nonceStr, package: packageText, signType: 'RSA', paySign }
  }
  const open = (call: object, user = 'payer-1', appid = world.appid): Promise<Answer> =>
    callJson('POST', `${world.wechat.url}/client/cashier`, { appid, user, ...call })
  const act = (cashierId: unknown, step: 'pay' | 'cancel'): Promise<Answer> =>
    callJson('POST', `${world.wechat.url}/client/cashier/${String(cashierId)}/${step}`, {})

  async function prepay(outTradeNo = world.newNumber()): Promise<string> {
    const { json } = await world.merchant.post(v3.jsapi, world.jsapiOrder(outTradeNo))
    return json['prepay_id'] as string
  }
  const refused = (dialog: string): object => ({
    status: 403,
    json: { dialog, err_msg: 'requestPayment:fail cancel' },
  })

  it('shows whom and how much, and pays', async () => {
    const outTradeNo = world.newNumber()
    const opened = await open(sign(await prepay(outTradeNo)))
    expect(opened).toMatchObject({
      status: 200,
      json: { payee: world.wechat.merchants[0]!.name, description: '明前龙井 · 罐装', total: 8800 },
    })
    const paid = await act(opened.json['cashier_id'], 'pay')
    expect(paid).toMatchObject({ status: 200, json: { transaction_id: expect.stringMatching(/^42\d{26}$/) } })
    expect((await world.query(outTradeNo)).json).toMatchObject({
      trade_state: 'SUCCESS',
      payer: { openid: world.openid },
    })
  })

  it.each<[string, string, boolean]>([
    ['paid-but-no-callback', 'none', true],
    ['cancelled-but-paid', 'cancel', true],
    ['ok-but-not-paid', 'ok', false],
    ['killed-after-paying', 'killed', true],
  ])('lets the phone hear something else once: %s', async (fault, callback, isPaid) => {
    const number = world.newNumber()
    const { mchid } = world
    await world.control('PUT', `/control/faults/${fault}`, { on: true, mchid, out_trade_no: number, times: 1 })
    const opened = await open(sign(await prepay(number)))
    expect((await act(opened.json['cashier_id'], 'pay')).json).toMatchObject({ callback })
    expect((await world.query(number)).json).toMatchObject({ trade_state: isPaid ? 'SUCCESS' : 'NOTPAY' })
    const again = await act(opened.json['cashier_id'], 'pay')
    if (isPaid) expect(again).toMatchObject({ status: 403, json: { dialog: '该订单已支付' } })
    else expect(again.json).toMatchObject({ callback: 'ok', transaction_id: expect.stringMatching(/^42/) })
  })

  it('takes the money of a closed order only where the fault says that the bank had already begun, and once', async () => {
    const number = world.newNumber()
    const { mchid } = world
    const opened = await open(sign(await prepay(number)))
    await world.merchant.post(`/v3/pay/transactions/out-trade-no/${number}/close`, { mchid })
    const refused403 = { status: 403, json: { dialog: '该订单已关闭' } }
    expect(await act(opened.json['cashier_id'], 'pay')).toMatchObject(refused403)
    await world.control('PUT', '/control/faults/paid-despite-close', {
      on: true,
      mchid,
      out_trade_no: number,
      times: 1,
    })
    expect(await act(opened.json['cashier_id'], 'pay')).toMatchObject({ status: 200, json: { callback: 'ok' } })
    expect((await world.query(number)).json).toMatchObject({ trade_state: 'SUCCESS' })
    expect((await act(opened.json['cashier_id'], 'pay')).status).toBe(403)
  })

  it('leaves the order as it is when it is cancelled, and opens again', async () => {
    const outTradeNo = world.newNumber()
    const call = sign(await prepay(outTradeNo))
    const first = await open(call)
    expect((await act(first.json['cashier_id'], 'cancel')).status).toBe(200)
    expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'NOTPAY' })
    const second = await open(call)
    expect((await act(second.json['cashier_id'], 'pay')).status).toBe(200)
  })

  it('takes an order’s money once, however many cashiers are open', async () => {
    const call = sign(await prepay())
    const cashiers = await Promise.all([open(call), open(call), open(call)])
    const answers = await Promise.all(cashiers.map(({ json }) => act(json['cashier_id'], 'pay')))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403])
  })

  describe('refuses a call that is signed', () => {
    const wrong = '支付验证签名失败'
    const message = (prepayId: string, over: { appid?: string; packageText?: string } = {}): string =>
      v3PayMessage(
        over.appid ?? world.appid,
        '1554208460',
        '593BEC0C930BF1AFEB40B4A08C8FB242',
        over.packageText ?? `prepay_id=${prepayId}`,
      )

    it.each<[string, (prepayId: string) => Promise<object> | object]>([
      ['over the bare prepay_id', (id) => sign(id, { message: message(id, { packageText: id }) })],
      ['without the last line feed', (id) => sign(id, { message: message(id).slice(0, -1) })],
      ['for another app', (id) => sign(id, { message: message(id, { appid: 'wx0000000000000000' }) })],
      ['for another time', (id) => ({ ...sign(id), timeStamp: '1554208461' })],
      ['for another nonce', (id) => ({ ...sign(id), nonceStr: 'x' })],
      ['as MD5', (id) => ({ ...sign(id), signType: 'MD5' })],
      ['with one character changed', (id) => ({ ...sign(id), paySign: `${sign(id).paySign.slice(0, -5)}AAAA=` })],
      [
        'by another merchant',
        async (id) => sign(id, { key: (await createMerchantIdentity({ appids: [world.appid] })).privateKey }),
      ],
    ])('%s', async (_case, spoil) => {
      expect(await open(await spoil(await prepay()))).toMatchObject(refused(wrong))
    })
  })

  it.each<[string, (call: PayCall) => object]>([
    ['a timeStamp that is a number', (call) => ({ ...call, timeStamp: 1554208460 })],
    ['an empty package', (call) => ({ ...call, package: '' })],
    ['no nonceStr', (call) => ({ ...call, nonceStr: undefined })],
    ['packageVal for package', ({ package: packageVal, ...call }) => ({ ...call, packageVal })],
  ])('misses parameters in a call with %s', async (_case, spoil) => {
    expect(await open(spoil(sign(await prepay())))).toMatchObject(refused('缺少参数'))
  })

  it('refuses a prepay_id that nobody ordered', async () => {
    expect(await open(sign('wx2014102720093955'))).toMatchObject(refused('支付验证签名失败'))
  })

  it('refuses another app than the order’s', async () => {
    expect(await open(sign(await prepay()), 'payer-1', 'wx0000000000000000')).toMatchObject({ status: 403 })
  })

  it('refuses another person than the one who ordered', async () => {
    expect(await open(sign(await prepay()), 'payer-2')).toMatchObject(
      refused('下单账号与支付账号不一致，请核实后再支付'),
    )
  })

  it('refuses a prepay_id that was made for a browser', async () => {
    const { json } = await world.merchant.post(v3.h5, world.h5Order(world.newNumber()))
    const prepayId = new URL(json['h5_url'] as string).searchParams.get('prepay_id')!
    expect(await open(sign(prepayId))).toMatchObject(refused('支付场景非法'))
  })

  it('refuses an order that is paid', async () => {
    const outTradeNo = world.newNumber()
    const call = sign(await prepay(outTradeNo))
    await world.wechat.pay(world.mchid, outTradeNo)
    expect(await open(call)).toMatchObject(refused('该订单已支付'))
  })

  it('refuses to pay an order that was closed while the cashier was open', async () => {
    const outTradeNo = world.newNumber()
    const opened = await open(sign(await prepay(outTradeNo)))
    await world.close(outTradeNo)
    expect(await act(opened.json['cashier_id'], 'pay')).toMatchObject(refused('该订单已关闭'))
  })

  it('refuses a prepay_id that is two hours old, also when the cashier was open before', async () => {
    const call = sign(await prepay())
    const opened = await open(call)
    await world.wechat.advance(2 * 3600)
    expect(await open(call)).toMatchObject(refused('该订单已过期'))
    expect(await act(opened.json['cashier_id'], 'pay')).toMatchObject(refused('该订单已过期'))
  })

  it.each(['{"appid":', '[]', '""', 'null'])('survives the body %p', async (body) => {
    const answer = await callJson('POST', `${world.wechat.url}/client/cashier`, body)
    expect(answer).toMatchObject(refused('缺少参数'))
  })

  it('refuses a cashier that is not open', async () => {
    expect((await act('unknown', 'pay')).status).toBe(403)
  })
})

describe('sign-in', () => {
  let world: WechatWorld
  beforeAll(async () => {
    world = await createWechatWorld()
  })
  afterAll(() => world.stop())

  const login = async (user = 'payer-1'): Promise<string> => {
    const { json } = await callJson('POST', `${world.wechat.url}/client/login`, { appid: world.appid, user })
    return json['code'] as string
  }
  const exchange = (code: string, over: Record<string, string> = {}): Promise<Answer> => {
    const { appid, secret } = world.wechat.apps[0]!
    const query = { appid, secret, js_code: code, grant_type: 'authorization_code', ...over }
    return callJson('GET', `${world.wechat.url}/sns/jscode2session?${new URLSearchParams(query)}`)
  }

  it('answers an openid of 28 characters that begins with o, the same each time', async () => {
    const first = await exchange(await login())
    expect(first).toMatchObject({ status: 200, json: { openid: expect.stringMatching(/^o[\w-]{27}$/) } })
    expect(first.json).toHaveProperty('session_key')
    expect(first.json).not.toHaveProperty('errcode')
    expect((await exchange(await login())).json['openid']).toBe(first.json['openid'])
    expect((await exchange(await login('payer-2'))).json['openid']).not.toBe(first.json['openid'])
    expect(first.json['openid']).toBe(world.openid)
  })

  it('takes a code once', async () => {
    const code = await login()
    await exchange(code)
    expect(await exchange(code)).toMatchObject({ status: 200, json: { errcode: 40163 } })
  })

  it('takes a code for five minutes', async () => {
    const code = await login()
    await world.wechat.advance(300)
    expect((await exchange(code)).json).toMatchObject({ errcode: 40029 })
  })

  it.each<[string, Record<string, string>, number]>([
    ['no appid', { appid: '' }, 41002],
    ['no secret', { secret: '' }, 41004],
    ['no code', { js_code: '' }, 41008],
    ['an unknown appid', { appid: 'wx0000000000000000' }, 40013],
    ['a wrong secret', { secret: 'x' }, 40125],
    ['an unknown code', { js_code: 'x' }, 40029],
  ])('refuses %s with a 200 and a code', async (_case, over, errcode) => {
    const { status, json } = await exchange(await login(), over)
    expect(status).toBe(200)
    expect(json).toEqual({ errcode, errmsg: expect.stringMatching(/, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/) })
  })

  it.each<[string, object]>([
    ['an unknown app', { appid: 'wx0', user: 'payer-1' }],
    ['a user with a blank', { user: 'a b' }],
    ['no user', { user: undefined }],
  ])('gives no code for %s', async (_case, over) => {
    const answer = await callJson('POST', `${world.wechat.url}/client/login`, { appid: world.appid, ...over })
    expect(answer.status).toBe(400)
    expect(answer.json).not.toHaveProperty('code')
  })
})

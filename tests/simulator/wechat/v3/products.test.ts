import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

describe('native and app orders', () => {
  let world: WechatWorld
  beforeAll(async () => {
    world = await createWechatWorld()
  })
  afterAll(() => world.stop())

  const native = '/v3/pay/transactions/native'
  const app = '/v3/pay/transactions/app'
  /** An order that names nobody. */
  const plain = (outTradeNo: string): object => {
    const { payer: _payer, ...order } = world.jsapiOrder(outTradeNo) as Record<string, unknown>
    return order
  }

  it('answer a code_url, the same for the same order', async () => {
    const order = plain(world.newNumber())
    const first = await world.merchant.post(native, order)
    expect(first.json).toEqual({ code_url: expect.stringMatching(/^weixin:\/\/wxpay\/bizpayurl\?pr=[0-9A-Za-z]{9}$/) })
    expect((await world.merchant.post(native, order)).json).toEqual(first.json)
  })

  it('answer a prepay_id for an app', async () => {
    const { json } = await world.merchant.post(app, plain(world.newNumber()))
    expect(json).toEqual({ prepay_id: expect.stringMatching(/^wx\w{34}$/) })
  })

  it.each([
    [native, 'NATIVE'],
    [app, 'APP'],
  ])('are paid, told and queried with their own trade type: %s', async (path, tradeType) => {
    const number = world.newNumber()
    await world.merchant.post(path, plain(number))
    expect(await world.wechat.pay(world.mchid, number)).toEqual({ transaction_id: expect.stringMatching(/^42\d{26}$/) })
    await world.wechat.settled()
    expect((await world.query(number)).json).toMatchObject({ trade_state: 'SUCCESS', trade_type: tradeType })
    expect((await world.noticesOf(number))[0]!.attempts).toMatchObject([{ outcome: 'acknowledged' }])
  })

  it('refuse a payer, who belongs to an order for the wallet', async () => {
    const { status, json } = await world.merchant.post(native, world.jsapiOrder(world.newNumber()))
    expect(status).toBe(400)
    expect(json).toMatchObject({
      message: '请求中含有未在API文档中定义的参数',
      detail: { location: null, value: ['/body/payer'] },
    })
  })

  it('do not share a number with another product', async () => {
    const number = world.newNumber()
    await world.merchant.post(native, plain(number))
    expect((await world.merchant.post(v3.jsapi, world.jsapiOrder(number))).json).toMatchObject({
      code: 'OUT_TRADE_NO_USED',
    })
  })
})

import { createPublicKey } from 'node:crypto'
import { verifyRsaSha256 } from '../../mock-server/crypto/rsa'
import { v3PayMessage } from '../../mock-server/wire/v3-signing'
import { openShop, type Shop } from './support/shop'

let shop: Shop

beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

describe('paying in WeChat', () => {
  it('orders at WeChat Pay what the server computed and answers how to pay', async () => {
    const { order, payment } = await shop.placed()
    expect(order).toMatchObject({ status: 'pending', goodsFen: 8800, shippingFen: 800, totalFen: 9600 })
    expect(order.orderNo).toMatch(/^SC\d{6}-[A-Z2-7]{8}$/)
    const sent = shop.wechat.requests.findLast(({ line }) => line === 'POST /v3/pay/transactions/jsapi')!
    expect(sent.isSignedRight).toBe(true)
    expect(sent.body).toMatchObject({
      appid: shop.wechat.appid,
      mchid: shop.wechat.mchid,
      amount: { total: 9600, currency: 'CNY' },
      payer: { openid: 'openid-of-alice' },
      notify_url: 'https://shop.example/notify/wechat',
      description: '明前龙井 · 罐装',
    })
    if (payment?.kind !== 'requestPayment') throw new Error('no pay call')
    const message = v3PayMessage(shop.wechat.appid, payment.timeStamp, payment.nonceStr, payment.package)
    const key = createPublicKey(shop.wechat.merchantPrivateKey)
    expect(payment.package).toMatch(/^prepay_id=wx/)
    expect(verifyRsaSha256(key, message, payment.paySign)).toBe(true)
  })

  it('settles when the notification arrives', async () => {
    const { token, order, outTradeNo } = await shop.placed()
    const trade = shop.wechat.paid(outTradeNo)
    const answer = await shop.notify(shop.wechat.notice(trade))
    expect(answer.status).toBe(204)
    const now = await shop.status(token, order.orderNo)
    expect(now).toMatchObject({
      status: 'paid',
      transactionId: trade.transaction_id,
      paidAt: '2026-11-20T06:31:52.000Z',
    })
  })

  it('settles by its own query when the notification is lost', async () => {
    const { token, order, outTradeNo } = await shop.placed()
    shop.wechat.trades.set(outTradeNo, shop.wechat.paid(outTradeNo))
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'paid' })
  })
})

import type { PaymentKind } from '../../src/contract/api'
import { openShop, type Shop } from './support/shop'

let shop: Shop

beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

const proxyPath = 'POST /wxpay/v3/pay/transactions/h5'
const proxied = () => shop.wechat.requests.filter(({ line }) => line === proxyPath)

describe('paying in QQ', () => {
  it('orders through QQ, signed for WeChat Pay’s own path, with both notification addresses', async () => {
    const { payment, outTradeNo } = await shop.placed('qq')
    expect(payment).toMatchObject({ kind: 'requestWxPayment', referer: 'https://shop.example' })
    const [sent] = proxied()
    expect(sent!.isSignedRight).toBe(true)
    expect(sent!.body).toMatchObject({
      appid: shop.wechat.appid,
      notify_url: `https://api.q.qq.com/wxpay/v3/notify/${shop.wechat.mchid}/${outTradeNo}`,
      scene_info: { payer_client_ip: '203.0.113.11', h5_info: { type: 'Wap' } },
    })
    const query = new URL(sent!.target, 'http://x').searchParams
    expect(query.get('appid')).toBe('1108000000')
    expect(query.get('real_notify_url')).toBe('https://shop.example/notify/wechat')
    expect(sent!.target).toContain('real_notify_url=https%3A%2F%2Fshop.example%2Fnotify%2Fwechat')
  })

  it('settles when the notification arrives', async () => {
    const { token, order, outTradeNo } = await shop.placed('qq')
    await shop.notify(shop.wechat.notice(shop.wechat.paid(outTradeNo, { trade_type: 'MWEB' })))
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'paid' })
  })

  it('asks for one token, also when many order at once', async () => {
    const token = await shop.login('qq')
    await Promise.all(Array.from({ length: 5 }, () => shop.order(token)))
    expect(shop.wechat.count('GET /api/getToken')).toBe(1)
    expect(proxied()).toHaveLength(5)
  })

  it('renews the token before it ends', async () => {
    const token = await shop.login('qq')
    await shop.order(token)
    shop.clock.advance(6899)
    await shop.order(token)
    expect(shop.wechat.count('GET /api/getToken')).toBe(1)
    shop.clock.advance(2)
    await shop.order(token)
    expect(shop.wechat.count('GET /api/getToken')).toBe(2)
  })

  it('orders again with another token, once, when QQ refuses the one we have', async () => {
    const token = await shop.login('qq')
    shop.wechat.respond(proxyPath, { body: { errcode: -3000, errmsg: 'bad token' }, sign: 'none' })
    const first = await shop.order(token)
    expect(first.body.payment?.kind).toBe('requestWxPayment')
    expect(shop.wechat.count('GET /api/getToken')).toBe(2)
    shop.wechat.respond(proxyPath, { body: { errcode: -3000, errmsg: 'bad token' }, sign: 'none' }, 2)
    const second = await shop.order(token)
    expect(second.body).toMatchObject({ payment: null, problem: 'PREPAY_UNAVAILABLE' })
  })

  it.each([9030, 9031, 9032, 9034, -1])('keeps the order when the proxy refuses with %i', async (errcode) => {
    const token = await shop.login('qq')
    shop.wechat.respond(proxyPath, { body: { errcode, errmsg: 'no' }, sign: 'none' })
    const { body } = await shop.order(token)
    expect(body).toMatchObject({ order: { status: 'pending' }, payment: null, problem: 'PREPAY_UNAVAILABLE' })
  })

  it('takes an answer whose signature the proxy dropped, and none whose signature is wrong', async () => {
    const token = await shop.login('qq')
    const answer = { body: { h5_url: 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=1' } }
    shop.wechat.respond(proxyPath, { ...answer, sign: 'none' })
    expect((await shop.order(token)).body.payment?.kind).toBe('requestWxPayment')
    shop.wechat.respond(proxyPath, { ...answer, sign: 'wrong' })
    expect((await shop.order(token)).body.problem).toBe('PREPAY_UNAVAILABLE')
  })

  it('hands out no link that is not one', async () => {
    const token = await shop.login('qq')
    shop.wechat.respond(proxyPath, { body: { h5_url: 'javascript:alert(1)' } })
    expect((await shop.order(token)).body).toMatchObject({ payment: null, problem: 'PREPAY_UNAVAILABLE' })
  })

  it('answers with what the client can do best', async () => {
    const token = await shop.login('qq')
    const kind = async (accepts: readonly PaymentKind[]) => (await shop.order(token, { accepts })).body.payment?.kind
    expect(await kind(['requestWxPayment', 'webView'])).toBe('requestWxPayment')
    expect(await kind(['webView', 'requestWxPayment'])).toBe('webView')
  })
})

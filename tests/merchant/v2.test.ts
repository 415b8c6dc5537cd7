import type { PaymentAnswer } from '../../src/contract/api'
import { createHostMap } from '../../mock-server/kit/http/host-map'
import { recordToXml, xmlToRecord } from '../../mock-server/crypto/xml'
import { createMerchant, type Merchant } from '../../mock-server/merchant/create-merchant'
import { signV2, verifyV2, type V2SignType } from '../../mock-server/wire/v2-signing'
import { createFakeWechatV2 } from './support/fake-wechat-v2'
import { createShopClient, createTestClock, nextRequestId, operatorToken } from './support/shop'

let wechat: Awaited<ReturnType<typeof createFakeWechatV2>>
let merchant: Merchant
let shop: ReturnType<typeof createShopClient>
let clock: ReturnType<typeof createTestClock>

async function open(signType: V2SignType = 'HMAC-SHA256') {
  wechat = await createFakeWechatV2(signType)
  clock = createTestClock()
  merchant = await createMerchant({
    port: 0,
    operatorPort: 0,
    operatorToken,
    hostMap: createHostMap({
      'https://api.mch.weixin.qq.com': wechat.url,
      'https://api.weixin.qq.com': wechat.url,
      'https://api.q.qq.com': wechat.url,
    }),
    publicBase: 'https://shop.example',
    wechat: {
      appid: wechat.own.appid,
      mchid: wechat.own.mch_id,
      secret: 'wechat-secret',
      v2: { apiKey: wechat.apiKey, signType, certificate: { cert: 'shown under TLS only', key: '-' } },
    },
    qq: { appid: '1108000000', secret: 'qq-secret' },
    trustLoopbackForwarded: true,
    clock,
    scheduler: { every: () => () => {} },
    rateLimits: false,
  })
  shop = createShopClient(merchant)
}
beforeEach(() => open())
afterEach(async () => {
  await merchant.close()
  await wechat.close()
})

async function placed(client: 'weapp' | 'qq' | 'h5' = 'weapp') {
  const token = await shop.login(client)
  const { body } = await shop.order(token)
  const sent = wechat.requests.findLast(({ path }) => path.endsWith('/unifiedorder'))!
  return {
    token,
    order: body.order,
    payment: body.payment,
    problem: body.problem,
    sent,
    outTradeNo: sent.fields.out_trade_no!,
  }
}

async function notify(xml: string) {
  const answer = await fetch(`${merchant.url}/notify/wechat`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body: xml,
  })
  const text = await answer.text()
  return { status: answer.status, ...xmlToRecord(Buffer.from(text)) }
}

const stored = { status: 200, return_code: 'SUCCESS', return_msg: 'OK' }

describe.each<V2SignType>(['MD5', 'HMAC-SHA256'])('a V2 order signed with %s', (signType) => {
  beforeEach(async () => {
    await merchant.close()
    await wechat.close()
    await open(signType)
  })

  it('asks for what the shop sells, and gives the phone a call signed the same way', async () => {
    const { sent, payment, outTradeNo } = await placed()
    expect(sent.isSignedRight).toBe(true)
    expect(sent.fields).toMatchObject({
      appid: wechat.own.appid,
      mch_id: wechat.own.mch_id,
      sign_type: signType,
      total_fee: '9600',
      trade_type: 'JSAPI',
      openid: 'openid-of-alice',
      notify_url: 'https://shop.example/notify/wechat',
      time_expire: expect.stringMatching(/^\d{14}$/),
    })
    expect(outTradeNo.length).toBeLessThanOrEqual(32)
    if (payment?.kind !== 'requestPayment') throw new Error(`got ${JSON.stringify(payment)}`)
    const { timeStamp, nonceStr, paySign } = payment
    const call = { appId: wechat.own.appid, timeStamp, nonceStr, package: payment.package, signType }
    expect(payment.signType).toBe(signType)
    expect(paySign).toBe(signV2(call, wechat.apiKey, signType))
  })

  it('is settled by its notice, once', async () => {
    const { token, order, outTradeNo } = await placed()
    const notice = wechat.notice(wechat.paid(outTradeNo))
    expect(await notify(notice)).toEqual(stored)
    expect(await notify(notice)).toEqual(stored)
    expect(await shop.status(token, order.orderNo)).toMatchObject({
      status: 'paid',
      paidAt: '2026-11-20T06:31:52.000Z',
    })
  })
})

describe('a V2 payment with a voucher', () => {
  const coupons = { cash_fee: '9100', coupon_fee: '500', coupon_count: '1', coupon_id_0: '28232857918' }
  const payerFenOf = async (orderNo: string) =>
    (await shop.operator<{ payerFen: number | null }>(`/operator/orders/${orderNo}`)).payerFen

  it('is verified over all fields that arrived, known or not, and settles the price', async () => {
    const { token, order, outTradeNo } = await placed()
    const fields = { ...coupons, coupon_fee_0: '500', coupon_type_0: 'NO_CASH', coupon_of_next_year_0: '茶' }
    const notice = wechat.notice(wechat.paid(outTradeNo, fields))
    for (const name of ['coupon_fee_0', 'coupon_of_next_year_0']) {
      const without = notice.replace(new RegExp(`<${name}>.*</${name}>\\n`), '')
      expect(without).not.toBe(notice)
      expect(await notify(without)).toMatchObject({ status: 401 })
    }
    expect(await notify(notice)).toEqual(stored)
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'paid', totalFen: 9600 })
    expect(await payerFenOf(order.orderNo)).toBe(9100)
  })

  it.each([
    ['is not told', {}],
    ['is no amount', { cash_fee: '91.00' }],
  ])('settles though what the payer paid %s', async (_what, change) => {
    const { token, order, outTradeNo } = await placed()
    expect(await notify(wechat.notice(wechat.paid(outTradeNo, change)))).toEqual(stored)
    expect((await shop.status(token, order.orderNo)).status).toBe('paid')
    expect(await payerFenOf(order.orderNo)).toBeNull()
  })

  it('is held where the cash is the price: the order was for more', async () => {
    const { token, order, outTradeNo } = await placed()
    expect(await notify(wechat.notice(wechat.paid(outTradeNo, { total_fee: '9100' })))).toEqual(stored)
    expect((await shop.status(token, order.orderNo)).status).not.toBe('paid')
  })
})

describe('a V2 payment', () => {
  it('in a browser has the payer’s own address and a scene', async () => {
    const { sent, payment } = await placed('h5')
    expect(sent.fields).toMatchObject({ trade_type: 'MWEB', spbill_create_ip: '203.0.113.11' })
    expect(JSON.parse(sent.fields.scene_info!)).toEqual({
      h5_info: { type: 'Wap', wap_url: 'https://shop.example', wap_name: 'shop.example' },
    })
    expect(payment).toMatchObject({ kind: 'redirect', h5Url: expect.stringContaining('checkmweb') })
  })

  it('in QQ goes through the proxy with QQ’s notify_url', async () => {
    const { sent, payment } = await placed('qq')
    expect(sent.path).toBe('/wxpay/unifiedorder')
    expect(sent.isSignedRight).toBe(true)
    expect(sent.fields).toMatchObject({ notify_url: 'https://api.q.qq.com/wxpay/notify', trade_type: 'MWEB' })
    expect(Object.fromEntries(sent.query)).toEqual({
      appid: '1108000000',
      access_token: 'token-1',
      real_notify_url: 'https://shop.example/notify/wechat',
    })
    expect(payment).toMatchObject({ kind: 'requestWxPayment' })
  })

  it.each([9030, 9031, 9032, 9034])('in QQ keeps the order when the proxy refuses with %i', async (errcode) => {
    wechat.respond('/wxpay/unifiedorder', { raw: JSON.stringify({ errcode, errmsg: 'no' }) })
    expect(await placed('qq')).toMatchObject({ payment: null, problem: 'PREPAY_UNAVAILABLE' })
  })

  it('in QQ orders again with another token when QQ refuses the one we have', async () => {
    wechat.respond('/wxpay/unifiedorder', { raw: '{"errcode":-3000}' })
    expect((await placed('qq')).payment).toMatchObject({ kind: 'requestWxPayment' })
    expect(wechat.sentTo('/api/getToken')).toHaveLength(2)
  })

  it('whose notice is late is found by asking', async () => {
    const { token, order, outTradeNo } = await placed()
    wechat.trades.set(outTradeNo, wechat.paid(outTradeNo))
    clock.advance(31)
    await merchant.sweep()
    expect((await shop.status(token, order.orderNo)).status).toBe('paid')
  })

  it('that nobody makes is closed when its time is up', async () => {
    const { token, order, outTradeNo } = await placed()
    clock.advance(15 * 60 + 1)
    await merchant.sweep()
    expect(wechat.sentTo('/pay/closeorder').map(({ fields }) => fields.out_trade_no)).toEqual([outTradeNo])
    expect((await shop.status(token, order.orderNo)).status).toBe('closed')
  })

  it('is not closed anew at every look of a payer who waits while it is too young to be closed', async () => {
    const { token, order, outTradeNo } = await placed()
    wechat.trades.set(outTradeNo, { out_trade_no: outTradeNo, trade_state: 'NOTPAY' })
    wechat.respond('/pay/closeorder', { fields: { result_code: 'FAIL', err_code: 'TRADE_STATE_ERROR' } }, 2)
    clock.advance(15 * 60 + 1)
    const looks = async () => {
      for (let look = 0; look < 5; look += 1) await shop.status(token, order.orderNo)
      return wechat.sentTo('/pay/closeorder').length
    }
    expect(await looks()).toBe(1)
    clock.advance(31)
    expect(await looks()).toBe(2)
    clock.advance(31)
    expect((await shop.status(token, order.orderNo)).status).toBe('closed')
  })

  it('that was made before the close is settled instead', async () => {
    const { token, order, outTradeNo } = await placed()
    wechat.trades.set(outTradeNo, wechat.paid(outTradeNo))
    wechat.respond('/pay/closeorder', { fields: { result_code: 'FAIL', err_code: 'ORDERPAID' } })
    clock.advance(15 * 60 + 1)
    await merchant.sweep()
    expect((await shop.status(token, order.orderNo)).status).toBe('paid')
  })

  it('of another client stays live beside the new one while it is too young to be closed', async () => {
    const token = await shop.login('qq')
    const { body } = await shop.order(token, { accepts: ['webView'] })
    if (body.payment?.kind !== 'webView') throw new Error(`got ${JSON.stringify(body)}`)
    const first = wechat.requests.findLast(({ path }) => path.endsWith('/unifiedorder'))!.fields.out_trade_no!
    const orderKey = new URL(body.payment.orderPageUrl).searchParams.get('orderKey')
    const session = await shop.call<{ token: string }>('POST', '/api/sessions', { body: { client: 'h5', orderKey } })
    wechat.respond('/pay/closeorder', { fields: { result_code: 'FAIL', err_code: 'TRADE_STATE_ERROR' } })
    wechat.trades.set(first, { out_trade_no: first, trade_state: 'NOTPAY' })
    const again = await shop.call<PaymentAnswer>('POST', `/api/orders/${body.order.orderNo}/payments`, {
      token: session.body.token,
      headers: { 'x-forwarded-for': '203.0.113.13' },
      body: { requestId: nextRequestId(), accepts: ['redirect'] },
    })
    expect(again.body.payment).toMatchObject({ kind: 'redirect' })
    const second = wechat.requests.findLast(({ path }) => path.endsWith('/unifiedorder'))!.fields.out_trade_no!
    expect(second).not.toBe(first)
    // Both are paid: one settles, the other is given back.
    await notify(wechat.notice(wechat.paid(second)))
    await notify(wechat.notice(wechat.paid(first)))
    const { text } = await metrics()
    expect(text).toContain('merchant_settlements_total{outcome="paid",source="notice"} 1')
    expect(text).toContain('merchant_settlements_total{outcome="refund",source="notice"} 1')
  })
})

async function metrics() {
  const headers = { authorization: `Bearer ${operatorToken}` }
  return { text: await (await fetch(`${merchant.operatorUrl}/metrics`, { headers })).text() }
}

describe('a V2 answer', () => {
  it.each([
    ['of another amount of work: MD5 for HMAC', { signType: 'MD5' as const }],
    ['that was changed', { tamper: (xml: string) => xml.replace('wx0', 'wx9') }],
    ['without a signature', { tamper: (xml: string) => xml.replace(/<sign>.*<\/sign>/, '') }],
    ['of another merchant', { fields: { mch_id: '1900000110' } }],
    [
      'that declares entities',
      { tamper: (xml: string) => `<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>${xml}` },
    ],
    ['that is no XML', { raw: 'busy' }],
    ['that failed on the way', { raw: '<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>' }],
    ['without a prepay id', { fields: { prepay_id: '' } }],
  ])('%s is not believed', async (_what, answer) => {
    wechat.respond('/pay/unifiedorder', answer)
    expect(await placed()).toMatchObject({ order: { status: 'pending' }, payment: null, problem: 'PREPAY_UNAVAILABLE' })
  })

  it('about another number settles nothing', async () => {
    const { token, order, outTradeNo } = await placed()
    wechat.trades.set(outTradeNo, wechat.paid(outTradeNo, { out_trade_no: 'somebody-elses' }))
    clock.advance(31)
    await merchant.sweep()
    expect((await shop.status(token, order.orderNo)).status).toBe('pending')
  })
})

describe('a V2 notice', () => {
  it('is taken in either method: both need the key', async () => {
    const { token, order, outTradeNo } = await placed()
    expect(await notify(wechat.notice(wechat.paid(outTradeNo), 'MD5'))).toEqual(stored)
    expect((await shop.status(token, order.orderNo)).status).toBe('paid')
  })

  it.each<[string, (xml: string) => string]>([
    ['tampered', (xml) => xml.replace('9600', '9601')],
    ['unsigned', (xml) => xml.replace(/<sign>.*<\/sign>\n?/, '')],
    ['with an empty signature', (xml) => xml.replace(/<sign>.*<\/sign>/, '<sign></sign>')],
    ['with a DOCTYPE', (xml) => `<!DOCTYPE foo [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>${xml}`],
    ['with entities', (xml) => xml.replace('OTHERS', 'OTHERS&lol;')],
    ['with a field twice', (xml) => xml.replace('</xml>', '<total_fee>1</total_fee></xml>')],
    ['with nested fields', (xml) => xml.replace('</xml>', '<a><b>1</b></a></xml>')],
    ['in JSON', () => '{"return_code":"SUCCESS"}'],
    ['empty', () => ''],
    ['signed with another key', (xml) => resigned(xml, 'K'.repeat(32))],
  ])('%s is refused, and says so in XML', async (_what, spoil) => {
    const { token, order, outTradeNo } = await placed()
    // CDATA would keep an entity as it stands: here it is meant to be one.
    const plain = wechat.notice(wechat.paid(outTradeNo)).replace(/<!\[CDATA\[(.*?)\]\]>/g, '$1')
    expect(await notify(spoil(plain))).toMatchObject({ status: 401, return_code: 'FAIL' })
    expect((await shop.status(token, order.orderNo)).status).toBe('pending')
    expect(await notify(plain)).toEqual(stored)
  })

  it('of 10 MB is not read', async () => {
    const answer = await notify(`<xml><a>${'x'.repeat(10_000_000)}</a></xml>`).catch(() => ({ status: 413 }))
    expect(answer.status).toBe(413)
  })

  it.each([
    ['another amount', { total_fee: '9601' }, 'held'],
    ['another appid', { appid: 'wx0000000000000000' }, 'held'],
    ['another merchant', { mch_id: '1900000110' }, 'pending'],
  ])('with %s is kept for a person', async (_what, change, status) => {
    const { token, order, outTradeNo } = await placed()
    expect(await notify(wechat.notice(wechat.paid(outTradeNo, change as Record<string, string>)))).toEqual(stored)
    expect((await shop.status(token, order.orderNo)).status).toBe(status)
  })

  it('about a number that nobody knows is kept', async () => {
    const { outTradeNo } = await placed()
    expect(await notify(wechat.notice(wechat.paid(outTradeNo, { out_trade_no: 'unknown-1' })))).toEqual(stored)
    expect((await metrics()).text).toContain('merchant_notices_total{outcome="unknown"} 1')
  })

  it('that is no success settles nothing', async () => {
    const { token, order, outTradeNo } = await placed()
    expect(await notify(wechat.notice(wechat.paid(outTradeNo, { result_code: 'FAIL' })))).toEqual(stored)
    expect((await shop.status(token, order.orderNo)).status).toBe('pending')
  })
})

describe('a V2 refund', () => {
  const listed = async () =>
    (await shop.operator<{ refunds: { refundNo: string; status: string; amountFen: number }[] }>('/operator/refunds'))
      .refunds

  /** Paid after the close: money that is refunded. */
  async function due() {
    const { outTradeNo } = await placed()
    clock.advance(15 * 60 + 1)
    await merchant.sweep()
    const trade = wechat.paid(outTradeNo)
    await notify(wechat.notice(trade))
    clock.advance(60)
    await merchant.sweep()
    const [sent] = wechat.sentTo('/secapi/pay/refund')
    return { trade, sent: sent!, refundNo: sent!.fields.out_refund_no! }
  }

  it('is asked for once, and over when WeChat Pay confirms what its notice says', async () => {
    const { trade, sent, refundNo } = await due()
    expect(sent.isSignedRight).toBe(true)
    expect(sent.fields).toMatchObject({ transaction_id: trade.transaction_id, total_fee: '9600', refund_fee: '9600' })
    expect(await listed()).toMatchObject([{ refundNo, status: 'processing', amountFen: 9600 }])
    wechat.refunds.get(refundNo)!.status = 'SUCCESS'
    const notice = wechat.refundNotice(refundNo, 'SUCCESS')
    expect(await notify(notice)).toEqual(stored)
    expect(await notify(notice)).toEqual(stored)
    expect(await listed()).toMatchObject([{ refundNo, status: 'succeeded' }])
    expect(wechat.sentTo('/secapi/pay/refund')).toHaveLength(1)
  })

  it('is believed by what the query says, whatever the notice says', async () => {
    const { refundNo } = await due()
    expect(await notify(wechat.refundNotice(refundNo, 'SUCCESS'))).toEqual(stored)
    expect(await listed()).toMatchObject([{ refundNo, status: 'processing' }])
  })

  it.each<[string, (refundNo: string) => string]>([
    ['encrypted with another key', (refundNo) => wechat.refundNotice(refundNo, 'SUCCESS', 'K'.repeat(32))],
    ['about a refund that WeChat Pay does not know', () => wechat.refundNotice('unknown', 'SUCCESS')],
    ['that is no ciphertext', (refundNo) => recordToXml({ return_code: 'SUCCESS', req_info: refundNo })],
  ])('is not moved by a notice %s', async (_what, make) => {
    const { refundNo } = await due()
    expect(await notify(make(refundNo))).toMatchObject({ status: 401, return_code: 'FAIL' })
    expect(await listed()).toMatchObject([{ refundNo, status: 'processing' }])
  })

  it('whose notice cannot be confirmed now comes again', async () => {
    const { refundNo } = await due()
    wechat.respond('/pay/refundquery', { raw: 'busy' })
    expect(await notify(wechat.refundNotice(refundNo, 'SUCCESS'))).toMatchObject({ status: 500, return_code: 'FAIL' })
    wechat.refunds.get(refundNo)!.status = 'SUCCESS'
    expect(await notify(wechat.refundNotice(refundNo, 'SUCCESS'))).toEqual(stored)
    expect(await listed()).toMatchObject([{ status: 'succeeded' }])
  })
})

function resigned(xml: string, key: string): string {
  const { sign: _sign, ...fields } = xmlToRecord(Buffer.from(xml))
  const forged = recordToXml({ ...fields, sign: signV2(fields, key, 'HMAC-SHA256') })
  expect(verifyV2(xmlToRecord(Buffer.from(forged)), key)).toBe(true)
  return forged
}

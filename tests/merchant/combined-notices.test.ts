import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createMerchant, type MerchantOptions } from '../../mock-server/merchant/create-merchant'
import type { V3CombinedTransaction, V3SubTransaction } from '../../mock-server/wire/v3-types'
import type { V3RefundResource } from '../../mock-server/wire/v3-refund-types'
import { openShop, type Shop } from './support/shop'

/** Notifications of combined payments that no simulator sends: signed by WeChat Pay, and not what was expected. */

const both = [
  { goodsId: 'tea', quantity: 1 },
  { goodsId: 'cup', quantity: 1 },
]

let shop: Shop
beforeEach(async () => {
  const sellers = [
    { sellerId: 'garden', subMchid: '1900000001' },
    { sellerId: 'kiln', subMchid: '1900000002' },
  ]
  shop = await openShop({}, { sellers })
})
afterEach(() => shop.close())

interface Combined {
  readonly token: string
  readonly orderNo: string
  /** What WeChat Pay says once it is paid. */
  readonly trade: V3CombinedTransaction
}

async function placed(): Promise<Combined> {
  const token = await shop.login('weapp')
  const { order } = (await shop.order(token, { items: both })).body
  return { token, orderNo: order.orderNo, trade: shop.wechat.paidCombined(`${order.orderNo}-01`) }
}

const tell = (trade: V3CombinedTransaction | V3RefundResource, eventType = 'TRANSACTION.SUCCESS') =>
  shop.notify(shop.wechat.notice(trade, { eventType }))
const stateOf = async ({ token, orderNo }: Combined) => (await shop.status(token, orderNo)).status
const held = async () => (await shop.operator<{ held: { id: number; reason: string }[] }>('/operator/held')).held
const cancel = ({ token, orderNo }: Combined) => shop.call('POST', `/api/orders/${orderNo}/cancel`, { token, body: {} })
/** Refunds that were asked for: number, sub merchant, amount. */
const asked = () =>
  shop.wechat.requests
    .filter(({ line }) => line === 'POST /v3/refund/domestic/refunds')
    .map(
      ({ body }) =>
        body as { out_refund_no: string; sub_mchid: string; transaction_id: string; amount: { refund: number } },
    )
    .sort((one, other) => (one.out_refund_no < other.out_refund_no ? -1 : 1))

async function tellRefunded(): Promise<void> {
  for (const { out_refund_no, transaction_id, amount } of asked()) {
    const resource: V3RefundResource = {
      transaction_id,
      out_trade_no: 'x',
      refund_id: `50${out_refund_no}`,
      out_refund_no,
      refund_status: 'SUCCESS',
      success_time: '2026-11-20T14:40:00+08:00',
      user_received_account: '支付用户零钱',
      amount: { total: amount.refund, refund: amount.refund, payer_total: amount.refund, payer_refund: amount.refund },
    }
    expect((await tell(resource, 'REFUND.SUCCESS')).status).toBe(204)
  }
}

describe('a notification of a combined payment', () => {
  it('orders both parts for their sellers, and settles when all of it is right', async () => {
    const order = await placed()
    const { body, isSignedRight } = shop.wechat.requests.find(({ line }) =>
      line.endsWith('combine-transactions/jsapi'),
    )!
    expect(isSignedRight).toBe(true)
    expect(body).toMatchObject({
      combine_appid: shop.wechat.appid,
      combine_mchid: shop.wechat.mchid,
      combine_payer_info: { openid: 'openid-of-alice' },
      notify_url: 'https://shop.example/notify/wechat',
      sub_orders: [
        {
          mchid: shop.wechat.mchid,
          sub_mchid: '1900000001',
          description: '明前龙井 · 罐装',
          amount: { total_amount: 9289 },
        },
        {
          mchid: shop.wechat.mchid,
          sub_mchid: '1900000002',
          description: '手作粗陶杯',
          amount: { total_amount: 5911 },
        },
      ],
    })
    expect((await tell(order.trade)).status).toBe(204)
    expect(await stateOf(order)).toBe('paid')
  })

  it('settles once, in whatever order its parts come', async () => {
    const order = await placed()
    const turned = { ...order.trade, sub_orders: [...order.trade.sub_orders].reverse() }
    for (const trade of [turned, order.trade, turned]) expect((await tell(trade)).status).toBe(204)
    expect(await stateOf(order)).toBe('paid')
    expect(await held()).toEqual([])
    expect(asked()).toEqual([])
  })

  const first = (change: (part: V3SubTransaction) => object) => (trade: V3CombinedTransaction) => ({
    ...trade,
    sub_orders: trade.sub_orders.map((part, index) => (index === 0 ? { ...part, ...change(part) } : part)),
  })
  it.each<[string, string, (trade: V3CombinedTransaction) => V3CombinedTransaction]>([
    [
      'one part is a fen short',
      'AMOUNT_MISMATCH',
      first(({ amount }) => ({ amount: { ...amount, total_amount: amount.total_amount - 1 } })),
    ],
    [
      'a fen moved from one part to the other, so that the sum is right',
      'AMOUNT_MISMATCH',
      (trade) => ({
        ...trade,
        sub_orders: trade.sub_orders.map((part, index) => ({
          ...part,
          amount: { ...part.amount, total_amount: part.amount.total_amount + (index === 0 ? 1 : -1) },
        })),
      }),
    ],
    ['one part is in dollars', 'AMOUNT_MISMATCH', first(({ amount }) => ({ amount: { ...amount, currency: 'USD' } }))],
    ['one part went to another sub merchant', 'PARTS_MISMATCH', first(() => ({ sub_mchid: '1900000009' }))],
    ['one part names no sub merchant', 'PARTS_MISMATCH', first(() => ({ sub_mchid: undefined }))],
    ['one part has another number', 'PARTS_MISMATCH', first(() => ({ out_trade_no: 'somebody-elses-01' }))],
    ['one part is missing', 'PARTS_MISMATCH', (trade) => ({ ...trade, sub_orders: trade.sub_orders.slice(1) })],
    ['one part is not paid', 'PARTS_MISMATCH', first(() => ({ trade_state: 'NOTPAY' }))],
    ['it came through another app', 'APPID_MISMATCH', (trade) => ({ ...trade, combine_appid: 'wx0000000000000000' })],
    ['some of it went back already', 'ALREADY_REFUNDED', first(() => ({ trade_state: 'REFUND' }))],
  ])('holds the order when %s', async (_what, reason, spoil) => {
    const order = await placed()
    expect((await tell(spoil(order.trade))).status).toBe(204)
    expect(await stateOf(order)).toBe('held')
    expect(await held()).toMatchObject([{ reason }])
    expect((await shop.detail(order.token, order.orderNo)).fulfilment).toBe('none')
  })

  it.each<[string, (trade: V3CombinedTransaction) => V3CombinedTransaction]>([
    ['the whole', (trade) => ({ ...trade, combine_mchid: '1600000009' })],
    ['one part', first(() => ({ mchid: '1600000009' }))],
  ])('fulfils nothing when %s is another merchant’s', async (_what, spoil) => {
    const order = await placed()
    expect((await tell(spoil(order.trade))).status).toBe(204)
    expect(await stateOf(order)).toBe('pending')
    expect(await held()).toMatchObject([{ reason: 'MCHID_MISMATCH' }])
  })

  it('changes nothing while nobody has paid', async () => {
    const order = await placed()
    const unpaid = {
      ...order.trade,
      sub_orders: order.trade.sub_orders.map((part) => ({ ...part, trade_state: 'NOTPAY' as const })),
    }
    expect((await tell(unpaid)).status).toBe(204)
    expect(await stateOf(order)).toBe('pending')
  })
})

describe('a combined payment that has no order to settle', () => {
  it('goes back to both sellers’ payer when the order was closed before', async () => {
    const order = await placed()
    expect((await cancel(order)).status).toBe(200)
    await tell(order.trade)
    await shop.merchant.sweep()
    const [tea, cup] = order.trade.sub_orders
    expect(asked()).toMatchObject([
      {
        out_refund_no: `R${order.orderNo}-01-01`,
        sub_mchid: '1900000001',
        transaction_id: tea!.transaction_id,
        amount: { refund: 9289, total: 9289 },
      },
      {
        out_refund_no: `R${order.orderNo}-01-02`,
        sub_mchid: '1900000002',
        transaction_id: cup!.transaction_id,
        amount: { refund: 5911, total: 5911 },
      },
    ])
    await tellRefunded()
    expect(await shop.detail(order.token, order.orderNo)).toMatchObject({
      status: 'closed',
      refundedFen: 0,
      refunds: [{ cause: 'paidAfterClose', status: 'succeeded', amountFen: 15200 }],
    })
  })

  it('under a number that is paid already waits for a person, who gives it back', async () => {
    const order = await placed()
    await tell(order.trade)
    const second = {
      ...order.trade,
      sub_orders: order.trade.sub_orders.map((part) => ({
        ...part,
        transaction_id: `43${part.transaction_id!.slice(2)}`,
      })),
    }
    await tell(second)
    expect(await held()).toMatchObject([{ reason: 'TRANSACTION_MISMATCH' }])
    const [hold] = await held()
    expect((await shop.operate(`/operator/held/${hold!.id}/resolve`, { decision: 'refund', note: '' })).status).toBe(
      200,
    )
    await shop.merchant.sweep()
    expect(asked().map(({ transaction_id }) => transaction_id)).toEqual(
      second.sub_orders.map(({ transaction_id }) => transaction_id),
    )
    expect(await stateOf(order)).toBe('paid')
  })

  it('is given back in its real amounts when a person decides so', async () => {
    const order = await placed()
    const [tea, cup] = order.trade.sub_orders
    const short = { ...tea!, amount: { ...tea!.amount, total_amount: 9000 } }
    await tell({ ...order.trade, sub_orders: [short, cup!] })
    const [hold] = await held()
    await shop.operate(`/operator/held/${hold!.id}/resolve`, { decision: 'refund', note: '少付' })
    await shop.merchant.sweep()
    expect(asked()).toMatchObject([
      { out_refund_no: `R${order.orderNo}-01-H${hold!.id}-01`, amount: { refund: 9000, total: 9000 } },
      { out_refund_no: `R${order.orderNo}-01-H${hold!.id}-02`, amount: { refund: 5911, total: 5911 } },
    ])
    await tellRefunded()
    expect(await stateOf(order)).toBe('closed')
  })
})

describe('two attempts at one combined order', () => {
  it('that are both paid keep one payment, and give the other back part by part', async () => {
    const qq = await shop.login('qq')
    const { order, payment } = (await shop.order(qq, { items: both, accepts: ['webView'] })).body
    if (payment?.kind !== 'webView') throw new Error('no page')
    const orderKey = new URL(payment.orderPageUrl).searchParams.get('orderKey')
    const session = await shop.call<{ token: string }>('POST', '/api/sessions', { body: { client: 'h5', orderKey } })
    await shop.call('POST', `/api/orders/${order.orderNo}/payments`, {
      token: session.body.token,
      headers: { 'x-forwarded-for': '203.0.113.13' },
      body: { requestId: 'another-way-to-pay-01', accepts: ['redirect'] },
    })
    const [late, good] = ['01', '02'].map((number) => shop.wechat.paidCombined(`${order.orderNo}-${number}`))
    await tell(good!)
    await tell(late!)
    await shop.merchant.sweep()
    expect(asked().map(({ out_refund_no, amount }) => [out_refund_no, amount.refund])).toEqual([
      [`R${order.orderNo}-01-01`, 9289],
      [`R${order.orderNo}-01-02`, 5911],
    ])
    await tellRefunded()
    expect(await shop.detail(qq, order.orderNo)).toMatchObject({
      status: 'paid',
      refundedFen: 0,
      transactionId: good!.sub_orders[0]!.transaction_id,
      refunds: [{ cause: 'paidTwice', status: 'succeeded', amountFen: 15200 }],
    })
  })
})

describe('a shop with sellers', () => {
  const garden = { sellerId: 'garden', subMchid: '1900000001' }
  const kiln = { sellerId: 'kiln', subMchid: '1900000002' }
  const own = {
    appid: 'wx8888888888888888',
    secret: 's',
    mchid: '1900000109',
    sellers: [garden, kiln],
  }
  const v3 = { merchantSerialNo: 'A'.repeat(40), apiV3Key: 'k'.repeat(32), merchantPrivateKey: '' }

  it.each<[string, MerchantOptions['wechat'], RegExp]>([
    ['V2', { ...own, v2: { apiKey: 'k'.repeat(32) } }, /V2 has no combined orders/],
    ['a partner’s one sub merchant', { ...own, ...v3, partner: { subMchid: '1900000003' } }, /partner/],
    ['goods of nobody', { ...own, ...v3, sellers: [garden] }, /goods without a seller: cup \(kiln\)/],
    ['a seller twice', { ...own, ...v3, sellers: [garden, { ...kiln, subMchid: garden.subMchid }] }, /twice/],
    ['who signs as a seller', { ...own, ...v3, sellers: [garden, { ...kiln, subMchid: own.mchid }] }, /signs/],
    ['a number that is none', { ...own, ...v3, sellers: [garden, { ...kiln, subMchid: 'x' }] }, /8 to 12/],
  ])('does not start with %s', async (_what, wechat, message) => {
    const options = { port: 0, hostMap: createHostMap({}), publicBase: 'https://shop.example', wechat }
    await expect(createMerchant(options)).rejects.toThrow(message)
  })
})

import type { OrderDetail, PaymentInvocation } from '../../src/contract/api'
import type { V3Transaction } from '../../mock-server/wire/v3-types'
import { createMerchantClient } from '../simulator/support/merchant-client'
import { openTestStack, otherSubMchid, type TestStack, type TestStackOptions } from './support/test-stack'
import { nextRequestId, openShop } from './support/shop'

/** A partner who sells for a sub merchant: what comes after the payment. The money is the sub merchant's all the way. */

const subMchid = '1900000119'
const ip = '203.0.113.12'

const ways: readonly (readonly [string, TestStackOptions])[] = [
  ['V3, in the partner’s own mini program', { subMchid }],
  ['V3, in the sub merchant’s mini program', { subMchid, hasSubApp: true }],
  ['V2, in the partner’s own mini program', { subMchid, v2: 'MD5' }],
  ['V2, in the sub merchant’s mini program', { subMchid, v2: 'HMAC-SHA256', hasSubApp: true }],
]

interface SimulatedRefund {
  readonly out_refund_no: string
  readonly sub_mchid?: string
  readonly status: string
  readonly amount: { readonly refund: number }
}
interface SimulatedTrade {
  readonly out_trade_no: string
  readonly sub_mchid?: string
  readonly trade_state: string
}

describe.each(ways)('a partner’s shop over %s', (_name, keys) => {
  let stack: TestStack
  beforeEach(async () => {
    stack = await openTestStack(keys)
  })
  afterEach(() => stack.close())

  const linkOf = (payment: PaymentInvocation | null): string => {
    if (payment === null || !('h5Url' in payment)) throw new Error(`got ${JSON.stringify(payment)}`)
    return payment.h5Url
  }
  const refundsThere = async () => (await stack.control<{ refunds: SimulatedRefund[] }>('/control/refunds')).refunds
  const tradesThere = async () => (await stack.control<{ trades: SimulatedTrade[] }>('/control/trades')).trades

  /** The payer asks, a person of the shop agrees, WeChat Pay is told. */
  async function giveBack(token: string, orderNo: string, change: object = {}): Promise<void> {
    const asked = await stack.shop.call('POST', `/api/orders/${orderNo}/refunds`, {
      token,
      body: { requestId: nextRequestId(), reason: '买错了', ...change },
    })
    expect(asked.status).toBe(200)
    const { refunds } = await stack.shop.operator<{ refunds: { refundNo: string; status: string }[] }>(
      '/operator/refunds',
    )
    const { refundNo } = refunds.find(({ status }) => status === 'requested')!
    expect((await stack.shop.operate(`/operator/refunds/${refundNo}/approve`)).status).toBe(200)
    await stack.merchant.sweep()
  }

  const shown = async (token: string, orderNo: string): Promise<OrderDetail> => {
    const { body } = await stack.shop.call<{ orders: { orderNo: string }[] }>('GET', '/api/orders', { token })
    expect(body.orders.map((order) => order.orderNo)).toContain(orderNo)
    return stack.shop.detail(token, orderNo)
  }

  it('gives all of it back, and learns of it by the notice', async () => {
    const { token, orderNo } = await stack.paid()
    expect(await tradesThere()).toMatchObject([{ sub_mchid: subMchid, trade_state: 'SUCCESS' }])
    await giveBack(token, orderNo)
    expect(await refundsThere()).toMatchObject([{ sub_mchid: subMchid, status: 'PROCESSING' }])
    await stack.advance(4)
    await stack.wechat.settled()
    // Nobody swept since: it was the notice.
    expect(await shown(token, orderNo)).toMatchObject({ status: 'refunded', refundedFen: 9600 })
    expect(await refundsThere()).toMatchObject([{ status: 'SUCCESS', amount: { refund: 9600 } }])
  })

  it('gives parts back of what was paid in QQ, and asks when no notice comes', async () => {
    const token = await stack.login('qq')
    const { order, payment } = await stack.order(token, ['requestWxPayment'], ip)
    expect((await stack.payOnMiddlePage(linkOf(payment), ip)).status).toBe(200)
    await stack.wechat.settled()
    await giveBack(token, order.orderNo, { amountFen: 100 })
    await stack.advance(4)
    expect(await shown(token, order.orderNo)).toMatchObject({ status: 'paid', refundedFen: 100 })
    await stack.advance(60)
    await stack.dropNotices(true)
    await giveBack(token, order.orderNo)
    await stack.advance(10)
    await stack.merchant.sweep()
    expect(await shown(token, order.orderNo)).toMatchObject({ status: 'refunded', refundedFen: 9600 })
    const given = await refundsThere()
    expect(given.map(({ amount, status, sub_mchid }) => [amount.refund, status, sub_mchid])).toEqual([
      [9500, 'SUCCESS', subMchid],
      [100, 'SUCCESS', subMchid],
    ])
  })

  it.each(['qq', 'h5'] as const)('refunds a payment that came after the close, in %s', async (client) => {
    const token = await stack.login(client)
    const { order, payment } = await stack.order(token, [client === 'qq' ? 'requestWxPayment' : 'redirect'], ip)
    await stack.advance(16 * 60)
    await stack.merchant.sweep()
    expect(await tradesThere()).toMatchObject([{ trade_state: 'CLOSED' }])
    await stack.fault('paid-despite-close', true)
    expect((await stack.payOnMiddlePage(linkOf(payment), ip)).status).toBe(200)
    await stack.wechat.settled()
    await stack.merchant.sweep()
    await stack.advance(4)
    await stack.wechat.settled()
    expect(await shown(token, order.orderNo)).toMatchObject({
      status: 'closed',
      refunds: [{ status: 'succeeded', cause: 'paidAfterClose', amountFen: 9600, reason: '订单已关闭，自动退款' }],
    })
    expect(await refundsThere()).toMatchObject([{ sub_mchid: subMchid, status: 'SUCCESS', amount: { refund: 9600 } }])
  })

  it('tells WeChat how the goods were sent, and the mini program is that of the payer', async () => {
    const { token, orderNo } = await stack.paid()
    const sent = await stack.shop.operate(`/operator/orders/${orderNo}/ship`, {
      carrier: 'YTO',
      trackingNo: 'YT1234567',
    })
    expect(sent.status).toBe(200)
    await stack.advance(61)
    await stack.merchant.sweep()
    expect(await shown(token, orderNo)).toMatchObject({ fulfilment: 'shipped' })
    const { jobs } = await stack.shop.operator<{ jobs: { kind: string; status: string; note: string | null }[] }>(
      '/operator/jobs',
    )
    expect(jobs).toMatchObject([{ kind: 'deliver', status: 'done' }])
  })

  /** What another shop of the same partner sold is in the partner's own bill. */
  async function sellForAnother(): Promise<void> {
    const [partner] = stack.wechat.merchants
    const ordered = await createMerchantClient(stack.wechat.url, partner!).post('/v3/pay/partner/transactions/native', {
      sp_appid: partner!.appids[0],
      sp_mchid: partner!.mchid,
      sub_mchid: otherSubMchid,
      description: '别家的茶',
      out_trade_no: 'of-another-shop-1',
      notify_url: 'https://shop.example/notify/wechat',
      amount: { total: 100 },
    })
    expect(ordered.status).toBe(200)
    expect(await stack.wechat.pay(partner!.mchid, 'of-another-shop-1')).not.toBeNull()
    await stack.wechat.settled()
  }

  it('compares its books with the bill of this sub merchant alone', async () => {
    const { token, orderNo } = await stack.paid()
    await giveBack(token, orderNo, { amountFen: 100 })
    await sellForAnother()
    const dayMs = 86_400_000
    const nowMs = Date.now() + 8 * 3_600_000
    await stack.advance(Math.ceil((dayMs - (nowMs % dayMs) + 11 * 3_600_000) / 1000))
    await stack.merchant.sweep()
    const today = new Date(nowMs).toISOString().slice(0, 10)
    expect(await stack.shop.operator(`/operator/bills/${today}`)).toMatchObject({
      bill: { lineCount: 2 },
      differences: [],
    })
  })
})

describe('a V3 notice for a partner’s sub merchant', () => {
  it.each([
    ['is right', {}, 'paid'],
    ['comes through another partner', { sp_mchid: '1900000999' }, 'pending'],
    ['is for another sub merchant', { sub_mchid: otherSubMchid }, 'pending'],
    ['is for another app', { sp_appid: 'wx0000000000000000' }, 'held'],
    ['is of another amount', { amount: { total: 9599, currency: 'CNY' } }, 'held'],
    ['is of a trade that nobody paid', { trade_state: 'NOTPAY' }, 'pending'],
  ])('that %s is acknowledged, and the order is what it should be', async (_what, change, status) => {
    const shop = await openShop({}, { partner: { subMchid } })
    try {
      const { token, order, outTradeNo } = await shop.placed()
      const { mchid: sp_mchid, appid: sp_appid, ...trade } = shop.wechat.paid(outTradeNo)
      const notice = { ...trade, sp_mchid, sp_appid, sub_mchid: subMchid, ...change }
      expect((await shop.notify(shop.wechat.notice(notice as unknown as V3Transaction))).status).toBe(204)
      const { orders } = (await shop.call<{ orders: unknown[] }>('GET', '/api/orders', { token })).body
      expect(orders).toMatchObject([{ orderNo: order.orderNo, status }])
      const { held } = await shop.operator<{ held: { outTradeNo: string }[] }>('/operator/held')
      const isNoPayment = 'trade_state' in change
      expect(held).toMatchObject(status === 'paid' || isNoPayment ? [] : [{ outTradeNo }])
    } finally {
      await shop.close()
    }
  })
})

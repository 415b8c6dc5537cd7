import type { OrderDetail, PaymentAnswer } from '../../src/contract/api'
import { both, garden, kiln, payInWallet, type Told, type Trade } from './support/combined'
import { openTestStack, type TestStack } from './support/test-stack'
import { nextRequestId, operatorToken } from './support/shop'

/** A cart with goods of two sellers, between the shop and the simulators: one order, one payment, a part for each. */

const ip = '203.0.113.11'

let stack: TestStack
beforeEach(async () => (stack = await openTestStack({ sellers: [garden, kiln] })))
afterEach(() => stack.close())

const trades = async () => (await stack.control<{ trades: readonly Trade[] }>('/control/trades')).trades
const combined = async () => (await trades()).filter(({ kind }) => kind === 'combined')
/** State and amount of each part, as WeChat Pay holds it. */
const subs = async () =>
  (await trades())
    .filter(({ kind }) => kind === 'sub')
    .map(({ out_trade_no, trade_state, amount }) => [out_trade_no.slice(-5), trade_state, amount.total])
    .sort()
const told = (orderNo: string) => stack.shop.operator<Told>(`/operator/orders/${orderNo}`)
/** What the shop has stored: this call asks nobody. */
const listed = async (token: string) =>
  (await stack.shop.call<{ orders: { status: string }[] }>('GET', '/api/orders', { token })).body.orders.map(
    ({ status }) => status,
  )

describe('a cart of two sellers', () => {
  it('is paid as one in WeChat, and each seller gets his part', async () => {
    const token = await stack.login('weapp')
    const { body } = await stack.shop.order(token, { items: both })
    expect(body).toMatchObject({ order: { totalFen: 15200 }, payment: { kind: 'requestPayment' }, problem: null })
    expect(await combined()).toMatchObject([{ trade_state: 'NOTPAY', amount: { total: 15200 } }])
    await payInWallet(stack, body)

    expect(await listed(token)).toEqual(['paid'])
    expect(await subs()).toEqual([
      ['01-01', 'SUCCESS', 9289],
      ['01-02', 'SUCCESS', 5911],
    ])
    const { parts } = await told(body.order.orderNo)
    expect(parts).toMatchObject([
      { ...garden, sellerName: '山茶茶园', goodsFen: 8800, shippingFen: 489, totalFen: 9289 },
      { ...kiln, sellerName: '雾白陶社', goodsFen: 5600, shippingFen: 311, totalFen: 5911 },
    ])
    expect(new Set(parts.map(({ transactionId }) => transactionId)).size).toBe(2)
    expect((await stack.shop.status(token, body.order.orderNo)).transactionId).toBe(parts[0]!.transactionId)
  })

  it('is paid as one in a browser', async () => {
    const token = await stack.login('h5')
    const { body } = await stack.shop.order(token, { items: both }, '203.0.113.13')
    if (body.payment?.kind !== 'redirect') throw new Error('no link')
    const { page, status } = await stack.payOnMiddlePage(body.payment.h5Url, '203.0.113.13')
    expect([page.includes('152.00'), status]).toEqual([true, 200])
    await stack.wechat.settled()
    expect(await listed(token)).toEqual(['paid'])
    expect(await subs()).toMatchObject([
      ['01-01', 'SUCCESS', 9289],
      ['01-02', 'SUCCESS', 5911],
    ])
  })

  it('is paid as one in QQ, through its proxy', async () => {
    const token = await stack.login('qq')
    const { body } = await stack.shop.order(token, { items: both }, '203.0.113.12')
    if (body.payment?.kind !== 'requestWxPayment') throw new Error('no link')
    expect((await stack.payOnMiddlePage(body.payment.h5Url, '203.0.113.12')).status).toBe(200)
    await stack.wechat.settled()
    expect(await listed(token)).toEqual(['paid'])
    expect(await subs()).toMatchObject([
      ['01-01', 'SUCCESS', 9289],
      ['01-02', 'SUCCESS', 5911],
    ])
  })

  it('of one seller only is a combined order with one part', async () => {
    const token = await stack.login('weapp')
    const { body } = await stack.shop.order(token, { items: [both[1]!] })
    await payInWallet(stack, body)
    expect(await listed(token)).toEqual(['paid'])
    expect(await subs()).toEqual([['01-01', 'SUCCESS', 6400]])
  })

  it('shares coupon and points among the sellers', async () => {
    const token = await stack.login('weapp')
    const coupons = (
      await stack.shop.call<{ coupons: { couponId: string; discountFen: number }[] }>('GET', '/api/me', { token })
    ).body.coupons
    const { couponId } = coupons.find(({ discountFen }) => discountFen === 2000)!
    const { body } = await stack.shop.order(token, { items: both, couponId, usePoints: true })
    await payInWallet(stack, body)
    expect((await stack.shop.status(token, body.order.orderNo)).totalFen).toBe(15200 - 2000 - 300)
    const { parts } = await told(body.order.orderNo)
    expect(parts).toMatchObject([
      { couponFen: 1222, pointsFen: 183, totalFen: 7884 },
      { couponFen: 778, pointsFen: 117, totalFen: 5016 },
    ])
    expect(await subs()).toMatchObject([
      ['01-01', 'SUCCESS', 7884],
      ['01-02', 'SUCCESS', 5016],
    ])
  })
})

describe('an attempt at a combined order', () => {
  it('is one, however often the same request comes', async () => {
    const token = await stack.login('weapp')
    const requestId = nextRequestId()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => stack.shop.order(token, { items: both, requestId })),
    )
    expect(new Set(answers.map(({ body }) => body.order.orderNo)).size).toBe(1)
    expect(await combined()).toHaveLength(1)
    expect(await subs()).toHaveLength(2)
  })

  it('is renewed under the same numbers when its link is old', async () => {
    const token = await stack.login('h5')
    const requestId = nextRequestId()
    const link = async () => (await stack.shop.order(token, { items: both, requestId }, ip)).body.payment
    const first = await link()
    await stack.advance(300)
    const second = await link()
    expect([first?.kind, second?.kind]).toEqual(['redirect', 'redirect'])
    expect(second).not.toEqual(first)
    expect(await combined()).toHaveLength(1)
  })

  it('of another kind of client is closed first, with all its parts', async () => {
    const qq = await stack.login('qq')
    const { order, payment } = (await stack.shop.order(qq, { items: both, accepts: ['webView'] }, ip)).body
    if (payment?.kind !== 'webView') throw new Error('no page')
    const orderKey = new URL(payment.orderPageUrl).searchParams.get('orderKey')
    const session = await stack.shop.call<{ token: string }>('POST', '/api/sessions', {
      body: { client: 'h5', orderKey },
    })
    const again = await stack.shop.call<PaymentAnswer>('POST', `/api/orders/${order.orderNo}/payments`, {
      token: session.body.token,
      headers: { 'x-forwarded-for': '203.0.113.13' },
      body: { requestId: nextRequestId(), accepts: ['redirect'] },
    })
    expect(again.body.payment?.kind).toBe('redirect')
    expect(await subs()).toEqual([
      ['01-01', 'CLOSED', 9289],
      ['01-02', 'CLOSED', 5911],
      ['02-01', 'NOTPAY', 9289],
      ['02-02', 'NOTPAY', 5911],
    ])
  })

  it('is closed when the payer cancels, with all its parts', async () => {
    const token = await stack.login('weapp')
    const { order } = (await stack.shop.order(token, { items: both })).body
    const cancelled = await stack.shop.call<{ order: OrderDetail }>('POST', `/api/orders/${order.orderNo}/cancel`, {
      token,
      body: {},
    })
    expect(cancelled.body.order.status).toBe('closed')
    expect(await subs()).toMatchObject([
      [expect.anything(), 'CLOSED', 9289],
      [expect.anything(), 'CLOSED', 5911],
    ])
  })

  it('that was paid before it could be closed is settled', async () => {
    const token = await stack.login('weapp')
    const { body } = await stack.shop.order(token, { items: both })
    await stack.dropNotices(true)
    await payInWallet(stack, body)
    const cancelled = await stack.shop.call('POST', `/api/orders/${body.order.orderNo}/cancel`, { token, body: {} })
    expect(cancelled.status).toBe(409)
    expect(await listed(token)).toEqual(['paid'])
  })

  it('that was paid although it was closed goes back part by part', async () => {
    const token = await stack.login('weapp')
    const { order, payment } = (await stack.shop.order(token, { items: both })).body
    const cashier = await stack.openCashier(payment)
    await stack.shop.call('POST', `/api/orders/${order.orderNo}/cancel`, { token, body: {} })
    await stack.fault('paid-despite-close', true)
    expect((await stack.payInCashier(cashier.body.cashier_id!)).status).toBe(200)
    await stack.wechat.settled()
    await stack.merchant.sweep()
    await stack.advance(4)
    await stack.wechat.settled()
    expect(await stack.shop.detail(token, order.orderNo)).toMatchObject({
      status: 'closed',
      refunds: [{ cause: 'paidAfterClose', status: 'succeeded', amountFen: 15200 }],
    })
    const { refunds } = await stack.control<{ refunds: { status: string; amount: { refund: number } }[] }>(
      '/control/refunds',
    )
    expect(refunds.map(({ status, amount }) => [status, amount.refund]).sort()).toEqual([
      ['SUCCESS', 5911],
      ['SUCCESS', 9289],
    ])
  })

  it('is settled by the sweep when every notification is lost, once', async () => {
    const token = await stack.login('weapp')
    const { body } = await stack.shop.order(token, { items: both })
    await stack.dropNotices(true)
    await payInWallet(stack, body)
    expect(await listed(token)).toEqual(['pending'])
    await stack.advance(31)
    await stack.merchant.sweep()
    expect(await listed(token)).toEqual(['paid'])
    const { points } = (await stack.shop.call<{ points: number }>('GET', '/api/me', { token })).body
    // The same payment by its notification: nothing is earned twice.
    await stack.dropNotices(false)
    await stack.advance(24 * 3600)
    await stack.wechat.settled()
    expect((await stack.shop.call<{ points: number }>('GET', '/api/me', { token })).body.points).toBe(points)
  })

  it('ends with the order’s time', async () => {
    const token = await stack.login('weapp')
    await stack.shop.order(token, { items: both })
    await stack.advance(15 * 60 + 1)
    await stack.merchant.sweep()
    expect(await listed(token)).toEqual(['closed'])
    expect((await combined())[0]!.trade_state).toBe('CLOSED')
  })
})

describe('a refund of a combined order', () => {
  async function paid(change: object = {}) {
    const token = await stack.login('weapp')
    const { body } = await stack.shop.order(token, { items: both, ...change })
    await payInWallet(stack, body)
    return { token, orderNo: body.order.orderNo }
  }
  const ask = (token: string, orderNo: string, change: object = {}) =>
    stack.shop.call<{ order: OrderDetail }>('POST', `/api/orders/${orderNo}/refunds`, {
      token,
      body: { requestId: nextRequestId(), reason: '不想要了', ...change },
    })
  async function approveNewest(): Promise<string> {
    const { refunds } = await stack.shop.operator<{ refunds: { refundNo: string }[] }>('/operator/refunds')
    const { refundNo } = refunds[0]!
    expect((await stack.shop.operate(`/operator/refunds/${refundNo}/approve`)).status).toBe(200)
    return refundNo
  }
  async function untilBack(): Promise<void> {
    await stack.merchant.sweep()
    await stack.advance(4)
    await stack.wechat.settled()
  }
  const given = async () =>
    (
      await stack.control<{ refunds: { out_refund_no: string; status: string; amount: { refund: number } }[] }>(
        '/control/refunds',
      )
    ).refunds
      .map(({ out_refund_no, status, amount }) => [out_refund_no, status, amount.refund])
      .sort()

  it('gives all of it back from both sellers, each under a number of his own', async () => {
    const { token, orderNo } = await paid()
    await ask(token, orderNo)
    const refundNo = await approveNewest()
    await untilBack()
    expect(await given()).toEqual([
      [`${refundNo}-01`, 'SUCCESS', 9289],
      [`${refundNo}-02`, 'SUCCESS', 5911],
    ])
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({
      status: 'refunded',
      refundedFen: 15200,
      fulfilment: 'cancelled',
      refunds: [{ refundNo, status: 'succeeded', amountFen: 15200, account: '支付用户零钱' }],
    })
  })

  it('of goods is given back by who sold them', async () => {
    const { token, orderNo } = await paid()
    await ask(token, orderNo, { items: [{ goodsId: 'cup', quantity: 1 }] })
    const refundNo = await approveNewest()
    await untilBack()
    expect(await given()).toEqual([[`${refundNo}-02`, 'SUCCESS', 5600]])
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({ status: 'paid', refundedFen: 5600 })
    expect((await told(orderNo)).parts.map(({ refundedFen }) => refundedFen)).toEqual([0, 5600])
  })

  it('of an amount is shared, then the rest, and not a fen more', async () => {
    const { token, orderNo } = await paid()
    await ask(token, orderNo, { amountFen: 1001 })
    const first = await approveNewest()
    await untilBack()
    expect((await ask(token, orderNo, { amountFen: 15200 - 1001 + 1 })).status).toBe(400)
    await stack.advance(60)
    await ask(token, orderNo)
    const second = await approveNewest()
    await untilBack()
    expect(await given()).toEqual(
      [
        [`${first}-01`, 'SUCCESS', 612],
        [`${first}-02`, 'SUCCESS', 389],
        [`${second}-01`, 'SUCCESS', 9289 - 612],
        [`${second}-02`, 'SUCCESS', 5911 - 389],
      ].sort(),
    )
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({ status: 'refunded', refundedFen: 15200 })
  })

  it('is refunding until the last part is there, also when notifications are lost', async () => {
    const { token, orderNo } = await paid()
    await stack.fault('drop-notices', true)
    await ask(token, orderNo)
    await approveNewest()
    await stack.merchant.sweep()
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({
      status: 'refunding',
      refund: { status: 'processing' },
    })
    await stack.advance(60)
    await stack.merchant.sweep()
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({
      status: 'refunded',
      refund: { status: 'succeeded' },
    })
  })

  it('of which WeChat Pay closes one part has given back the other, and a person is told', async () => {
    const { token, orderNo } = await paid()
    const kilns = (await trades()).find(({ out_trade_no }) => out_trade_no.endsWith('-01-02'))!
    await fetch(`${stack.wechat.controlUrl}/control/faults/refund-closed`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ on: true, times: 1, mchid: stack.mchid, out_trade_no: kilns.out_trade_no }),
    })
    await ask(token, orderNo)
    const refundNo = await approveNewest()
    await untilBack()
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({
      status: 'paid',
      refundedFen: 9289,
      refund: { refundNo, status: 'failed' },
      refundableFen: 5911,
    })
    const { held } = await stack.shop.operator<{ held: { reason: string; outTradeNo: string }[] }>('/operator/held')
    expect(held).toMatchObject([{ reason: 'REFUND_FAILED', outTradeNo: `${refundNo}-02` }])
    await ask(token, orderNo)
    const second = await approveNewest()
    await untilBack()
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({ status: 'refunded', refundedFen: 15200 })
    expect(await given()).toContainEqual([`${second}-02`, 'SUCCESS', 5911])
  })

  it('and its payment are in the bill, part by part, without a difference', async () => {
    const { token, orderNo } = await paid()
    await ask(token, orderNo, { amountFen: 1001 })
    await approveNewest()
    await untilBack()
    const hourMs = 3_600_000
    const nowMs = Date.now() + 8 * hourMs
    await stack.advance(Math.ceil((24 * hourMs - (nowMs % (24 * hourMs)) + 11 * hourMs) / 1000))
    await stack.merchant.sweep()
    const metrics = await (
      await fetch(`${stack.merchant.operatorUrl}/metrics`, { headers: { authorization: `Bearer ${operatorToken}` } })
    ).text()
    expect(metrics).toContain('merchant_events_total{type="bill.checked"')
    expect(metrics).not.toContain('merchant_events_total{type="bill.difference"')
  })
})

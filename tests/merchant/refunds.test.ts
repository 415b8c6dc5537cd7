import type { MeAnswer, OrderDetail } from '../../src/contract/api'
import type { ApiErrorBody } from '../../src/contract/errors'
import { openTestStack, type TestStack } from './support/test-stack'
import { nextRequestId } from './support/shop'

/** Money on its way back, between the shop and the simulators. */

interface Refunds {
  readonly refunds: readonly { refundNo: string; orderNo: string; status: string; amountFen: number; cause: string }[]
}
interface Held {
  readonly held: readonly { id: number; reason: string; orderNo: string | null; outTradeNo: string }[]
}
interface SimulatedRefunds {
  readonly refunds: readonly { out_refund_no: string; status: string; amount: { refund: number; total: number } }[]
}

const address = {
  name: '林知夏',
  phone: '13812346621',
  province: '浙江省',
  city: '杭州市',
  district: '',
  detail: '龙井路 1 号',
}

let stack: TestStack
beforeEach(async () => (stack = await openTestStack()))
afterEach(() => stack.close())

const askFor = (token: string, orderNo: string, change: object = {}) =>
  stack.shop.call<{ order: OrderDetail }>('POST', `/api/orders/${orderNo}/refunds`, {
    token,
    body: { requestId: nextRequestId(), reason: '地址或商品选错', ...change },
  })
const refunds = async () => (await stack.shop.operator<Refunds>('/operator/refunds')).refunds
const held = async () => (await stack.shop.operator<Held>('/operator/held')).held
const points = async (token: string) => (await stack.shop.call<MeAnswer>('GET', '/api/me', { token })).body.points
const simulated = async () => (await stack.control<SimulatedRefunds>('/control/refunds')).refunds
const approve = (refundNo: string) => stack.shop.operate<ApiErrorBody>(`/operator/refunds/${refundNo}/approve`)

describe('a payer', () => {
  it('asks for all of it, the shop agrees, and money, coupon, points and goods come back', async () => {
    const token = await stack.login('weapp')
    const me = (await stack.shop.call<MeAnswer>('GET', '/api/me', { token })).body
    const { orderNo } = await stack.paid({
      items: [{ goodsId: 'tea', quantity: 2 }],
      couponId: me.coupons.find(({ discountFen }) => discountFen === 2000)!.couponId,
      usePoints: true,
    })
    expect(await points(token)).toBe(161)
    const asked = await askFor(token, orderNo)
    expect(asked.body.order).toMatchObject({
      status: 'paid',
      refund: { status: 'requested', cause: 'asked', amountFen: 16100 },
      refundableFen: 0,
    })
    expect(await simulated()).toEqual([])
    const [refund] = await refunds()
    expect((await approve(refund!.refundNo)).status).toBe(200)
    expect((await stack.shop.status(token, orderNo)).status).toBe('refunding')
    await stack.merchant.sweep()
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({
      status: 'refunding',
      refund: { status: 'processing' },
    })
    await stack.advance(4)
    await stack.wechat.settled()
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({
      status: 'refunded',
      fulfilment: 'cancelled',
      refundedFen: 16100,
      pointsEarned: 0,
      refund: { status: 'succeeded' },
      refunds: [{ account: '支付用户零钱' }],
    })
    const after = (await stack.shop.call<MeAnswer>('GET', '/api/me', { token })).body
    expect(after).toEqual(me)
    expect(await simulated()).toMatchObject([{ status: 'SUCCESS', amount: { refund: 16100, total: 16100 } }])
    const kinds = (await stack.shop.detail(token, orderNo)).timeline.map(({ kind }) => kind)
    expect(kinds).toEqual([
      'created',
      'paid',
      'preparing',
      'refundRequested',
      'refundApproved',
      'refundProcessing',
      'refunded',
    ])
  })

  it('learns of a refund whose notification is lost', async () => {
    const { token, orderNo } = await stack.paid()
    await askFor(token, orderNo)
    await approve((await refunds())[0]!.refundNo)
    await stack.dropNotices(true)
    await stack.merchant.sweep()
    await stack.advance(10)
    await stack.merchant.sweep()
    expect((await stack.shop.status(token, orderNo)).status).toBe('refunded')
    // The late notification changes nothing.
    await stack.dropNotices(false)
    await stack.advance(3600)
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({ status: 'refunded', refundedFen: 9600 })
  })

  it('gets parts back, then the rest, and not a fen more', async () => {
    const { token, orderNo } = await stack.paid()
    const part = async (amountFen: number | null) => {
      const asked = await askFor(token, orderNo, { amountFen })
      if (asked.status !== 200) return [asked.status, (asked.body as unknown as ApiErrorBody).code]
      await approve((await refunds())[0]!.refundNo)
      await stack.merchant.sweep()
      await stack.advance(10)
      await stack.merchant.sweep()
      const { status, refundedFen } = await stack.shop.detail(token, orderNo)
      return [status, refundedFen]
    }
    expect(await part(9601)).toEqual([400, 'REFUND_AMOUNT_INVALID'])
    expect(await part(1)).toEqual(['paid', 1])
    expect(await points(token)).toBe(300 + 95)
    expect(await part(9600)).toEqual([400, 'REFUND_AMOUNT_INVALID'])
    await stack.advance(60)
    expect(await part(null)).toEqual(['refunded', 9600])
    expect(await points(token)).toBe(300)
    expect(await part(1)).toEqual([409, 'NOT_REFUNDABLE'])
  })

  it('asks once, however often the request arrives, and not twice at a time', async () => {
    const { token, orderNo } = await stack.paid()
    const requestId = nextRequestId()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => askFor(token, orderNo, { requestId, amountFen: 100 })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(10).fill(200))
    expect(await refunds()).toHaveLength(1)
    const other = await askFor(token, orderNo, { requestId, amountFen: 101 })
    expect([other.status, (other.body as unknown as ApiErrorBody).code]).toEqual([409, 'REQUEST_CONFLICT'])
    const second = await askFor(token, orderNo, { amountFen: 100 })
    expect([second.status, (second.body as unknown as ApiErrorBody).code]).toEqual([409, 'REFUND_OPEN'])
  })

  it('is told why not, and may ask again', async () => {
    const { token, orderNo } = await stack.paid()
    await askFor(token, orderNo)
    const { refundNo } = (await refunds())[0]!
    const decline = () =>
      stack.shop.operate<ApiErrorBody>(`/operator/refunds/${refundNo}/decline`, { reason: '已发货' })
    expect((await decline()).status).toBe(200)
    expect((await decline()).status).toBe(409)
    expect((await approve(refundNo)).status).toBe(409)
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({
      status: 'paid',
      refunds: [{ status: 'declined', declineReason: '已发货' }],
      refundableFen: 9600,
    })
    expect((await askFor(token, orderNo)).status).toBe(200)
    expect(await simulated()).toEqual([])
  })

  it('cannot ask for the money of somebody else, of an order that is not paid, or of a gift card', async () => {
    const { orderNo } = await stack.paid()
    const stranger = await stack.login('qq')
    expect((await askFor(stranger, orderNo)).status).toBe(404)
    const token = await stack.login('weapp')
    const open = await stack.order(token, ['requestPayment'], '203.0.113.11')
    expect((await askFor(token, open.order.orderNo)).status).toBe(409)
    const card = await stack.paid({ items: [{ goodsId: 'giftcard', quantity: 1 }] })
    expect((await askFor(token, card.orderNo)).status).toBe(409)
    for (const change of [
      { reason: '' },
      { reason: 'x'.repeat(81) },
      { amountFen: -1 },
      { amountFen: 1.5 },
      { amount: 1 },
    ]) {
      expect([change, (await askFor(token, orderNo, change)).status]).toEqual([change, 400])
    }
    expect(await refunds()).toEqual([])
  })
})

describe('a refund that meets trouble', () => {
  it('is abnormal: a person is told, and it ends when that is mended', async () => {
    const { token, orderNo } = await stack.paid()
    await askFor(token, orderNo)
    await approve((await refunds())[0]!.refundNo)
    await stack.fault('refund-abnormal', true)
    await stack.merchant.sweep()
    await stack.advance(10)
    await stack.wechat.settled()
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({
      status: 'refunding',
      refund: { status: 'abnormal' },
    })
    expect(await held()).toMatchObject([{ reason: 'REFUND_ABNORMAL' }])
    const resolved = await stack.shop.operate(`/operator/held/${(await held())[0]!.id}/resolve`, {
      decision: 'dismiss',
      note: '已联系',
    })
    expect([resolved.status, await held()]).toEqual([200, []])
  })

  it('is closed by WeChat Pay: the order is paid as before, and can be refunded anew', async () => {
    const { token, orderNo } = await stack.paid()
    await askFor(token, orderNo)
    await approve((await refunds())[0]!.refundNo)
    await stack.fault('refund-closed', true)
    await stack.merchant.sweep()
    await stack.advance(10)
    await stack.wechat.settled()
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({
      status: 'paid',
      refundedFen: 0,
      refundableFen: 9600,
      refund: { status: 'failed' },
    })
    expect(await held()).toMatchObject([{ reason: 'REFUND_FAILED' }])
  })

  it('waits where the account is empty, and goes out once under the same number', async () => {
    const { token, orderNo } = await stack.paid()
    await askFor(token, orderNo)
    const { refundNo } = (await refunds())[0]!
    await approve(refundNo)
    await stack.fault('refund-not-enough', true)
    await stack.merchant.sweep()
    expect(await simulated()).toEqual([])
    await stack.fault('refund-not-enough', false)
    await stack.advance(11)
    await stack.merchant.sweep()
    await stack.advance(10)
    await stack.merchant.sweep()
    expect((await stack.shop.status(token, orderNo)).status).toBe('refunded')
    expect(await simulated()).toMatchObject([{ out_refund_no: refundNo, status: 'SUCCESS' }])
  })
})

describe('shipping', () => {
  const ship = (orderNo: string, body: object = { carrier: 'SF', trackingNo: 'SF1234567890' }) =>
    stack.shop.operate<{ order: OrderDetail } & ApiErrorBody>(`/operator/orders/${orderNo}/ship`, body)
  const jobsOf = async (orderNo: string) =>
    (
      await stack.shop.operator<{ jobs: { kind: string; status: string; note: string | null }[] }>(
        `/operator/orders/${orderNo}`,
      )
    ).jobs

  it('tells WeChat company and number, and the payer confirms', async () => {
    const { token, orderNo } = await stack.paid({ delivery: { kind: 'express', address } })
    const receipt = () =>
      stack.shop.call<ApiErrorBody & { order: OrderDetail }>('POST', `/api/orders/${orderNo}/receipt`, { token })
    expect((await receipt()).body.code).toBe('NOT_SHIPPED')
    expect((await ship(orderNo, { carrier: 'SF' })).status).toBe(400)
    expect((await ship(orderNo)).body.order).toMatchObject({ fulfilment: 'shipped', canConfirmReceipt: true })
    expect((await ship(orderNo)).status).toBe(409)
    await stack.advance(61)
    await stack.merchant.sweep()
    expect(await jobsOf(orderNo)).toMatchObject([{ kind: 'deliver', status: 'done' }])
    expect((await receipt()).body.order).toMatchObject({
      fulfilment: 'completed',
      delivery: { trackingNo: 'SF1234567890' },
    })
    expect((await receipt()).status).toBe(200)
  })

  it('of virtual and fetched goods is reported a minute after the payment, without a person', async () => {
    const card = await stack.paid({ items: [{ goodsId: 'giftcard', quantity: 1 }] })
    const fetched = await stack.paid({ delivery: { kind: 'pickup' } })
    await stack.advance(30)
    await stack.merchant.sweep()
    expect(await jobsOf(card.orderNo)).toMatchObject([{ status: 'waiting' }])
    expect((await stack.shop.detail(card.token, card.orderNo)).fulfilment).toBe('completed')
    expect((await stack.shop.detail(card.token, fetched.orderNo)).fulfilment).toBe('preparing')
    await stack.advance(31)
    await stack.merchant.sweep()
    expect(await jobsOf(card.orderNo)).toMatchObject([{ status: 'done' }])
    expect(await jobsOf(fetched.orderNo)).toMatchObject([{ status: 'done' }])
    expect((await stack.shop.detail(card.token, fetched.orderNo)).fulfilment).toBe('shipped')
  })

  it('of an order that was paid through QQ is not told to WeChat, and why is written down', async () => {
    const token = await stack.login('qq')
    const { body } = await stack.shop.order(
      token,
      { accepts: ['requestWxPayment'], delivery: { kind: 'pickup' } },
      '203.0.113.12',
    )
    const { h5Url } = body.payment as { h5Url: string }
    expect((await stack.payOnMiddlePage(h5Url, '203.0.113.12')).status).toBe(200)
    await stack.wechat.settled()
    await stack.advance(61)
    await stack.merchant.sweep()
    expect(await jobsOf(body.order.orderNo)).toMatchObject([
      { kind: 'deliver', status: 'skipped', note: 'QQ_H5_ORDER' },
    ])
    expect((await stack.shop.detail(token, body.order.orderNo)).fulfilment).toBe('shipped')
  })

  it('is refused for what is not paid or is being refunded', async () => {
    const token = await stack.login('weapp')
    const open = await stack.order(token, ['requestPayment'], '203.0.113.11')
    expect((await ship(open.order.orderNo)).status).toBe(409)
    const { orderNo } = await stack.paid()
    await stack.shop.operate(`/operator/orders/${orderNo}/refunds`, { reason: '缺货', amountFen: 100 })
    expect((await ship(orderNo)).status).toBe(409)
    expect((await ship('SC261121-NOBODY22')).status).toBe(404)
  })
})

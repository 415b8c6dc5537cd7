import type { MeAnswer, OrdersAnswer, QuoteAnswer } from '../../src/contract/api'
import type { ApiErrorBody } from '../../src/contract/errors'
import { nextRequestId, openShop, type Shop } from './support/shop'

/** Coupons, points, delivery and lists, as a client meets them. */

const address = {
  name: '林知夏',
  phone: '13812346621',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  detail: '龙井路 1 号',
}
const teaAndCup = [
  { goodsId: 'tea', quantity: 1 },
  { goodsId: 'cup', quantity: 1 },
]

describe('a customer', () => {
  let shop: Shop
  beforeEach(async () => (shop = await openShop()))
  afterEach(() => shop.close())

  const quote = (token: string, body: object) => shop.call<QuoteAnswer>('POST', '/api/quotes', { token, body })
  const me = async (token: string) => (await shop.call<MeAnswer>('GET', '/api/me', { token })).body
  const couponOf = async (token: string, discountFen: number) =>
    (await me(token)).coupons.find((coupon) => coupon.discountFen === discountFen)!.couponId

  async function pay(outTradeNo: string) {
    const answer = await shop.notify(shop.wechat.notice(shop.wechat.paid(outTradeNo)))
    expect(answer.status).toBe(204)
  }
  const lastNo = () => shop.wechat.requests.findLast(({ line }) => line.endsWith('/jsapi'))!.body.out_trade_no as string

  it('finds points and coupons at the first visit, and not again at the second', async () => {
    const token = await shop.login('weapp')
    expect(await me(token)).toMatchObject({ points: 300, coupons: [{ kind: 'shipping' }, {}, {}] })
    expect(await me(await shop.login('weapp'))).toEqual(await me(token))
    expect(await me(await shop.login('h5'))).toEqual({ points: 0, coupons: [] })
  })

  it('is told what a cart costs with the best coupon, and why another does not fit', async () => {
    const token = await shop.login('weapp')
    const { body } = await quote(token, { items: teaAndCup, usePoints: true })
    expect(body).toMatchObject({
      goodsFen: 14400,
      shippingFen: 800,
      couponFen: 2000,
      pointsFen: 300,
      totalFen: 12900,
      points: { balance: 300, usable: 300, fen: 300 },
    })
    expect(
      body.coupons.map(({ discountFen, usable, obstacle, missingFen }) => [discountFen, usable, obstacle, missingFen]),
    ).toEqual([
      [2000, true, null, 0],
      [800, true, null, 0],
      [3000, false, 'BELOW_MINIMUM', 5600],
    ])
    expect(body.couponId).toBe(body.coupons[0]!.couponId)
    const without = await quote(token, { items: teaAndCup, couponId: null })
    expect(without.body).toMatchObject({ couponFen: 0, pointsFen: 0, totalFen: 15200, couponId: null })
  })

  it('pays no shipping for what is fetched, and gets nothing off virtual goods', async () => {
    const token = await shop.login('weapp')
    const fetched = await quote(token, { items: teaAndCup, delivery: { kind: 'pickup' } })
    expect(fetched.body).toMatchObject({ shippingFen: 0, totalFen: 12400 })
    expect(fetched.body.coupons.find(({ kind }) => kind === 'shipping')).toMatchObject({ obstacle: 'NO_SHIPPING' })
    const card = await quote(token, { items: [{ goodsId: 'giftcard', quantity: 2 }], usePoints: true })
    expect(card.body).toMatchObject({ totalFen: 20000, points: { balance: 300, usable: 0 } })
    expect(card.body.coupons.every(({ obstacle }) => obstacle === 'GOODS_EXCLUDED')).toBe(true)
    const wrong = await quote(token, { items: teaAndCup, delivery: { kind: 'virtual' } })
    expect([wrong.status, (wrong.body as unknown as ApiErrorBody).code]).toEqual([400, 'DELIVERY_INVALID'])
  })

  it('orders with coupon, points, address and remark, and WeChat Pay is asked for exactly the sum', async () => {
    const token = await shop.login('weapp')
    const couponId = await couponOf(token, 2000)
    const { status, body } = await shop.order(token, {
      items: teaAndCup,
      couponId,
      usePoints: true,
      delivery: { kind: 'express', address },
      remark: '  放门口 ',
      expectedTotalFen: 12900,
    })
    expect(status).toBe(201)
    expect(body.order).toMatchObject({ couponFen: 2000, pointsFen: 300, totalFen: 12900, canCancel: true })
    expect(shop.wechat.requests.findLast(({ line }) => line.endsWith('/jsapi'))!.body.amount).toMatchObject({
      total: 12900,
    })
    expect(await shop.detail(token, body.order.orderNo)).toMatchObject({
      couponName: '秋茶季满减券',
      points: 300,
      pointsEarned: 129,
      remark: '放门口',
      delivery: { kind: 'express', name: '林知夏', phone: '138****6621', addressText: '浙江省杭州市西湖区龙井路 1 号' },
      timeline: [{ kind: 'created' }],
      refundableFen: 0,
    })
    // Reserved: nobody can use them again.
    expect(await me(token)).toMatchObject({ points: 0, coupons: [{ discountFen: 800 }, { discountFen: 3000 }] })
    await pay(lastNo())
    expect((await me(token)).points).toBe(129)
    expect((await shop.detail(token, body.order.orderNo)).timeline.map(({ kind }) => kind)).toEqual([
      'created',
      'paid',
      'preparing',
    ])
  })

  it('repeats an order with a coupon and gets the same order', async () => {
    const token = await shop.login('weapp')
    const change = {
      requestId: nextRequestId(),
      items: teaAndCup,
      couponId: await couponOf(token, 2000),
      usePoints: true,
      expectedTotalFen: 12900,
    }
    const answers = await Promise.all(Array.from({ length: 30 }, () => shop.order(token, change)))
    expect(new Set(answers.map(({ body }) => body.order.orderNo)).size).toBe(1)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(shop.wechat.count('POST /v3/pay/transactions/jsapi')).toBe(1)
    const other = await shop.order(token, { ...change, remark: 'x' })
    expect([other.status, (other.body as unknown as ApiErrorBody).code]).toEqual([409, 'REQUEST_CONFLICT'])
  })

  it('cannot use a coupon twice, nor somebody else’s, nor points that are gone', async () => {
    const token = await shop.login('weapp')
    const couponId = await couponOf(token, 2000)
    const bob = await shop.login('weapp', 'bob')
    const codeOf = async (promise: ReturnType<Shop['order']>) => ((await promise).body as unknown as ApiErrorBody).code
    expect(await codeOf(shop.order(bob, { items: teaAndCup, couponId }))).toBe('COUPON_UNUSABLE')
    expect(await codeOf(shop.order(token, { items: [{ goodsId: 'cup', quantity: 1 }], couponId }))).toBe(
      'COUPON_UNUSABLE',
    )
    const twice = await Promise.all([1, 2, 3, 4].map(() => shop.order(token, { items: teaAndCup, couponId })))
    expect(twice.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
    const points = await Promise.all(
      [1, 2, 3].map(() => shop.order(token, { usePoints: true, expectedTotalFen: 9300 })),
    )
    expect(points.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    expect(
      points.filter(({ status }) => status === 409).map(({ body }) => (body as unknown as ApiErrorBody).code),
    ).toEqual(['PRICE_CHANGED', 'PRICE_CHANGED'])
  })

  it('gets coupon, points and goods back when the order is cancelled, and cannot cancel what is paid', async () => {
    const token = await shop.login('weapp')
    const before = await me(token)
    const { body } = await shop.order(token, {
      items: teaAndCup,
      couponId: await couponOf(token, 2000),
      usePoints: true,
      delivery: { kind: 'express', address },
    })
    const cancel = () =>
      shop.call<{ order: { status: string } }>('POST', `/api/orders/${body.order.orderNo}/cancel`, { token })
    expect((await cancel()).body.order.status).toBe('closed')
    expect((await cancel()).body.order.status).toBe('closed')
    expect(await me(token)).toEqual(before)
    expect((await shop.detail(token, body.order.orderNo)).delivery).toMatchObject({ name: null, addressText: null })
    const { order, outTradeNo } = await shop.placed()
    await pay(outTradeNo)
    const paid = await shop.call<ApiErrorBody>('POST', `/api/orders/${order.orderNo}/cancel`, { token })
    expect([paid.status, paid.body.code]).toEqual([409, 'ORDER_NOT_CANCELLABLE'])
  })

  it('that pays while the order is being cancelled has paid', async () => {
    const { token, order, outTradeNo } = await shop.placed()
    shop.wechat.respond('POST /v3/pay/transactions/out-trade-no', {
      status: 400,
      body: { code: 'ORDER_PAID', message: '已支付' },
    })
    shop.wechat.trades.set(outTradeNo, shop.wechat.paid(outTradeNo))
    const answer = await shop.call<ApiErrorBody>('POST', `/api/orders/${order.orderNo}/cancel`, { token })
    expect([answer.status, answer.body.code]).toEqual([409, 'ORDER_NOT_CANCELLABLE'])
    expect((await shop.status(token, order.orderNo)).status).toBe('paid')
  })

  it('sees only own orders, by state and page by page', async () => {
    const token = await shop.login('weapp')
    const numbers: string[] = []
    for (let count = 0; count < 5; count++) numbers.unshift((await shop.order(token)).body.order.orderNo)
    await pay(lastNo())
    const list = async (query: string, as = token) =>
      (await shop.call<OrdersAnswer>('GET', `/api/orders?${query}`, { token: as })).body
    const first = await list('limit=2')
    expect(first.orders.map(({ orderNo }) => orderNo)).toEqual(numbers.slice(0, 2))
    const second = await list(`limit=2&cursor=${first.nextCursor}`)
    const third = await list(`limit=2&cursor=${second.nextCursor}`)
    expect([...second.orders, ...third.orders].map(({ orderNo }) => orderNo)).toEqual(numbers.slice(2))
    expect(third.nextCursor).toBeNull()
    expect((await list('state=pending')).orders).toHaveLength(4)
    expect((await list('state=shipping')).orders.map(({ orderNo }) => orderNo)).toEqual([numbers[0]])
    expect((await list('state=refund')).orders).toEqual([])
    const bob = await shop.login('weapp', 'bob')
    expect((await list('limit=50', bob)).orders).toEqual([])
    for (const query of ['state=mine', 'limit=51', 'limit=0', 'cursor=1', `cursor=${numbers[0]}`]) {
      const answer = await shop.call('GET', `/api/orders?${query}`, { token: bob })
      expect([query, answer.status]).toEqual([query, 400])
    }
  })

  it.each([
    ['an unknown way', { kind: 'drone' }, 'BAD_REQUEST'],
    ['express without an address', { kind: 'express' }, 'BAD_REQUEST'],
    ['an address without a name', { kind: 'express', address: { ...address, name: ' ' } }, 'DELIVERY_INVALID'],
    ['a telephone number of letters', { kind: 'express', address: { ...address, phone: 'abc' } }, 'BAD_REQUEST'],
    ['an address with a line feed', { kind: 'express', address: { ...address, detail: 'a\nb' } }, 'BAD_REQUEST'],
    ['too long a part', { kind: 'express', address: { ...address, detail: '路'.repeat(121) } }, 'BAD_REQUEST'],
    ['more than an address', { kind: 'express', address: { ...address, id: 1 } }, 'BAD_REQUEST'],
    ['an unknown store', { kind: 'pickup', storeId: 'mars' }, 'DELIVERY_INVALID'],
    ['a store for express', { kind: 'express', address, storeId: 'longjing' }, 'BAD_REQUEST'],
    ['nothing to deliver', { kind: 'virtual' }, 'DELIVERY_INVALID'],
  ])('is refused with %s', async (_name, delivery, code) => {
    const token = await shop.login('weapp')
    const answer = await shop.order(token, { delivery: delivery as never })
    expect([answer.status, (answer.body as unknown as ApiErrorBody).code]).toEqual([400, code])
    expect((await shop.order(token, { delivery: { kind: 'express', address } })).status).toBe(201)
  })

  it('is told when the price is another one, and nothing is ordered', async () => {
    const token = await shop.login('weapp')
    const wrong = await shop.order(token, { expectedTotalFen: 9599 })
    expect([wrong.status, (wrong.body as unknown as ApiErrorBody).code]).toEqual([409, 'PRICE_CHANGED'])
    expect((await shop.order(token, { expectedTotalFen: 9600 })).status).toBe(201)
    expect((await shop.call<OrdersAnswer>('GET', '/api/orders', { token })).body.orders).toHaveLength(1)
  })

  it('writes 100 characters of remark and not 101', async () => {
    const token = await shop.login('weapp')
    expect((await shop.order(token, { remark: '好'.repeat(101) })).status).toBe(400)
    expect((await shop.order(token, { remark: '好'.repeat(100) })).status).toBe(201)
  })
})

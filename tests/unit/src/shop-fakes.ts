import type { MeAnswer, OrderDetail, OrdersAnswer } from '../../../src/contract/api'
import type { HttpCall } from '../../../src/services/http'
import { createFakeApp, orderOf, type FakeApp } from './fakes'

export const detailOf = (change: Partial<OrderDetail> = {}): OrderDetail => ({
  ...orderOf(),
  canCancel: true,
  couponName: null,
  points: 0,
  pointsEarned: 0,
  remark: '',
  delivery: null,
  timeline: [{ kind: 'created', at: '2026-11-20T14:30:00+08:00', note: null, amountFen: null }],
  refunds: [],
  refundableFen: 0,
  refundReturnsCoupon: false,
  ...change,
})

export const paidDetail = (change: Partial<OrderDetail> = {}): OrderDetail =>
  detailOf({
    status: 'paid',
    fulfilment: 'preparing',
    paidAt: '2026-11-20T14:31:58+08:00',
    canCancel: false,
    refundableFen: 9600,
    timeline: [
      { kind: 'created', at: '2026-11-20T14:30:00+08:00', note: null, amountFen: null },
      { kind: 'paid', at: '2026-11-20T14:31:58+08:00', note: null, amountFen: 9600 },
    ],
    ...change,
  })

export const meOf = (change: Partial<MeAnswer> = {}): MeAnswer => ({
  points: 300,
  coupons: [
    {
      couponId: 'c1',
      name: '秋茶季满减券',
      kind: 'goods',
      discountFen: 2000,
      minFen: 10000,
      expiresAt: '2026-11-30T23:59:59+08:00',
    },
  ],
  ...change,
})

export const pageOf = (orders: OrdersAnswer['orders'], nextCursor: string | null = null): OrdersAnswer => ({
  orders,
  nextCursor,
})

/** Answers by method and path without its query. */
export type ShopAnswers = Readonly<Record<string, (call: HttpCall) => unknown>>

/** Makes the fake merchant answer the calls of the shop's pages. */
export function answerShop({ client }: Pick<FakeApp, 'client'>, answers: ShopAnswers): void {
  client.authorized.mockImplementation(async (call) => {
    const answer = answers[`${call.method} ${call.path.split('?')[0] ?? ''}`]
    if (answer === undefined) throw new Error(`no answer for ${call.method} ${call.path}`)
    return answer(call)
  })
}

/** An app whose merchant answers the calls of the shop's pages. */
export function createShopApp(answers: ShopAnswers): FakeApp {
  const app = createFakeApp()
  answerShop(app, answers)
  return app
}

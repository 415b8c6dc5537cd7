import {
  apiPaths,
  deliveryKinds,
  type Coupon,
  type Delivery,
  type MeAnswer,
  type OrderDetail,
  type OrderGroup,
  type OrdersAnswer,
  type Refund,
  type RefundRequest,
} from '../contract/api'
import { timelineKinds, type TimelineEntry } from '../contract/timeline'
import { couponFields, orderFields, pickup, refundFields } from './answers'
import type { AuthorizedCall } from './merchant-client'
import { count, filledText, flag, instant, listOf, nullable, oneOf, record, text } from './parse'

/** The calls of the shop's subpackage, whose code is there too. Every call rejects with an ApiError or not at all. */
export interface ShopClient {
  me(): Promise<MeAnswer>
  /** @param cursor from the previous page; null for the first page */
  orders(group: OrderGroup | null, cursor: string | null): Promise<OrdersAnswer>
  detail(orderNo: string): Promise<OrderDetail>
  cancel(orderNo: string): Promise<OrderDetail>
  confirmReceipt(orderNo: string): Promise<OrderDetail>
  refund(orderNo: string, request: RefundRequest): Promise<OrderDetail>
}

const pageSize = 10

const delivery = record<Delivery>({
  kind: oneOf(deliveryKinds),
  name: nullable(text),
  phone: nullable(text),
  addressText: nullable(text),
  store: nullable(pickup),
  carrier: nullable(text),
  trackingNo: nullable(text),
})

const timelineEntry = record<TimelineEntry>({
  kind: oneOf(timelineKinds),
  at: instant,
  note: nullable(text),
  amountFen: nullable(count),
})

const refund = record<Refund>({
  ...refundFields,
  reason: text,
  requestedAt: instant,
  settledAt: nullable(instant),
  account: nullable(text),
  declineReason: nullable(text),
})

const detail = record<OrderDetail>({
  ...orderFields,
  couponName: nullable(text),
  points: count,
  pointsEarned: count,
  remark: text,
  delivery: nullable(delivery),
  timeline: listOf(timelineEntry),
  refunds: listOf(refund),
  refundableFen: count,
  refundReturnsCoupon: flag,
})

const readDetail = record<{ order: OrderDetail }>({ order: detail })
const readOrders = record<OrdersAnswer>({ orders: listOf(record(orderFields)), nextCursor: nullable(filledText) })
const readMe = record<MeAnswer>({ points: count, coupons: listOf(record<Coupon>(couponFields)) })

export function createShopClient(authorized: AuthorizedCall): ShopClient {
  async function post(path: string, orderNo: string, body: object): Promise<OrderDetail> {
    return readDetail(await authorized({ method: 'POST', path, body }, orderNo), 'order').order
  }

  return {
    me: async () => readMe(await authorized({ method: 'GET', path: apiPaths.me }), 'me'),
    async orders(group, cursor) {
      const query = [
        `limit=${pageSize}`,
        group === null ? '' : `state=${group}`,
        cursor === null ? '' : `cursor=${encodeURIComponent(cursor)}`,
      ]
      const path = `${apiPaths.orders}?${query.filter(Boolean).join('&')}`
      return readOrders(await authorized({ method: 'GET', path }), 'orders')
    },
    detail: async (orderNo) =>
      readDetail(await authorized({ method: 'GET', path: apiPaths.order(orderNo) }, orderNo), 'order').order,
    cancel: (orderNo) => post(apiPaths.cancel(orderNo), orderNo, {}),
    confirmReceipt: (orderNo) => post(apiPaths.receipt(orderNo), orderNo, {}),
    refund: (orderNo, request) => post(apiPaths.refunds(orderNo), orderNo, request),
  }
}

import type { OrderItem } from './cart'
import type { Delivery } from './delivery'
import type { AttemptPart, OrderPart } from './parts'

export type ClientKind = 'weapp' | 'qq' | 'h5'

export type OrderStatus = 'pending' | 'paid' | 'closed' | 'held' | 'refunding' | 'refunded'

/** The states that may follow a state of an order. */
export const orderCanBecome: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['paid', 'closed', 'held'],
  paid: ['refunding'],
  closed: [], // closed only after WeChat Pay confirmed the close, so no payment can follow
  held: ['paid', 'refunding', 'closed'], // a person decides
  refunding: ['refunded', 'paid'],
  refunded: [],
}

/**
 * The state of the goods. `shipped`: sent, or ready to be picked up. `cancelled`: the money went back before the goods
 * left.
 */
export type Fulfilment = 'none' | 'preparing' | 'shipped' | 'completed' | 'cancelled'

/** What an order agrees on besides the goods. */
export interface OrderTerms {
  /** The payer's coupon (优惠券); null for none. */
  readonly couponId: number | null
  readonly couponName: string | null
  readonly couponKind: 'goods' | 'shipping' | null
  readonly couponFen: number
  /** Points (积分) that pay a part of the order. */
  readonly points: number
  readonly pointsFen: number
  readonly delivery: Delivery | null
  readonly remark: string
  /** What each seller gets; empty where all goods are the shop's own. */
  readonly parts: readonly OrderPart[]
}

/** The terms of an order without coupon, points, delivery and sellers. */
export const plainTerms: OrderTerms = {
  couponId: null,
  couponName: null,
  couponKind: null,
  couponFen: 0,
  points: 0,
  pointsFen: 0,
  delivery: null,
  remark: '',
  parts: [],
}

/** An order (订单). Instants are milliseconds since 1970 on the business clock. */
export interface Order extends OrderTerms {
  readonly id: number
  readonly orderNo: string
  readonly userId: number
  readonly client: ClientKind
  readonly status: OrderStatus
  readonly items: readonly OrderItem[]
  readonly goodsFen: number
  readonly shippingFen: number
  readonly totalFen: number
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly paidAtMs: number | null
  readonly transactionId: string | null
  /** What the payer paid in money; null until paid, and where it is not known. The shop books `totalFen`. */
  readonly payerFen: number | null
  readonly fulfilment: Fulfilment
  /** How much of the total has been refunded. */
  readonly refundedFen: number
  readonly closedAtMs: number | null
  readonly heldAtMs: number | null
  readonly shippedAtMs: number | null
  readonly completedAtMs: number | null
  readonly carrier: string | null
  readonly trackingNo: string | null
}

/** The state of an order that has just been placed. */
export const initialOrderState = {
  status: 'pending',
  paidAtMs: null,
  transactionId: null,
  payerFen: null,
  fulfilment: 'none',
  refundedFen: 0,
  closedAtMs: null,
  heldAtMs: null,
  shippedAtMs: null,
  completedAtMs: null,
  carrier: null,
  trackingNo: null,
} as const satisfies Partial<Order>

export type AttemptStatus = 'new' | 'live' | 'paid' | 'closed'

/**
 * The states that may follow a state of an attempt. `new`: the number is stored, and may or may not be known to WeChat
 * Pay. `live`: WeChat Pay gave an instruction, so it can be paid.
 */
export const attemptCanBecome: Readonly<Record<AttemptStatus, readonly AttemptStatus[]>> = {
  new: ['live', 'paid', 'closed'],
  live: ['paid', 'closed'],
  paid: [],
  closed: [],
}

/** One attempt to be paid for an order, with a merchant order number (商户订单号) of its own. */
export interface Attempt {
  readonly id: number
  readonly orderId: number
  readonly outTradeNo: string
  readonly client: ClientKind
  readonly status: AttemptStatus
  /** The payer's address when the attempt was ordered. H5 payments are tied to it. */
  readonly payerClientIp: string | null
  /** The prepay id or the H5 link, depending on the channel. */
  readonly instruction: string | null
  readonly instructedAtMs: number | null
  readonly transactionId: string | null
  readonly queries: number
  /** The sub orders (子单) of a combined order; empty for an ordinary one. */
  readonly parts: readonly AttemptPart[]
}

export function isOpen(attempt: Attempt): boolean {
  return attemptCanBecome[attempt.status].includes('paid')
}

export function isPayable(order: Order, nowMs: number): boolean {
  return order.status === 'pending' && nowMs < order.expiresAtMs
}

const secondMs = 1000
const minuteMs = 60 * secondMs

/** Wait before each query for an attempt whose notification has not arrived, counted from the previous query. */
const queryWaitsMs = [30, 60, 120, 240, 480].map((seconds) => seconds * secondMs)
const laterWaitMs = 15 * minuteMs

/** How long to wait before query number `queries` (from 0). */
export function queryWaitMs(queries: number): number {
  return queryWaitsMs[queries] ?? laterWaitMs
}

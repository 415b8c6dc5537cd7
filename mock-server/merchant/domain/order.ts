import type { OrderItem } from './cart'

export type ClientKind = 'weapp' | 'qq' | 'h5'

export type OrderStatus = 'pending' | 'paid' | 'closed' | 'held' | 'refunding' | 'refunded'

/** Where an order can go from where it is. */
export const orderCanBecome: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['paid', 'closed', 'held'],
  paid: ['refunding'],
  closed: [], // closed only after WeChat Pay confirmed the close, so no payment can follow
  held: ['paid', 'refunding'], // a person decides
  refunding: ['refunded', 'paid', 'held'],
  refunded: [],
}

/** One purchase. Instants are milliseconds since 1970 on the business clock. */
export interface Order {
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
}

export type AttemptStatus = 'new' | 'live' | 'paid' | 'closed'

/**
 * Where a payment attempt can go. `new`: the number is stored, and nobody knows yet whether WeChat Pay heard of it.
 * `live`: WeChat Pay gave instructions, so it can be paid.
 */
export const attemptCanBecome: Readonly<Record<AttemptStatus, readonly AttemptStatus[]>> = {
  new: ['live', 'paid', 'closed'],
  live: ['paid', 'closed'],
  paid: [],
  closed: [],
}

/** One try at paying an order, with a merchant order number (商户订单号) of its own. */
export interface Attempt {
  readonly id: number
  readonly orderId: number
  readonly outTradeNo: string
  readonly client: ClientKind
  readonly status: AttemptStatus
  /** What the payer's device had as its address when it was ordered; H5 payments are tied to it. */
  readonly payerClientIp: string | null
  /** The prepay id or the H5 link, whichever the channel works with. */
  readonly instruction: string | null
  readonly instructedAtMs: number | null
  readonly transactionId: string | null
  readonly queries: number
}

export function isOpen(attempt: Attempt): boolean {
  return attemptCanBecome[attempt.status].includes('paid')
}

export function isPayable(order: Order, nowMs: number): boolean {
  return order.status === 'pending' && nowMs < order.expiresAtMs
}

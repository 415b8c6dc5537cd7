import type { Selectable } from 'kysely'
import type { OrderItem } from '../domain/cart'
import type { Delivery } from '../domain/delivery'
import type { Attempt, Order } from '../domain/order'
import type { Tables } from './schema'

export type OrderRow = Omit<Selectable<Tables['orders']>, 'requestId' | 'content' | 'expireCheckAtMs' | 'forgetAtMs'>

export type AttemptRow = Pick<
  Selectable<Tables['attempts']>,
  | 'id'
  | 'orderId'
  | 'outTradeNo'
  | 'client'
  | 'status'
  | 'payerClientIp'
  | 'instruction'
  | 'instructedAtMs'
  | 'transactionId'
  | 'queries'
  | 'parts'
>

export const orderColumns = [
  'orders.id',
  'orders.orderNo',
  'orders.userId',
  'orders.client',
  'orders.status',
  'orders.items',
  'orders.goodsFen',
  'orders.shippingFen',
  'orders.totalFen',
  'orders.createdAtMs',
  'orders.expiresAtMs',
  'orders.paidAtMs',
  'orders.transactionId',
  'orders.payerFen',
  'orders.couponId',
  'orders.couponName',
  'orders.couponKind',
  'orders.couponFen',
  'orders.points',
  'orders.pointsFen',
  'orders.delivery',
  'orders.remark',
  'orders.fulfilment',
  'orders.refundedFen',
  'orders.closedAtMs',
  'orders.heldAtMs',
  'orders.shippedAtMs',
  'orders.completedAtMs',
  'orders.carrier',
  'orders.trackingNo',
  'orders.parts',
] as const

export const attemptColumns = [
  'attempts.id',
  'attempts.orderId',
  'attempts.outTradeNo',
  'attempts.client',
  'attempts.status',
  'attempts.payerClientIp',
  'attempts.instruction',
  'attempts.instructedAtMs',
  'attempts.transactionId',
  'attempts.queries',
  'attempts.parts',
] as const

/** The JSON in our own tables was written by us and is not checked again. */
export function toOrder(row: OrderRow): Order {
  return { ...row, items: toItems(row.items), delivery: toDelivery(row.delivery), parts: toList(row.parts) }
}

/** The oldest orders lack the kind of their goods. */
export function toItems(text: string): readonly OrderItem[] {
  const items = JSON.parse(text) as readonly (Omit<OrderItem, 'kind'> & Partial<Pick<OrderItem, 'kind'>>)[]
  return items.map((item) => ({ ...item, kind: item.kind ?? 'physical' }))
}

function toList<T>(text: string | null): readonly T[] {
  return text === null ? [] : (JSON.parse(text) as readonly T[])
}

/** Null for an empty list: most orders have no parts. */
export function toListText(list: readonly unknown[]): string | null {
  return list.length === 0 ? null : JSON.stringify(list)
}

function toDelivery(text: string | null): Delivery | null {
  return text === null ? null : (JSON.parse(text) as Delivery)
}

export function toAttempt(row: AttemptRow): Attempt {
  return { ...row, parts: toList(row.parts) }
}

/** Every transaction locks goods in the same order, so that two of them cannot deadlock. */
export function inGoodsOrder<T extends { readonly goodsId: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((left, right) => (left.goodsId < right.goodsId ? -1 : 1))
}

export const refundColumns = [
  'refunds.id',
  'refunds.orderId',
  'refunds.refundNo',
  'refunds.outTradeNo',
  'refunds.transactionId',
  'refunds.status',
  'refunds.cause',
  'refunds.amountFen',
  'refunds.paidFen',
  'refunds.reason',
  'refunds.requestedAtMs',
  'refunds.decidedAtMs',
  'refunds.settledAtMs',
  'refunds.refundId',
  'refunds.account',
  'refunds.declineReason',
] as const

export const refundPartColumns = [
  'refundParts.id',
  'refundParts.orderId',
  'refundParts.ofRefundNo',
  'refundParts.refundNo',
  'refundParts.outTradeNo',
  'refundParts.subMchid',
  'refundParts.transactionId',
  'refundParts.status',
  'refundParts.amountFen',
  'refundParts.paidFen',
  'refundParts.settledAtMs',
  'refundParts.refundId',
  'refundParts.account',
] as const

export const jobColumns = [
  'jobs.id',
  'jobs.kind',
  'jobs.subject',
  'jobs.orderId',
  'jobs.status',
  'jobs.dueAtMs',
  'jobs.tries',
  'jobs.note',
  'jobs.createdAtMs',
] as const

export const holdColumns = [
  'holds.id',
  'holds.outTradeNo',
  'holds.transactionId',
  'holds.totalFen',
  'holds.payerFen',
  'holds.reason',
  'holds.createdAtMs',
  'holds.resolvedAtMs',
  'holds.decision',
  'holds.note',
] as const

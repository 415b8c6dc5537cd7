import type { Selectable } from 'kysely'
import type { OrderItem } from '../domain/cart'
import type { Attempt, Order } from '../domain/order'
import type { Tables } from './schema'

export type OrderRow = Pick<
  Selectable<Tables['orders']>,
  | 'id'
  | 'orderNo'
  | 'userId'
  | 'client'
  | 'status'
  | 'items'
  | 'goodsFen'
  | 'shippingFen'
  | 'totalFen'
  | 'createdAtMs'
  | 'expiresAtMs'
  | 'paidAtMs'
  | 'transactionId'
>

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
] as const

/** Our own table wrote the items: they need no second check. */
export function toOrder(row: OrderRow): Order {
  return { ...row, items: JSON.parse(row.items) as readonly OrderItem[] }
}

export function toAttempt(row: AttemptRow): Attempt {
  return { ...row }
}

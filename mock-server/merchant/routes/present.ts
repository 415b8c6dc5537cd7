import type { Order as OrderAnswer, OrderStatus } from '../../../src/contract/api'
import type { Order } from '../domain/order'

/** From what we remember to what clients are told. */
export function presentOrder(order: Order, nowMs: number): OrderAnswer {
  return {
    orderNo: order.orderNo,
    status: order.status satisfies OrderStatus,
    items: order.items,
    goodsFen: order.goodsFen,
    shippingFen: order.shippingFen,
    totalFen: order.totalFen,
    createdAt: toInstant(order.createdAtMs),
    expiresAt: toInstant(order.expiresAtMs),
    payableForSec: order.status === 'pending' ? Math.max(0, Math.ceil((order.expiresAtMs - nowMs) / 1000)) : 0,
    paidAt: order.paidAtMs === null ? null : toInstant(order.paidAtMs),
    transactionId: order.transactionId,
  }
}

export function toInstant(ms: number): string {
  return new Date(ms).toISOString()
}

import type { OrderItem } from './cart'
import type { Delivery } from './delivery'
import type { Fulfilment, Order } from './order'
import { uploadNotBeforeMs, type JobDraft } from './outbox'

/** The states that may follow a state of the goods. */
export const fulfilmentCanBecome: Readonly<Record<Fulfilment, readonly Fulfilment[]>> = {
  none: ['preparing', 'completed'],
  preparing: ['shipped', 'cancelled'],
  shipped: ['completed'],
  completed: [],
  cancelled: [],
}

/** The state of the goods once they are paid. Virtual goods are delivered at once. */
export function fulfilmentWhenPaid(items: readonly OrderItem[]): 'preparing' | 'completed' {
  return items.every(({ kind }) => kind === 'virtual') ? 'completed' : 'preparing'
}

/** Whether nobody has to send anything: virtual goods, and goods that the payer picks up. */
export function needsNoParcel(items: readonly OrderItem[], delivery: Delivery | null): boolean {
  return delivery?.kind === 'pickup' || items.every(({ kind }) => kind === 'virtual')
}

/** Goods are shipped only while the order is paid: not when it is held, nor during a refund. */
export function canShip(order: Order): boolean {
  return order.status === 'paid' && fulfilmentCanBecome[order.fulfilment].includes('shipped')
}

export function canConfirmReceipt(order: Order): boolean {
  return order.status === 'paid' && order.fulfilment === 'shipped'
}

/** The jobs that a paid order needs, each with the time from which it can be done. */
export function workWhenPaid(order: Order, nowMs: number, hasHook: boolean): readonly JobDraft[] {
  const work = { subject: order.orderNo, orderId: order.id }
  const deliverAtMs = Math.max(nowMs, (order.paidAtMs ?? nowMs) + uploadNotBeforeMs)
  return [
    ...(needsNoParcel(order.items, order.delivery)
      ? [{ ...work, kind: 'deliver' as const, dueAtMs: deliverAtMs }]
      : []),
    ...(hasHook ? [{ ...work, kind: 'hook' as const, dueAtMs: nowMs }] : []),
  ]
}

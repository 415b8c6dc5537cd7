import type { OrderItem } from './cart'
import type { Delivery } from './delivery'
import type { Fulfilment, Order } from './order'
import { uploadNotBeforeMs, type JobDraft } from './outbox'

/** Where goods can go from where they are. */
export const fulfilmentCanBecome: Readonly<Record<Fulfilment, readonly Fulfilment[]>> = {
  none: ['preparing', 'completed'],
  preparing: ['shipped', 'cancelled'],
  shipped: ['completed'],
  completed: [],
  cancelled: [],
}

/** What happens to the goods when the money is there: virtual ones are with the payer at once. */
export function fulfilmentWhenPaid(items: readonly OrderItem[]): 'preparing' | 'completed' {
  return items.every(({ kind }) => kind === 'virtual') ? 'completed' : 'preparing'
}

/** Who sends the goods off: nobody has to for virtual ones and for what is fetched. */
export function isDeliveredByItself(items: readonly OrderItem[], delivery: Delivery | null): boolean {
  return delivery?.kind === 'pickup' || items.every(({ kind }) => kind === 'virtual')
}

/** Goods leave only for money that is there and stays. */
export function canShip(order: Order): boolean {
  return order.status === 'paid' && fulfilmentCanBecome[order.fulfilment].includes('shipped')
}

export function canConfirmReceipt(order: Order): boolean {
  return order.status === 'paid' && order.fulfilment === 'shipped'
}

/** What has to be done once the money is there, and from when on. */
export function workWhenPaid(order: Order, nowMs: number, hasHook: boolean): readonly JobDraft[] {
  const work = { subject: order.orderNo, orderId: order.id }
  const deliverAtMs = Math.max(nowMs, (order.paidAtMs ?? nowMs) + uploadNotBeforeMs)
  return [
    ...(isDeliveredByItself(order.items, order.delivery)
      ? [{ ...work, kind: 'deliver' as const, dueAtMs: deliverAtMs }]
      : []),
    ...(hasHook ? [{ ...work, kind: 'hook' as const, dueAtMs: nowMs }] : []),
  ]
}

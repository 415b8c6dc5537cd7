import type { Order } from '../domain/order'
import type { Job, JobOutcome } from '../domain/outbox'
import type { Refund } from '../domain/refund'
import type { Store } from '../store/port'
import type { Work } from './outbox'

/** What the owner's step is told about an order. */
export type PaidOrder = Pick<
  Order,
  | 'orderNo'
  | 'userId'
  | 'client'
  | 'items'
  | 'totalFen'
  | 'refundedFen'
  | 'paidAtMs'
  | 'transactionId'
  | 'delivery'
  | 'remark'
>

/** A refund of an order that was paid. Of a combined order: what one seller gave back. */
export type SettledRefund = Pick<Refund, 'refundNo' | 'amountFen' | 'reason' | 'settledAtMs'>

/**
 * What happened, and the order as it is now. An event may be delivered more than once, always with the same `id`, and a
 * refund may be delivered before the payment that it belongs to.
 */
export type OwnerEvent =
  | { readonly id: string; readonly type: 'order.paid'; readonly order: PaidOrder }
  | {
      readonly id: string
      readonly type: 'order.refunded'
      readonly order: PaidOrder
      readonly refund: SettledRefund
    }

/** The owner's own step (发货、开通、记账 …). When it rejects, it is called again after growing waits. */
export type OwnerHook = (event: OwnerEvent) => Promise<void>

export type HookWorkStore = Pick<Store, 'findOrderById' | 'findRefundTask'>

/** Calls the owner's step for a paid order (`hook`) or a refund that succeeded (`hookRefund`). */
export function createHookWork(store: HookWorkStore, hook: OwnerHook | null): Work {
  return async (job): Promise<JobOutcome> => {
    if (hook === null) return { kind: 'skipped', reason: 'NO_HOOK' }
    const event = await findEvent(store, job)
    if (event === null) return { kind: 'hopeless', reason: 'There is no such order or refund.' }
    await hook(event)
    return { kind: 'done' }
  }
}

async function findEvent(store: HookWorkStore, { kind, subject, orderId }: Job): Promise<OwnerEvent | null> {
  const found = await store.findOrderById(orderId)
  if (found === null) return null
  const order = toPaidOrder(found.order)
  if (kind === 'hook') return { id: `paid-${order.orderNo}`, type: 'order.paid', order }
  const known = await store.findRefundTask(subject)
  if (known === null) return null
  const { refundNo, amountFen, reason, settledAtMs } = known
  const refund = { refundNo, amountFen, reason, settledAtMs }
  return { id: `refunded-${refundNo}`, type: 'order.refunded', order, refund }
}

function toPaidOrder(order: Order): PaidOrder {
  const { orderNo, userId, client, items, totalFen, refundedFen, paidAtMs, transactionId, delivery, remark } = order
  return { orderNo, userId, client, items, totalFen, refundedFen, paidAtMs, transactionId, delivery, remark }
}

import type { Order } from '../domain/order'
import type { Job, JobOutcome } from '../domain/outbox'
import type { Refund } from '../domain/refund'
import type { Store } from '../store/port'
import type { Work } from './outbox'

/** What the owner's step gets to know of an order. */
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

/** Of an order that `order.paid` told of; of a combined one what one seller gave back. */
export type SettledRefund = Pick<Refund, 'refundNo' | 'amountFen' | 'reason' | 'settledAtMs'>

/**
 * What happened, and the order as it is now. `id` is the same each time that it is told: it may come more than once, and
 * a refund before the payment that it belongs to.
 */
export type OwnerEvent =
  | { readonly id: string; readonly type: 'order.paid'; readonly order: PaidOrder }
  | {
      readonly id: string
      readonly type: 'order.refunded'
      readonly order: PaidOrder
      readonly refund: SettledRefund
    }

/** The owner's own step (发货、开通、记账 …). A rejection is tried again, with growing waits. */
export type OwnerHook = (event: OwnerEvent) => Promise<void>

/** Tells of what the job is for: a paid order (`hook`), or a refund that arrived (`hookRefund`). */
export function createHookWork(store: Store, hook: OwnerHook | null): Work {
  return async (job): Promise<JobOutcome> => {
    if (hook === null) return { kind: 'skipped', reason: 'NO_HOOK' }
    const event = await findEvent(store, job)
    if (event === null) return { kind: 'hopeless', reason: 'There is no such order or refund.' }
    await hook(event)
    return { kind: 'done' }
  }
}

async function findEvent(store: Store, { kind, subject, orderId }: Job): Promise<OwnerEvent | null> {
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

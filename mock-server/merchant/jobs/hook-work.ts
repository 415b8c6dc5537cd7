import type { Order } from '../domain/order'
import type { JobOutcome } from '../domain/outbox'
import type { Store } from '../store/port'
import type { Work } from './outbox'

/** What the owner's step gets to know. It may come more than once: the order's number tells. */
export type PaidOrder = Pick<
  Order,
  'orderNo' | 'userId' | 'client' | 'items' | 'totalFen' | 'paidAtMs' | 'transactionId' | 'delivery' | 'remark'
>

/** The owner's own step (发货、开通、记账 …) after a payment. A rejection is tried again, with growing waits. */
export type OwnerHook = (order: PaidOrder) => Promise<void>

export function createHookWork(store: Store, hook: OwnerHook | null): Work {
  return async ({ subject }): Promise<JobOutcome> => {
    if (hook === null) return { kind: 'skipped', reason: 'NO_HOOK' }
    const parcel = await store.findParcel(subject)
    if (parcel === null) return { kind: 'hopeless', reason: 'There is no such order.' }
    const { orderNo, userId, client, items, totalFen, paidAtMs, transactionId, delivery, remark } = parcel.order
    await hook({ orderNo, userId, client, items, totalFen, paidAtMs, transactionId, delivery, remark })
    return { kind: 'done' }
  }
}

import type { Order } from './order'
import type { HoldReason } from './settlement'

/** A payment or refund that a person of the shop must look at. */
export interface Hold {
  readonly id: number
  readonly outTradeNo: string
  readonly transactionId: string
  readonly totalFen: number
  /** What the payer paid in money; null where it is not known, and for refunds. */
  readonly payerFen: number | null
  readonly reason: HoldReason
  readonly createdAtMs: number
  readonly resolvedAtMs: number | null
  readonly decision: HoldDecision | null
  readonly note: string | null
}

/** `accept`: the payment counts, deliver. `refund`: give it back. `dismiss`: dealt with by other means. */
export type HoldDecision = 'accept' | 'refund' | 'dismiss'

/** The decisions that a reason allows. Money of another merchant cannot be given back by this shop. */
export const holdCanBe: Readonly<Record<HoldReason, readonly HoldDecision[]>> = {
  AMOUNT_MISMATCH: ['refund', 'dismiss'],
  MCHID_MISMATCH: ['dismiss'],
  APPID_MISMATCH: ['accept', 'refund', 'dismiss'],
  PARTS_MISMATCH: ['refund', 'dismiss'],
  TRANSACTION_MISMATCH: ['refund', 'dismiss'],
  ALREADY_REFUNDED: ['dismiss'],
  ORDER_HELD: ['accept', 'refund', 'dismiss'],
  REFUND_ABNORMAL: ['dismiss'],
  REFUND_FAILED: ['dismiss'],
  REFUND_MISMATCH: ['dismiss'],
}

/** Whether a decision can be carried out. Goods are delivered only for the right amount, and only once. */
export function canResolve(hold: Hold, decision: HoldDecision, order: Order | null): boolean {
  if (hold.resolvedAtMs !== null || !holdCanBe[hold.reason].includes(decision)) return false
  if (decision !== 'accept') return true
  return order?.status === 'held' && order.totalFen === hold.totalFen
}

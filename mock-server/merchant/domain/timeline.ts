import type { Order } from './order'
import type { Refund } from './refund'

export type TimelineKind =
  | 'created'
  | 'paid'
  | 'held'
  | 'closed'
  | 'preparing'
  | 'shipped'
  | 'completed'
  | 'refundRequested'
  | 'refundApproved'
  | 'refundDeclined'
  | 'refundProcessing'
  | 'refunded'
  | 'refundAbnormal'
  | 'refundFailed'

export interface TimelineEntry {
  readonly kind: TimelineKind
  readonly atMs: number
  readonly note: string | null
  readonly amountFen: number | null
}

/** What happened to an order, oldest first, derived from the order and its refunds. */
export function timelineOf(order: Order, refunds: readonly Refund[]): readonly TimelineEntry[] {
  const entries = [...inSequence(ofOrder(order)), ...refunds.flatMap((refund) => inSequence(ofRefund(refund)))]
  // The sort is stable: entries of one instant keep their logical order.
  return entries.sort((left, right) => left.atMs - right.atMs)
}

/** WeChat Pay's clock may be behind ours: no entry is dated before the one that it follows. */
function inSequence(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
  let latestMs = -Infinity
  return entries.map((entry) => {
    latestMs = Math.max(latestMs, entry.atMs)
    return { ...entry, atMs: latestMs }
  })
}

function ofOrder(order: Order): TimelineEntry[] {
  const { carrier, trackingNo } = order
  const parcel = [carrier, trackingNo].filter((part) => part !== null).join(' ')
  return [
    ...at('created', order.createdAtMs),
    ...at('held', order.heldAtMs),
    ...at('paid', order.paidAtMs, null, order.totalFen),
    ...(order.fulfilment === 'none' || order.completedAtMs === order.paidAtMs ? [] : at('preparing', order.paidAtMs)),
    ...at('shipped', order.shippedAtMs, parcel || null),
    ...at('completed', order.completedAtMs),
    ...at('closed', order.closedAtMs),
  ]
}

function ofRefund(refund: Refund): TimelineEntry[] {
  const { refundNo, reason, amountFen, status } = refund
  const isDeclined = status === 'declined'
  const isSent = status !== 'requested' && status !== 'declined' && status !== 'approved'
  return [
    ...at('refundRequested', refund.requestedAtMs, reason, amountFen),
    ...at(
      isDeclined ? 'refundDeclined' : 'refundApproved',
      refund.decidedAtMs,
      isDeclined ? refund.declineReason : null,
      amountFen,
    ),
    ...(isSent ? at('refundProcessing', refund.decidedAtMs, refundNo, amountFen) : []),
    ...(status === 'abnormal' ? at('refundAbnormal', refund.decidedAtMs, refundNo, amountFen) : []),
    ...(status === 'succeeded' ? at('refunded', refund.settledAtMs, refund.account, amountFen) : []),
    ...(status === 'failed' ? at('refundFailed', refund.settledAtMs, refundNo, amountFen) : []),
  ]
}

function at(
  kind: TimelineKind,
  atMs: number | null,
  note: string | null = null,
  amountFen: number | null = null,
): TimelineEntry[] {
  return atMs === null ? [] : [{ kind, atMs, note, amountFen }]
}

import { refundCanBecome, type Refund, type RefundPart, type RefundReport, type RefundStatus } from './refund'
import type { HoldReason } from './settlement'

/** A refund, or a part of one, as a report of WeChat Pay leaves it. `mismatch`: the report is about other money. */
export function afterReport<T extends Refund | RefundPart>(
  before: T,
  report: RefundReport,
  nowMs: number,
): T | 'mismatch' | 'unchanged' {
  if (report.amountFen !== before.amountFen || report.transactionId !== before.transactionId) return 'mismatch'
  if (!refundCanBecome[before.status].includes(report.status)) return 'unchanged'
  return {
    ...before,
    status: report.status,
    refundId: report.refundId,
    account: report.account ?? before.account,
    settledAtMs: isEnd(report.status) ? (report.settledAtMs ?? nowMs) : null,
  }
}

/** Why a person must look at a refund that stands like this: the money is still ours to give back. */
export function holdReasonOf({ status }: Pick<RefundReport, 'status'>): HoldReason | null {
  if (status === 'abnormal') return 'REFUND_ABNORMAL'
  return status === 'failed' ? 'REFUND_FAILED' : null
}

/** A whole refund after one of its parts changed. `parts` are all of them, with the change. */
export function afterPart(
  whole: Refund,
  part: Pick<RefundPart, 'account' | 'settledAtMs'>,
  parts: readonly Pick<RefundPart, 'status'>[],
  nowMs: number,
): Refund {
  const status = statusOfParts(parts)
  return {
    ...whole,
    status,
    account: part.account ?? whole.account,
    settledAtMs: isEnd(status) ? (part.settledAtMs ?? nowMs) : null,
  }
}

/**
 * The state of a whole refund. It ends when all parts have ended, and has failed when any of them did not succeed; the
 * money that went back is booked with each part.
 */
export function statusOfParts(parts: readonly Pick<RefundPart, 'status'>[]): RefundStatus {
  const has = (status: RefundStatus): boolean => parts.some((part) => part.status === status)
  const all = (status: RefundStatus): boolean => parts.every((part) => part.status === status)
  for (const status of ['requested', 'declined', 'approved', 'succeeded'] as const) if (all(status)) return status
  if (has('abnormal')) return 'abnormal'
  return has('approved') || has('processing') ? 'processing' : 'failed'
}

function isEnd(status: RefundStatus): boolean {
  return status === 'succeeded' || status === 'failed'
}

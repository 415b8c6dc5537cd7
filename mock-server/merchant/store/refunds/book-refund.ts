import type { Kysely } from 'kysely'
import type { Order } from '../../domain/order'
import {
  isOfOrder,
  isOpenRefund,
  statusAfterRefund,
  type Refund,
  type RefundPart,
  type RefundReport,
} from '../../domain/refund'
import { afterReport, holdReasonOf } from '../../domain/refund-report'
import type { HoldReason } from '../../domain/settlement'
import { addHold } from '../orders/holds'
import type { Tables } from '../schema'
import { addJobs } from '../work/jobs'
import type { NoticeRecord } from '../work/notice-record'
import { insertNotice } from '../work/notices'
import { lockRefund, type LockedRefund } from './lock-refund'
import type { RefundBooking } from './refund-port'
import { applyRefund, savePart } from './refunds'

interface Context {
  readonly nowMs: number
  /** Whether the owner has a step of their own. */
  readonly hasHook: boolean
}

/** Books a report of WeChat Pay and keeps the notice that brought it. */
export async function bookReport(
  tx: Kysely<Tables>,
  report: RefundReport,
  notice: NoticeRecord | null,
  context: Context,
): Promise<RefundBooking> {
  const found = await lockRefund(tx, report.refundNo)
  if (notice !== null) {
    const isNew = await insertNotice(tx, notice, {
      outTradeNo: (found?.part ?? found?.refund)?.outTradeNo ?? null,
      outcome: found === null ? 'unknownNumber' : 'refund',
      payment: { transactionId: report.transactionId, totalFen: report.amountFen },
      reason: report.status,
    })
    if (!isNew) return { kind: 'known' }
  }
  if (found === null) return { kind: 'unknownNumber' }
  const { order, refund, part } = found
  return part === null
    ? bookWhole(tx, { order, refund }, report, context)
    : bookPart(tx, { order, refund, part }, report, context)
}

/** Books a report about a refund that WeChat Pay knows as one. */
async function bookWhole(
  tx: Kysely<Tables>,
  { order, refund }: Pick<LockedRefund, 'order' | 'refund'>,
  report: RefundReport,
  context: Context,
): Promise<RefundBooking> {
  const { nowMs } = context
  const after = afterReport(refund, report, nowMs)
  if (after === 'mismatch') return holdMismatch(tx, { order, refund }, refund.refundNo, report, nowMs)
  if (after === 'unchanged') return { kind: 'unchanged', to: refund.status }
  await tx
    .updateTable('refunds')
    .set({ status: after.status, refundId: after.refundId, account: after.account, settledAtMs: after.settledAtMs })
    .where('id', '=', refund.id)
    .execute()
  const changed = { kind: 'changed', from: refund.status, to: after.status, refund: after } as const
  if (report.status === 'succeeded') {
    return { ...changed, order: isOfOrder(refund) ? await bookMoneyBack(tx, order, refund, context) : order }
  }
  await holdIfStuck(tx, refund.refundNo, report, nowMs)
  if (report.status === 'failed' && isOfOrder(refund)) await endRefunding(tx, order)
  return { ...changed, order }
}

/** Books a report about the part of one seller. Its money is booked at once; the whole ends with the last part. */
async function bookPart(
  tx: Kysely<Tables>,
  { order, refund, part }: LockedRefund & { readonly part: RefundPart },
  report: RefundReport,
  context: Context,
): Promise<RefundBooking> {
  const { nowMs } = context
  const after = afterReport(part, report, nowMs)
  if (after === 'mismatch') return holdMismatch(tx, { order, refund }, part.refundNo, report, nowMs)
  if (after === 'unchanged') return { kind: 'unchanged', to: part.status }
  const whole = await savePart(tx, refund, after, nowMs)
  const isOver = !isOpenRefund(whole)
  const changed = { kind: 'changed', from: part.status, to: after.status, refund: whole } as const
  await holdIfStuck(tx, part.refundNo, report, nowMs)
  if (!isOfOrder(refund)) return { ...changed, order }
  if (report.status === 'succeeded') {
    return { ...changed, order: await bookMoneyBack(tx, order, part, context, isOver) }
  }
  if (isOver) await endRefunding(tx, order)
  return { ...changed, order }
}

/** Books money of the order that went back, and queues the owner's step. */
async function bookMoneyBack(
  tx: Kysely<Tables>,
  order: Order,
  refund: Refund | RefundPart,
  { nowMs, hasHook }: Context,
  isOver = true,
): Promise<Order> {
  const draft = { kind: 'hookRefund', subject: refund.refundNo, orderId: order.id, dueAtMs: nowMs } as const
  if (hasHook) await addJobs(tx, [draft], nowMs)
  return applyRefund(tx, order, refund, nowMs, isOver)
}

async function holdMismatch(
  tx: Kysely<Tables>,
  { order, refund }: Pick<LockedRefund, 'order' | 'refund'>,
  refundNo: string,
  report: RefundReport,
  nowMs: number,
): Promise<RefundBooking> {
  await holdRefund(tx, refundNo, report, 'REFUND_MISMATCH', nowMs)
  return { kind: 'held', refund, order, reason: 'REFUND_MISMATCH' }
}

async function holdIfStuck(tx: Kysely<Tables>, refundNo: string, report: RefundReport, nowMs: number): Promise<void> {
  const reason = holdReasonOf(report)
  if (reason !== null) await holdRefund(tx, refundNo, report, reason, nowMs)
}

/** The refund ended without giving (more) money back: the order is again what it was. */
async function endRefunding(tx: Kysely<Tables>, order: Order): Promise<void> {
  const status = statusAfterRefund(order, order.refundedFen)
  await tx.updateTable('orders').set({ status }).where('id', '=', order.id).execute()
}

async function holdRefund(
  tx: Kysely<Tables>,
  refundNo: string,
  report: RefundReport,
  reason: HoldReason,
  nowMs: number,
): Promise<void> {
  // Under the number of the refund, because the payment may be held as well.
  const subject = { outTradeNo: refundNo, transactionId: `${report.refundId}:${report.status}` }
  await addHold(tx, { ...subject, totalFen: report.amountFen, reason }, nowMs)
}

import type { Kysely } from 'kysely'
import { toAutomaticRefundNo } from '../../domain/numbers'
import { toPartNo } from '../../domain/parts'
import type { Order } from '../../domain/order'
import { automaticReasons, reversalOf, statusAfterRefund, type Refund, type RefundPart } from '../../domain/refund'
import { afterPart } from '../../domain/refund-report'
import type { Payment } from '../../domain/settlement'
import { addPoints, returnCoupon } from '../orders/benefits'
import { addJobs } from '../work/jobs'
import { partsOfPayment, type PaidPart } from '../orders/payment-parts'
import { refundPartColumns } from '../rows'
import type { Tables } from '../schema'
import { moveStock } from '../orders/stock'

/** Steps of transactions that refund. */

export interface AutomaticRefund {
  readonly orderId: number
  readonly payment: Pick<Payment, 'outTradeNo' | 'transactionId' | 'totalFen'>
  readonly cause: keyof typeof automaticReasons
  readonly nowMs: number
  /** Default: the number that is derived from the payment's. */
  readonly refundNo?: string
}

/** Gives the whole of a payment back that the shop has no goods for. */
export async function addAutomaticRefund(tx: Kysely<Tables>, refund: AutomaticRefund): Promise<string> {
  const { orderId, payment, cause, nowMs } = refund
  const refundNo = refund.refundNo ?? toAutomaticRefundNo(payment.outTradeNo)
  await tx
    .insertInto('refunds')
    .values({
      orderId,
      refundNo,
      requestId: null,
      content: null,
      outTradeNo: payment.outTradeNo,
      transactionId: payment.transactionId,
      status: 'approved',
      cause,
      amountFen: payment.totalFen,
      paidFen: payment.totalFen,
      reason: automaticReasons[cause],
      requestedAtMs: nowMs,
      decidedAtMs: nowMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const parts = await partsOfPayment(tx, payment.transactionId)
  const whole = parts.map((part) => ({ ...part, amountFen: part.totalFen }))
  await addRefundParts(tx, { refundNo, orderId, status: 'approved' }, whole)
  await addRefundJobs(tx, { refundNo, orderId }, nowMs)
  return refundNo
}

/** Keeps what each seller gives back: nothing for a seller whose share is zero. */
export async function addRefundParts(
  tx: Kysely<Tables>,
  { refundNo, orderId, status }: Pick<Refund, 'refundNo' | 'orderId' | 'status'>,
  shares: readonly (PaidPart & Pick<RefundPart, 'amountFen'>)[],
): Promise<void> {
  const values = shares
    .map(({ transactionId, outTradeNo, subMchid, totalFen, amountFen }, index) => ({
      orderId,
      ofRefundNo: refundNo,
      refundNo: toPartNo(refundNo, index + 1),
      outTradeNo,
      subMchid,
      transactionId,
      status,
      amountFen,
      paidFen: totalFen,
    }))
    .filter(({ amountFen }) => amountFen > 0)
  if (values.length === 0) return
  await tx
    .insertInto('refundParts')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Oldest first. Empty for a refund that WeChat Pay knows as one. */
export async function partsOfRefund(tx: Kysely<Tables>, refundNo: string): Promise<readonly RefundPart[]> {
  return tx
    .selectFrom('refundParts')
    .select(refundPartColumns)
    .where('ofRefundNo', '=', refundNo)
    .orderBy('id')
    .execute()
}

/** Adds a job for each number under which WeChat Pay will know the refund. */
async function addRefundJobs(
  tx: Kysely<Tables>,
  { refundNo, orderId }: Pick<Refund, 'refundNo' | 'orderId'>,
  nowMs: number,
): Promise<void> {
  const parts = await partsOfRefund(tx, refundNo)
  const subjects = parts.length === 0 ? [refundNo] : parts.map((part) => part.refundNo)
  const jobs = subjects.map((subject) => ({ kind: 'refund' as const, subject, orderId, dueAtMs: nowMs }))
  await addJobs(tx, jobs, nowMs)
}

/** Saves a part that changed, and the whole that changes with it. @returns the whole */
export async function savePart(tx: Kysely<Tables>, refund: Refund, part: RefundPart, nowMs: number): Promise<Refund> {
  const { status, refundId, account, settledAtMs } = part
  await tx
    .updateTable('refundParts')
    .set({ status, refundId, account, settledAtMs })
    .where('id', '=', part.id)
    .execute()
  const after = afterPart(refund, part, await partsOfRefund(tx, refund.refundNo), nowMs)
  await tx
    .updateTable('refunds')
    .set({ status: after.status, account: after.account, settledAtMs: after.settledAtMs })
    .where('id', '=', refund.id)
    .execute()
  return after
}

/** Starts an approved refund. The transaction must hold the order's row. */
export async function startRefund(
  tx: Kysely<Tables>,
  { refundNo, orderId }: Pick<Refund, 'refundNo' | 'orderId'>,
  nowMs: number,
): Promise<void> {
  await tx
    .updateTable('refunds')
    .set({ status: 'approved', decidedAtMs: nowMs })
    .where('refundNo', '=', refundNo)
    .execute()
  await tx.updateTable('refundParts').set({ status: 'approved' }).where('ofRefundNo', '=', refundNo).execute()
  await tx.updateTable('orders').set({ status: 'refunding' }).where('id', '=', orderId).execute()
  await addRefundJobs(tx, { refundNo, orderId }, nowMs)
}

/**
 * Books money that went back: points in proportion, and with the last of it the coupon and goods that never left.
 * @param isOver false while other parts of the same refund are still open
 */
export async function applyRefund(
  tx: Kysely<Tables>,
  order: Order,
  refund: Pick<Refund, 'refundNo' | 'amountFen'>,
  nowMs: number,
  isOver = true,
): Promise<Order> {
  const reversal = reversalOf(order, refund.amountFen)
  const refundedFen = order.refundedFen + refund.amountFen
  const after: Order = {
    ...order,
    refundedFen,
    status: isOver ? statusAfterRefund(order, refundedFen) : order.status,
    fulfilment: reversal.goodsReturn ? 'cancelled' : order.fulfilment,
  }
  await tx
    .updateTable('orders')
    .set({ status: after.status, refundedFen, fulfilment: after.fulfilment })
    .where('id', '=', order.id)
    .execute()
  const { userId } = order
  const { refundNo } = refund
  if (reversal.goodsReturn) await moveStock(tx, order.items, 'sold', 'available')
  if (reversal.couponReturns && order.couponId !== null) await returnCoupon(tx, order.couponId)
  await addPoints(tx, { entryKey: `earnedBack:${refundNo}`, userId, points: -reversal.earnedPoints, atMs: nowMs })
  await addPoints(tx, { entryKey: `usedBack:${refundNo}`, userId, points: reversal.usedPoints, atMs: nowMs })
  return after
}

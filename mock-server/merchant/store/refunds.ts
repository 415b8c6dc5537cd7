import type { Kysely } from 'kysely'
import { toAutomaticRefundNo } from '../domain/numbers'
import type { Order } from '../domain/order'
import { reversalOf, statusAfterRefund, type Refund, type RefundCause } from '../domain/refund'
import type { Payment } from '../domain/settlement'
import { addPoints, returnCoupon } from './benefits'
import { addJobs } from './jobs'
import type { Tables } from './schema'
import { moveStock } from './stock'

/** Refunds, as parts of somebody else's transaction. */

export interface AutomaticRefund {
  readonly orderId: number
  readonly payment: Pick<Payment, 'outTradeNo' | 'transactionId' | 'totalFen'>
  readonly cause: RefundCause
  readonly nowMs: number
  /** Default: the automatic one of the payment. */
  readonly refundNo?: string
}

const automaticReasons: Readonly<Record<RefundCause, string>> = {
  paidTwice: '重复支付，自动退款',
  paidAfterClose: '订单已关闭，自动退款',
  held: '付款与订单不符，退款',
  asked: '',
  shop: '',
}

/** Gives a payment back whole: it came for nothing. */
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
  await addJobs(tx, [{ kind: 'refund', subject: refundNo, orderId, dueAtMs: nowMs }], nowMs)
  return refundNo
}

/** Sends an asked refund on its way. For one that holds the order's row. */
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
  await tx.updateTable('orders').set({ status: 'refunding' }).where('id', '=', orderId).execute()
  await addJobs(tx, [{ kind: 'refund', subject: refundNo, orderId, dueAtMs: nowMs }], nowMs)
}

/** The money of a part of the order is back: so are its points, and with the last of it coupon and goods. */
export async function applyRefund(tx: Kysely<Tables>, order: Order, refund: Refund, nowMs: number): Promise<Order> {
  const reversal = reversalOf(order, refund.amountFen)
  const refundedFen = order.refundedFen + refund.amountFen
  const after: Order = {
    ...order,
    refundedFen,
    status: statusAfterRefund(order, refundedFen),
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

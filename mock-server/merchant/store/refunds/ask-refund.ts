import type { Kysely } from 'kysely'
import { zip } from '../../domain/lists'
import type { Order } from '../../domain/order'
import { canApprove, canDecline, decideRefund, needsApproval, splitRefund, type Refund } from '../../domain/refund'
import { lockKnownOrder } from '../orders/lock-order'
import { partsOfPayment } from '../orders/payment-parts'
import { refundColumns } from '../rows'
import type { Tables } from '../schema'
import { lockRefund } from './lock-refund'
import type { Decided, RefundAsk, RefundPlacement } from './refund-port'
import { refundsOf } from './refund-queries'
import { addRefundParts, startRefund } from './refunds'

/** Keeps a refund that may be asked for, and starts it where nobody has to approve it. */
export async function askForRefund(tx: Kysely<Tables>, ask: RefundAsk): Promise<RefundPlacement> {
  const order = await lockKnownOrder(tx, ask.orderId)
  const refunds = await refundsOf(tx, ask.orderId)
  const known = await findByRequest(tx, ask)
  if (known !== null) return { kind: known.content === ask.content ? 'known' : 'conflict' }
  const decision = decideRefund(order, refunds, ask.wish, ask.cause)
  if (decision.kind !== 'granted') return decision
  const { amountFen } = decision
  const refund = await insertRefund(tx, order, ask, amountFen)
  await splitAmongSellers(tx, order, refund, ask)
  if (needsApproval(order, { cause: ask.cause, amountFen }, ask.automaticMaxFen)) return { kind: 'requested', refund }
  await startRefund(tx, refund, ask.nowMs)
  return { kind: 'approved', refund: { ...refund, status: 'approved', decidedAtMs: ask.nowMs } }
}

async function findByRequest(
  tx: Kysely<Tables>,
  { orderId, requestId }: RefundAsk,
): Promise<{ readonly content: string | null } | null> {
  if (requestId === null) return null
  const known = await tx
    .selectFrom('refunds')
    .select('content')
    .where('orderId', '=', orderId)
    .where('requestId', '=', requestId)
    .executeTakeFirst()
  return known ?? null
}

async function insertRefund(tx: Kysely<Tables>, order: Order, ask: RefundAsk, amountFen: number): Promise<Refund> {
  const { orderId, refundNo, requestId, content, reason, cause, nowMs } = ask
  return tx
    .insertInto('refunds')
    .values({
      orderId,
      refundNo,
      requestId,
      content,
      ...(await paymentOf(tx, order)),
      status: 'requested',
      cause,
      amountFen,
      paidFen: order.totalFen,
      reason,
      requestedAtMs: nowMs,
    })
    .returning(refundColumns)
    .executeTakeFirstOrThrow()
}

/** The numbers of the payment that an order keeps. */
async function paymentOf(tx: Kysely<Tables>, { id, orderNo, transactionId }: Order): Promise<Payment> {
  if (transactionId === null) throw new Error(`Order ${orderNo} is refunded, and has not been paid.`)
  const { outTradeNo } = await tx
    .selectFrom('attempts')
    .select('outTradeNo')
    .where('orderId', '=', id)
    .where('transactionId', '=', transactionId)
    .executeTakeFirstOrThrow()
  return { outTradeNo, transactionId }
}

type Payment = Pick<Refund, 'outTradeNo'> & { readonly transactionId: string }

async function splitAmongSellers(
  tx: Kysely<Tables>,
  order: Order,
  refund: Refund,
  { wish, cause }: RefundAsk,
): Promise<void> {
  const paid = await partsOfPayment(tx, refund.transactionId)
  if (paid.length === 0) return
  const leftFen = paid.map((part) => part.totalFen - part.refundedFen)
  const shares = splitRefund(order, { wish, cause, amountFen: refund.amountFen }, leftFen)
  await addRefundParts(
    tx,
    refund,
    zip(paid, shares).map(([part, amountFen]) => ({ ...part, amountFen })),
  )
}

export async function approveRefund(tx: Kysely<Tables>, refundNo: string, nowMs: number): Promise<Decided> {
  const found = await lockRefund(tx, refundNo)
  if (found === null) return 'unknown'
  if (!canApprove(found.refund, found.order)) return 'wrongState'
  await startRefund(tx, found.refund, nowMs)
  return 'done'
}

export async function declineRefund(
  tx: Kysely<Tables>,
  refundNo: string,
  declineReason: string,
  nowMs: number,
): Promise<Decided> {
  const found = await lockRefund(tx, refundNo)
  if (found === null) return 'unknown'
  if (!canDecline(found.refund)) return 'wrongState'
  await tx
    .updateTable('refunds')
    .set({ status: 'declined', decidedAtMs: nowMs, settledAtMs: nowMs, declineReason })
    .where('refundNo', '=', refundNo)
    .execute()
  await tx
    .updateTable('refundParts')
    .set({ status: 'declined', settledAtMs: nowMs })
    .where('ofRefundNo', '=', refundNo)
    .execute()
  return 'done'
}

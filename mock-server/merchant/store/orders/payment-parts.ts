import type { Kysely } from 'kysely'
import type { Payment } from '../../domain/settlement'
import type { Tables } from '../schema'

/** A part of a combined payment, with what has been refunded of it. */
export interface PaidPart {
  readonly transactionId: string
  readonly outTradeNo: string
  readonly subMchid: string
  readonly totalFen: number
  readonly refundedFen: number
}

/** Keeps the parts of a combined payment, once. Does nothing for an ordinary payment. */
export async function keepPaymentParts(tx: Kysely<Tables>, payment: Payment): Promise<void> {
  const { parts = [], transactionId: ofTransactionId } = payment
  if (parts.length === 0) return
  await tx
    .insertInto('paymentParts')
    .values(
      parts.map(({ transactionId, outTradeNo, subMchid, totalFen }) => ({
        transactionId,
        ofTransactionId,
        outTradeNo,
        subMchid,
        totalFen,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Parts in the order of the order's own parts. Empty for an ordinary payment. */
export async function partsOfPayment(tx: Kysely<Tables>, transactionId: string): Promise<readonly PaidPart[]> {
  const parts = await tx
    .selectFrom('paymentParts')
    .select(['transactionId', 'outTradeNo', 'subMchid', 'totalFen'])
    .where('ofTransactionId', '=', transactionId)
    .orderBy('outTradeNo')
    .execute()
  if (parts.length === 0) return []
  const refunds = await tx
    .selectFrom('refundParts')
    .select(['transactionId', 'amountFen'])
    .where(
      'transactionId',
      'in',
      parts.map((part) => part.transactionId),
    )
    .where('status', '=', 'succeeded')
    .execute()
  return parts.map((part) => ({
    ...part,
    refundedFen: refunds
      .filter((refund) => refund.transactionId === part.transactionId)
      .reduce((sum, { amountFen }) => sum + amountFen, 0),
  }))
}

import { attemptCanBecome, orderCanBecome, type Attempt, type Order } from './order'
import type { PaymentPart } from './parts'

/** A payment that WeChat Pay has confirmed, by a verified notification or the answer to a signed query. */
export interface Payment {
  readonly mchid: string
  readonly appid: string
  readonly outTradeNo: string
  /** A combined payment has no number of its own: that of its first part stands for it. */
  readonly transactionId: string
  /** For a combined payment the sum of its parts. */
  readonly totalFen: number
  /** What the payer paid in money; the rest was a voucher. Null where WeChat Pay did not say. */
  readonly payerFen: number | null
  readonly currency: string
  readonly paidAtMs: number
  /** Some or all of it has been refunded already. */
  readonly isRefunded?: boolean
  /** What was paid to which seller in a combined payment. */
  readonly parts?: readonly PaymentPart[]
}

/** Whom a payment must be for. Any other payment does not belong to this shop, whatever its number. */
export interface Payee {
  readonly mchid: string
  readonly appid: string
}

export type HoldReason =
  | 'AMOUNT_MISMATCH'
  | 'MCHID_MISMATCH'
  | 'APPID_MISMATCH'
  /** The parts of a combined payment differ from those that were ordered. */
  | 'PARTS_MISMATCH'
  | 'TRANSACTION_MISMATCH'
  | 'ALREADY_REFUNDED'
  | 'ORDER_HELD'
  /** The payer's account cannot receive a refund. */
  | 'REFUND_ABNORMAL'
  /** WeChat Pay refuses a refund. */
  | 'REFUND_FAILED'
  /** WeChat Pay reports another amount or payment than ours. */
  | 'REFUND_MISMATCH'
export type RefundReason = 'PAID_AFTER_CLOSE' | 'PAID_TWICE'

export type Settlement =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'paid'; readonly order: Order; readonly attempt: Attempt }
  /** For a person to look at; nothing is fulfilled. `order` is null where the payment says nothing about it. */
  | {
      readonly kind: 'held'
      readonly reason: HoldReason
      readonly order: Order | null
      readonly attempt: Attempt | null
    }
  /** Money that the shop has no goods for: it must go back. */
  | { readonly kind: 'refund'; readonly reason: RefundReason; readonly attempt: Attempt }

/** Settles an order. Repeating a settlement changes nothing: WeChat Pay delivers notifications more than once. */
export function settle(order: Order, attempt: Attempt, payment: Payment, payee: Payee): Settlement {
  if (!isOurs(payment, payee)) return { kind: 'held', reason: 'MCHID_MISMATCH', order: null, attempt: null }
  if (attempt.transactionId === payment.transactionId) return { kind: 'unchanged' }
  if (attempt.transactionId !== null) return hold('TRANSACTION_MISMATCH', order, null)
  const paying: Attempt = {
    ...attempt,
    status: attemptCanBecome[attempt.status].includes('paid') ? 'paid' : attempt.status,
    transactionId: payment.transactionId,
  }
  if (payment.appid !== payee.appid) return hold('APPID_MISMATCH', order, paying)
  const partsMismatch = findPartsMismatch(attempt, payment)
  if (partsMismatch !== null) return hold(partsMismatch, order, paying)
  if (payment.totalFen !== order.totalFen || payment.currency !== 'CNY') return hold('AMOUNT_MISMATCH', order, paying)
  // Refunded in WeChat Pay's console before we heard of the payment: a person decides, nothing is delivered or refunded.
  if (payment.isRefunded) return hold('ALREADY_REFUNDED', order, paying)
  if (order.status === 'held') return hold('ORDER_HELD', order, paying)
  if (!orderCanBecome[order.status].includes('paid') || order.transactionId !== null) {
    return {
      kind: 'refund',
      reason: order.transactionId === null ? 'PAID_AFTER_CLOSE' : 'PAID_TWICE',
      attempt: paying,
    }
  }
  return {
    kind: 'paid',
    order: {
      ...order,
      status: 'paid',
      paidAtMs: payment.paidAtMs,
      transactionId: payment.transactionId,
      payerFen: payment.payerFen,
    },
    attempt: paying,
  }
}

function isOurs({ mchid, parts = [] }: Payment, payee: Payee): boolean {
  return mchid === payee.mchid && parts.every((part) => part.mchid === payee.mchid)
}

/** Exactly the parts that were ordered must have been paid, each to its seller and to the fen. */
function findPartsMismatch({ parts: ordered }: Attempt, { parts: paid = [] }: Payment): HoldReason | null {
  if (paid.length !== ordered.length) return 'PARTS_MISMATCH'
  for (const { outTradeNo, subMchid, totalFen } of ordered) {
    const part = paid.find((one) => one.outTradeNo === outTradeNo)
    if (part?.subMchid !== subMchid) return 'PARTS_MISMATCH'
    if (part.totalFen !== totalFen || part.currency !== 'CNY') return 'AMOUNT_MISMATCH'
  }
  return null
}

function hold(reason: HoldReason, order: Order, attempt: Attempt | null): Settlement {
  const canHold = orderCanBecome[order.status].includes('held')
  return { kind: 'held', reason, order: canHold ? { ...order, status: 'held' } : null, attempt }
}

import { attemptCanBecome, orderCanBecome, type Attempt, type Order } from './order'
import type { PaymentPart } from './parts'

/** A payment that WeChat Pay vouches for, by a verified notification or an answer to a signed query. */
export interface Payment {
  readonly mchid: string
  readonly appid: string
  readonly outTradeNo: string
  /** Of a combined payment, which has none of its own, that of its first part. */
  readonly transactionId: string
  /** Of a combined payment the sum of its parts. */
  readonly totalFen: number
  readonly currency: string
  readonly paidAtMs: number
  /** Some or all of it has gone back already. */
  readonly isRefunded?: boolean
  /** What was paid to whom, where it is a combined payment. */
  readonly parts?: readonly PaymentPart[]
}

/** Who we are: a payment for anybody else is not ours, whatever number it carries. */
export interface Payee {
  readonly mchid: string
  readonly appid: string
}

export type HoldReason =
  | 'AMOUNT_MISMATCH'
  | 'MCHID_MISMATCH'
  | 'APPID_MISMATCH'
  /** The parts of a combined payment are not those that were ordered. */
  | 'PARTS_MISMATCH'
  | 'TRANSACTION_MISMATCH'
  | 'ALREADY_REFUNDED'
  | 'ORDER_HELD'
  /** The payer's account could not take a refund. */
  | 'REFUND_ABNORMAL'
  /** WeChat Pay will not give a refund. */
  | 'REFUND_FAILED'
  /** WeChat Pay speaks of another amount or payment than we do. */
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
  /** Money that came for nothing: it has to go back. */
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
  const partsFault = findPartsFault(attempt, payment)
  if (partsFault !== null) return hold(partsFault, order, paying)
  if (payment.totalFen !== order.totalFen || payment.currency !== 'CNY') return hold('AMOUNT_MISMATCH', order, paying)
  // Somebody gave it back in WeChat Pay's console before we heard of it: neither goods nor a second refund follow by themselves.
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
    order: { ...order, status: 'paid', paidAtMs: payment.paidAtMs, transactionId: payment.transactionId },
    attempt: paying,
  }
}

function isOurs({ mchid, parts = [] }: Payment, payee: Payee): boolean {
  return mchid === payee.mchid && parts.every((part) => part.mchid === payee.mchid)
}

/** Each part that was ordered, and no other, must have been paid to its seller, to the fen. */
function findPartsFault({ parts: ordered }: Attempt, { parts: paid = [] }: Payment): HoldReason | null {
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

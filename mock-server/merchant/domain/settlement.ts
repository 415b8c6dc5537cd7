import { attemptCanBecome, orderCanBecome, type Attempt, type Order } from './order'

/** A payment that WeChat Pay vouches for, by a verified notification or an answer to a signed query. */
export interface Payment {
  readonly mchid: string
  readonly appid: string
  readonly outTradeNo: string
  readonly transactionId: string
  readonly totalFen: number
  readonly currency: string
  readonly paidAtMs: number
  /** Some or all of it has gone back already. */
  readonly isRefunded?: boolean
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
  | 'TRANSACTION_MISMATCH'
  | 'ALREADY_REFUNDED'
  | 'ORDER_HELD'
  /** The payer's account could not take a refund. */
  | 'REFUND_ABNORMAL'
  /** WeChat Pay will not give a refund. */
  | 'REFUND_FAILED'
  /** WeChat Pay speaks of another amount or payment than we do. */
  | 'REFUND_MISMATCH'
export type RefundReason = 'ORDER_CLOSED' | 'PAID_TWICE'

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
  if (payment.mchid !== payee.mchid) return { kind: 'held', reason: 'MCHID_MISMATCH', order: null, attempt: null }
  if (attempt.transactionId === payment.transactionId) return { kind: 'unchanged' }
  if (attempt.transactionId !== null) return hold('TRANSACTION_MISMATCH', order, null)
  const paying: Attempt = {
    ...attempt,
    status: attemptCanBecome[attempt.status].includes('paid') ? 'paid' : attempt.status,
    transactionId: payment.transactionId,
  }
  if (payment.appid !== payee.appid) return hold('APPID_MISMATCH', order, paying)
  if (payment.totalFen !== order.totalFen || payment.currency !== 'CNY') return hold('AMOUNT_MISMATCH', order, paying)
  // Somebody gave it back in WeChat Pay's console before we heard of it: neither goods nor a second refund follow by themselves.
  if (payment.isRefunded) return hold('ALREADY_REFUNDED', order, paying)
  if (order.status === 'held') return hold('ORDER_HELD', order, paying)
  if (!orderCanBecome[order.status].includes('paid') || order.transactionId !== null) {
    return {
      kind: 'refund',
      reason: order.transactionId === null ? 'ORDER_CLOSED' : 'PAID_TWICE',
      attempt: paying,
    }
  }
  return {
    kind: 'paid',
    order: { ...order, status: 'paid', paidAtMs: payment.paidAtMs, transactionId: payment.transactionId },
    attempt: paying,
  }
}

function hold(reason: HoldReason, order: Order, attempt: Attempt | null): Settlement {
  const canHold = orderCanBecome[order.status].includes('held')
  return { kind: 'held', reason, order: canHold ? { ...order, status: 'held' } : null, attempt }
}

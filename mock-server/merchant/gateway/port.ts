import type { IncomingHttpHeaders } from 'node:http'
import type { BookLine } from '../domain/reconciliation'
import type { RefundReport } from '../domain/refund'
import type { Payment } from '../domain/settlement'
import type { WechatPayError } from './errors'

/** An order at WeChat Pay, in our names. Ordering the same number again must repeat the same values. */
export interface PrepayOrder {
  readonly outTradeNo: string
  readonly description: string
  readonly totalFen: number
  readonly expiresAtMs: number
  /** The sub order of each seller in a combined order; empty for an ordinary one. */
  readonly parts: readonly PrepayPart[]
}

export interface PrepayPart {
  readonly outTradeNo: string
  readonly subMchid: string
  readonly description: string
  readonly totalFen: number
}

/** The numbers under which WeChat Pay knows a trade. */
export interface TradeName {
  readonly outTradeNo: string
  /** Every sub order of a combined order; empty for an ordinary one. */
  readonly parts: readonly Pick<PrepayPart, 'outTradeNo' | 'subMchid'>[]
}

export interface PayCall {
  readonly kind: 'requestPayment'
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
  readonly signType: 'RSA' | 'MD5' | 'HMAC-SHA256'
  readonly paySign: string
}

/** How a merchant order number stands at WeChat Pay. */
export type Trade =
  { readonly state: 'paid'; readonly payment: Payment } | { readonly state: 'unpaid' | 'closed' | 'unknown' }

/** A notification after it has been verified and decrypted, or why it was refused. */
export type NoticeReading =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'payment'; readonly noticeId: string; readonly eventType: string; readonly payment: Payment }
  | { readonly kind: 'refund'; readonly noticeId: string; readonly eventType: string; readonly report: RefundReport }
  /** Verified, but about nothing that settles an order. */
  | {
      readonly kind: 'other'
      readonly noticeId: string
      readonly eventType: string
      readonly outTradeNo: string | null
    }

/**
 * How ordering at WeChat Pay ended, in words about the number that was ordered. `error` is for the log and the metrics.
 * - `paid`: it has been paid
 * - `taken`: another order has used it
 * - `spent`: it was ordered before and can no longer be paid
 * - `unavailable`: the call says nothing about it; a later one may succeed
 */
export type PrepayOutcome =
  | { readonly kind: 'ordered'; readonly instruction: string }
  | { readonly kind: 'paid' | 'taken' | 'spent' | 'unavailable'; readonly error: WechatPayError }

/**
 * WeChat Pay, as the shop needs it. Wire names and error codes stay on the other side. A call rejects with a
 * WechatPayError unless its answer has a word for the failure.
 */
export interface PaymentGateway {
  /** The instruction is the prepay id. */
  orderJsapi(order: PrepayOrder, openid: string): Promise<PrepayOutcome>
  /** The instruction is the H5 link. */
  orderH5(order: PrepayOrder, payerClientIp: string): Promise<PrepayOutcome>
  /** The same, made through QQ's proxy, so that QQ's client accepts it. */
  orderH5ThroughQq(order: PrepayOrder, payerClientIp: string): Promise<PrepayOutcome>
  /** Signs the pay call of the phone. A prepay id may be signed any number of times. */
  toPayCall(prepayId: string): PayCall
  query(trade: TradeName, options?: { readonly timeoutMs?: number }): Promise<Trade>
  /**
   * `paid`: it was paid before it could be closed. `tooSoon`: WeChat Pay does not close it yet (V2 waits five minutes
   * after the order), so it can still be paid.
   */
  close(trade: TradeName): Promise<'closed' | 'paid' | 'tooSoon'>
  /**
   * Verifies the bytes, then parses and decrypts.
   * @throws WechatPayError when it cannot be checked now: WeChat Pay must send it again
   */
  readNotice(headers: IncomingHttpHeaders, body: Buffer): Promise<NoticeReading>
  readonly noticeAnswers: NoticeAnswers
}

/** The answer to a notification. */
export interface NoticeAnswer {
  readonly status: number
  readonly contentType?: string
  readonly body?: string
}

export interface NoticeAnswers {
  /** The notification is on disk and must not be sent again. */
  readonly stored: NoticeAnswer
  /** The notification is not on disk: 4xx because it is wrong, 500 because of a failure here. */
  refused(status: number, message: string): NoticeAnswer
}

/** A refund in our names. Asking again under the same number must repeat the same values. */
export interface RefundOrder {
  readonly refundNo: string
  readonly outTradeNo: string
  readonly transactionId: string
  readonly amountFen: number
  /** Amount of the payment. */
  readonly paidFen: number
  readonly reason: string
  /** The seller that gives the money back; null for the shop. */
  readonly subMchid: string | null
}

/** `refused`: the same request will never succeed. An earlier one under the same number may have: query it. */
export type RefundOutcome =
  { readonly kind: 'accepted'; readonly report: RefundReport } | { readonly kind: 'refused'; readonly reason: string }

/** Money on its way back. A call rejects with a WechatPayError when a later one may succeed. */
export interface RefundGateway {
  /** Asks for a refund, once or again: the number names it. */
  refund(order: RefundOrder): Promise<RefundOutcome>
  /** Null when WeChat Pay knows no such refund. */
  queryRefund(refundNo: string, subMchid: string | null): Promise<RefundReport | null>
}

/** Bills of WeChat Pay (账单). Rejects with a WechatPayError. */
export interface BillGateway {
  /** Every payment and refund of a day, `yyyy-MM-dd` in Beijing. Empty for a day without any. */
  tradeBill(day: string): Promise<readonly BookLine[]>
}

/** How an order of the WeChat mini program was delivered. */
export interface ShippingReport {
  readonly outTradeNo: string
  readonly transactionId: string
  /** The shipping of each seller in a combined order; empty for an ordinary one. */
  readonly parts: readonly ShippingPartReport[]
  readonly kind: 'express' | 'pickup' | 'virtual'
  /** WeChat's code of the delivery company, such as `SF`. */
  readonly carrier: string | null
  readonly trackingNo: string | null
  readonly description: string
  /** Of the recipient, masked. */
  readonly phone: string | null
  /** The payer's, under the mini program. */
  readonly openid: string
}

export type ShippingPartReport = Pick<ShippingReport, 'transactionId' | 'kind' | 'description'>

/** `refused`: the same report will never be accepted. */
export type ShippingOutcome = { readonly kind: 'reported' } | { readonly kind: 'refused'; readonly reason: string }

export interface ShippingGateway {
  /**
   * Reports to WeChat how an order was sent. Reporting it twice is the same as once.
   * @throws WechatPayError when a later report may be accepted
   */
  report(shipping: ShippingReport): Promise<ShippingOutcome>
}

/** Sign-in: exchanges a one-time code of the phone for the user's openid. Rejects with a LoginError. */
export interface LoginGateway {
  openidOf(code: string): Promise<string>
}

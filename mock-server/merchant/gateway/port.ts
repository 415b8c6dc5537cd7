import type { IncomingHttpHeaders } from 'node:http'
import type { BookLine } from '../domain/reconciliation'
import type { RefundReport } from '../domain/refund'
import type { Payment } from '../domain/settlement'
import type { WechatPayError } from './errors'

/** What is ordered at WeChat Pay, in our names. The same values every time it is ordered again under the same number. */
export interface PrepayOrder {
  readonly outTradeNo: string
  readonly description: string
  readonly totalFen: number
  readonly expiresAtMs: number
  /** What each seller gets of a combined order; empty for an ordinary one. */
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
  /** Of a combined order all that were ordered; empty for an ordinary one. */
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

/** What WeChat Pay says about a merchant order number. */
export type Trade =
  { readonly state: 'paid'; readonly payment: Payment } | { readonly state: 'unpaid' | 'closed' | 'unknown' }

/** What a notification is worth once it has been checked. */
export type NoticeReading =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'payment'; readonly noticeId: string; readonly eventType: string; readonly payment: Payment }
  | { readonly kind: 'refund'; readonly noticeId: string; readonly eventType: string; readonly report: RefundReport }
  /** Verified, but nothing that settles an order. */
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
  /** Signs the call of the phone anew: the parameters of one prepay id may be handed out any number of times. */
  toPayCall(prepayId: string): PayCall
  query(trade: TradeName, options?: { readonly timeoutMs?: number }): Promise<Trade>
  /**
   * `paid` when there is nothing to close any more because the payer was quicker; `tooSoon` when WeChat Pay does not
   * close it yet (V2 wants five minutes), so that it can still be paid.
   */
  close(trade: TradeName): Promise<'closed' | 'paid' | 'tooSoon'>
  /**
   * Verifies the bytes, then parses and decrypts.
   * @throws WechatPayError when it cannot be checked now: let it come again
   */
  readNotice(headers: IncomingHttpHeaders, body: Buffer): Promise<NoticeReading>
  readonly noticeAnswers: NoticeAnswers
}

/** What WeChat Pay is told about its notification. */
export interface NoticeAnswer {
  readonly status: number
  readonly contentType?: string
  readonly body?: string
}

export interface NoticeAnswers {
  /** It is on disk: don't send it again. */
  readonly stored: NoticeAnswer
  /** It is not: 4xx because of what it is, 500 because of us. */
  refused(status: number, message: string): NoticeAnswer
}

/** What is given back, in our names; the same values every time under the same number. */
export interface RefundOrder {
  readonly refundNo: string
  readonly outTradeNo: string
  readonly transactionId: string
  readonly amountFen: number
  /** What was paid. */
  readonly paidFen: number
  readonly reason: string
  /** Whose money it is; null for the shop's. */
  readonly subMchid: string | null
}

/** `refused`: the same request will never succeed. An earlier one under the same number may have: query it. */
export type RefundOutcome =
  { readonly kind: 'accepted'; readonly report: RefundReport } | { readonly kind: 'refused'; readonly reason: string }

/** Money on its way back. A call rejects with a WechatPayError when a later one may succeed. */
export interface RefundGateway {
  /** Asks for a refund, once or again: the number names it. */
  refund(order: RefundOrder): Promise<RefundOutcome>
  /** Null when WeChat Pay knows of none. */
  queryRefund(refundNo: string, subMchid: string | null): Promise<RefundReport | null>
}

/** WeChat Pay's own books. Rejects with a WechatPayError. */
export interface BillGateway {
  /** Every payment and refund of a day, `yyyy-MM-dd` in Beijing; empty for a day without any. */
  tradeBill(day: string): Promise<readonly BookLine[]>
}

/** How an order of the WeChat mini program was sent. */
export interface ShippingReport {
  readonly outTradeNo: string
  readonly transactionId: string
  /** What was sent of a combined order, seller by seller; empty for an ordinary one. */
  readonly parts: readonly ShippingPartReport[]
  readonly kind: 'express' | 'pickup' | 'virtual'
  /** WeChat's code of the company, such as `SF`. */
  readonly carrier: string | null
  readonly trackingNo: string | null
  readonly description: string
  /** Of the receiver, masked. */
  readonly phone: string | null
  /** Of who paid, under the mini program. */
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

/** Sign-in: a one-time code of the phone against the openid of the person who holds it. Rejects with a LoginError. */
export interface LoginGateway {
  openidOf(code: string): Promise<string>
}

import type { IncomingHttpHeaders } from 'node:http'
import type { Payment } from '../domain/settlement'

/** What is ordered at WeChat Pay, in our names. The same values every time it is ordered again under the same number. */
export interface PrepayOrder {
  readonly outTradeNo: string
  readonly description: string
  readonly totalFen: number
  readonly expiresAtMs: number
}

export interface PayCall {
  readonly kind: 'requestPayment'
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
  readonly signType: 'RSA'
  readonly paySign: string
}

/** What WeChat Pay says about a merchant order number. */
export type Trade =
  { readonly state: 'paid'; readonly payment: Payment } | { readonly state: 'unpaid' | 'closed' | 'unknown' }

/** What a notification is worth once it has been checked. */
export type NoticeReading =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'payment'; readonly noticeId: string; readonly eventType: string; readonly payment: Payment }
  /** Verified, but nothing that settles an order. */
  | {
      readonly kind: 'other'
      readonly noticeId: string
      readonly eventType: string
      readonly outTradeNo: string | null
    }

/** WeChat Pay, as the shop needs it. Wire names stay on the other side. Every call rejects with a WechatPayError. */
export interface PaymentGateway {
  /** Answers the prepay id. */
  orderJsapi(order: PrepayOrder, openid: string): Promise<string>
  /** Answers the H5 link. */
  orderH5(order: PrepayOrder, payerClientIp: string): Promise<string>
  /** The same, made through QQ's proxy, so that QQ's client accepts it. */
  orderH5ThroughQq(order: PrepayOrder, payerClientIp: string): Promise<string>
  /** Signs the call of the phone anew: the parameters of one prepay id may be handed out any number of times. */
  toPayCall(prepayId: string): PayCall
  query(outTradeNo: string, options?: { readonly timeoutMs?: number }): Promise<Trade>
  /** `paid` when there is nothing to close any more because the payer was quicker. */
  close(outTradeNo: string): Promise<'closed' | 'paid'>
  /**
   * Verifies the bytes, then parses and decrypts.
   * @throws WechatPayError when it cannot be checked now: let it come again
   */
  readNotice(headers: IncomingHttpHeaders, body: Buffer): Promise<NoticeReading>
}

/** Sign-in: a one-time code of the phone against the openid of the person who holds it. Rejects with a LoginError. */
export interface LoginGateway {
  openidOf(code: string): Promise<string>
}

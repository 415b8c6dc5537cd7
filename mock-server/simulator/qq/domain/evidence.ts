import type { QqError } from './qq-errors'

/** What QQ's doors saw, as values: a door states its evidence and never learns what the doctor makes of it. */
export type QqEvidence =
  | { readonly kind: 'order-refused'; readonly order: RefusedOrder; readonly error: QqError }
  /** WeChat Pay did not let the order in. */
  | { readonly kind: 'order-not-let-in'; readonly order: RefusedOrder }
  /** QQ's client got the answer that an address belongs to no order of its app. */
  | { readonly kind: 'url-unknown'; readonly appid: string; readonly url: string }

export type QqExamine = (evidence: QqEvidence) => void

export interface RefusedOrder {
  /** Path of the proxy. */
  readonly path: string
  readonly query: URLSearchParams
  readonly mchid: string | null
  readonly outTradeNo: string | null
  readonly wechatAppid: string | null
  readonly notifyUrl: string | null
  /** The only address that the proxy accepts. */
  readonly expectedNotifyUrl: string
}

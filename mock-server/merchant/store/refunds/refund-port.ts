import type { Order } from '../../domain/order'
import type { Refund, RefundPart, RefundReport, RefundStatus, RefundTask, RefundWish } from '../../domain/refund'
import type { HoldReason } from '../../domain/settlement'
import type { NoticeRecord } from '../work/notice-record'

export interface RefundAsk {
  readonly orderId: number
  readonly refundNo: string
  /** Null for the shop's own. */
  readonly requestId: string | null
  /** Equal wishes give equal texts: shows whether a request id is used for another wish. */
  readonly content: string
  readonly wish: RefundWish
  readonly reason: string
  readonly cause: 'asked' | 'shop'
  /** Up to here a payer's refund needs no approval while the goods are still in the shop. */
  readonly automaticMaxFen: number
  readonly nowMs: number
}

export type RefundPlacement =
  | { readonly kind: 'requested' | 'approved'; readonly refund: Refund }
  /** The request id is known, with the same content or with another. */
  | { readonly kind: 'known' | 'conflict' }
  | { readonly kind: 'open' | 'notRefundable' | 'amountInvalid' }

export type RefundBooking =
  /** `from` and `to` are states of the number that the report is about, which may be a part of `refund`. */
  | {
      readonly kind: 'changed'
      readonly from: RefundStatus
      readonly to: RefundStatus
      readonly refund: Refund
      readonly order: Order
    }
  | { readonly kind: 'unchanged'; readonly to: RefundStatus }
  | { readonly kind: 'held'; readonly refund: Refund; readonly order: Order; readonly reason: HoldReason }
  | { readonly kind: 'known' | 'unknownNumber' }

export type Decided = 'done' | 'wrongState' | 'unknown'

export interface RefundStore {
  /** Keeps a refund that `decideRefund()` grants, and starts it where no approval is needed. */
  requestRefund(ask: RefundAsk): Promise<RefundPlacement>
  approveRefund(refundNo: string, nowMs: number): Promise<Decided>
  declineRefund(refundNo: string, reason: string, nowMs: number): Promise<Decided>
  /** Books a report of WeChat Pay and keeps the notice that brought it, in one transaction. */
  recordRefund(report: RefundReport, nowMs: number, notice: NoticeRecord | null): Promise<RefundBooking>
  findRefund(refundNo: string): Promise<Refund | null>
  /** The refund, or the part of one, that WeChat Pay knows under this number. */
  findRefundTask(refundNo: string): Promise<RefundTask | null>
  /** The parts of an order's refunds, oldest first. */
  refundPartsOf(orderId: number): Promise<readonly RefundPart[]>
  /** Oldest first. */
  refundsOf(orderId: number): Promise<readonly Refund[]>
  /** The newest of each order, by the order's id. */
  newestRefunds(orderIds: readonly number[]): Promise<ReadonlyMap<number, Refund>>
  /** Newest first. */
  listRefunds(page: {
    readonly status: RefundStatus | null
    readonly limit: number
    readonly beforeId: number | null
  }): Promise<readonly (Refund & { readonly orderNo: string })[]>
}

import type { Order } from '../../domain/order'
import type { Refund, RefundPart, RefundReport, RefundStatus, RefundTask, RefundWish } from '../../domain/refund'
import type { HoldReason } from '../../domain/settlement'
import type { NoticeRecord } from '../work/notice-record'

export interface RefundAsk {
  readonly orderId: number
  readonly refundNo: string
  /** Null for the shop's own. */
  readonly requestId: string | null
  /** Same content, same text. */
  readonly content: string
  readonly wish: RefundWish
  readonly reason: string
  readonly cause: 'asked' | 'shop'
  /** Up to here nobody is asked, as long as the goods are still in the house. */
  readonly automaticMaxFen: number
  readonly nowMs: number
}

export type RefundPlacement =
  | { readonly kind: 'requested' | 'approved'; readonly refund: Refund }
  /** The request id was there already, with the same content or with another. */
  | { readonly kind: 'known' | 'conflict' }
  | { readonly kind: 'open' | 'notRefundable' | 'amountInvalid' }

export type RefundBooking =
  /** `from` and `to` are of what the report is about, which may be a part of `refund`. */
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

/** Refunds as the shop remembers them. */
export interface RefundStore {
  /** Decides by `decideRefund()` and keeps the refund, and sends it on its way where nobody has to be asked. */
  requestRefund(ask: RefundAsk): Promise<RefundPlacement>
  approveRefund(refundNo: string, nowMs: number): Promise<Decided>
  declineRefund(refundNo: string, reason: string, nowMs: number): Promise<Decided>
  /** Books what WeChat Pay says and, with a notice, keeps that notice: all or nothing. */
  recordRefund(report: RefundReport, nowMs: number, notice: NoticeRecord | null): Promise<RefundBooking>
  findRefund(refundNo: string): Promise<Refund | null>
  /** What WeChat Pay is asked for under a number: a refund, or a part of one. */
  findRefundTask(refundNo: string): Promise<RefundTask | null>
  /** What each seller gives back of an order's refunds, oldest first. */
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

import type { Hold, HoldDecision } from '../../domain/hold'
import type { ClientKind, Order } from '../../domain/order'
import type { Job, JobKind, JobStatus } from '../../domain/outbox'
import type { BookLine, Difference } from '../../domain/reconciliation'
import type { PaidPart } from '../orders/payment-parts'
import type { Decided } from '../refunds/refund-port'

/** An order with what the report to WeChat says about its payer. */
export interface Parcel {
  readonly order: Order
  /** Of the attempt that paid the order. */
  readonly client: ClientKind | null
  readonly outTradeNo: string | null
  readonly openid: string | null
  /** What each seller was paid and has given back; empty for an ordinary order. */
  readonly parts: readonly PaidPart[]
}

/** A page of a list, newest first. */
export interface Page {
  readonly limit: number
  readonly beforeId: number | null
}

/** The bill of a day, compared with our books. */
export interface CheckedBill {
  readonly day: string
  readonly checkedAtMs: number
  readonly lineCount: number
  /** Number of all differences, also when fewer are kept. */
  readonly differenceCount: number
  readonly differences: readonly Difference[]
}

export type BillSummary = Omit<CheckedBill, 'differences'> & { readonly id: number }

export interface JobStore {
  /** Due jobs of these kinds. They belong to the caller until `untilMs`. */
  claimJobs(kinds: readonly JobKind[], nowMs: number, limit: number, untilMs: number): Promise<readonly Job[]>
  /** Saves a job after a try. */
  saveJob(job: Job): Promise<void>
  /** Makes a dead job due again. */
  retryJob(id: number, nowMs: number): Promise<Decided>
  listJobs(
    page: Page & { readonly status: JobStatus | null; readonly orderId: number | null },
  ): Promise<readonly (Job & { readonly orderNo: string })[]>
}

export interface ShippingStore {
  findParcel(orderNo: string): Promise<Parcel | null>
  /** Marks an order as shipped and queues the report to WeChat. */
  shipOrder(
    orderNo: string,
    parcel: { readonly carrier: string | null; readonly trackingNo: string | null },
    nowMs: number,
  ): Promise<Decided>
  /** False when the goods have not been shipped. */
  confirmReceipt(orderId: number, nowMs: number): Promise<boolean>
  /** Deletes addresses and telephone numbers that are no longer needed. */
  forgetPeople(nowMs: number): Promise<void>
}

export interface BookStore {
  /** What our books hold under the numbers of these lines. */
  booksOf(lines: readonly BookLine[]): Promise<readonly BookLine[]>
  /** Payments of our orders from `fromMs` on and before `toMs`. */
  booksBetween(fromMs: number, toMs: number): Promise<readonly BookLine[]>
  /** Keeps a checked bill. False when another process has kept it already. */
  saveBill(bill: CheckedBill): Promise<boolean>
  /** The newest day whose bill was checked. */
  newestBill(): Promise<BillSummary | null>
  findBill(day: string): Promise<(BillSummary & { readonly differences: readonly Difference[] }) | null>
  listBills(page: Page): Promise<readonly BillSummary[]>
}

export interface HoldStore {
  listHolds(page: Page & { readonly isOpen: boolean }): Promise<readonly (Hold & { readonly orderNo: string | null })[]>
  /** Carries out what a person decided. */
  resolveHold(id: number, decision: HoldDecision, note: string, nowMs: number): Promise<Decided>
}

import type { Hold, HoldDecision } from '../../domain/hold'
import type { ClientKind, Order } from '../../domain/order'
import type { Job, JobKind, JobStatus } from '../../domain/outbox'
import type { BookLine, Difference } from '../../domain/reconciliation'
import type { PaidPart } from '../orders/payment-parts'
import type { Decided } from '../refunds/refund-port'

/** An order with what WeChat asks about who paid it. */
export interface Parcel {
  readonly order: Order
  /** Of the attempt that was paid. */
  readonly client: ClientKind | null
  readonly outTradeNo: string | null
  readonly openid: string | null
  /** What was paid to each seller, and what of it went back; empty for an ordinary order. */
  readonly parts: readonly PaidPart[]
}

/** A page of a list, newest first. */
export interface Page {
  readonly limit: number
  readonly beforeId: number | null
}

/** The bill of a day beside our books. */
export interface CheckedBill {
  readonly day: string
  readonly checkedAtMs: number
  readonly lineCount: number
  /** All of them, also when fewer are kept. */
  readonly differenceCount: number
  readonly differences: readonly Difference[]
}

export type BillSummary = Omit<CheckedBill, 'differences'> & { readonly id: number }

/** The outbox, the shipping, and what is held for a person. */
export interface WorkStore {
  /** Jobs of these kinds that are due, the caller's until `untilMs`. */
  claimJobs(kinds: readonly JobKind[], nowMs: number, limit: number, untilMs: number): Promise<readonly Job[]>
  /** Notes how a try ended. */
  saveJob(job: Job): Promise<void>
  /** Gives a dead job another life. */
  retryJob(id: number, nowMs: number): Promise<Decided>
  listJobs(
    page: Page & { readonly status: JobStatus | null; readonly orderId: number | null },
  ): Promise<readonly (Job & { readonly orderNo: string })[]>

  findParcel(orderNo: string): Promise<Parcel | null>
  /** Notes that the goods left, and puts telling WeChat into the outbox. */
  shipOrder(
    orderNo: string,
    parcel: { readonly carrier: string | null; readonly trackingNo: string | null },
    nowMs: number,
  ): Promise<Decided>
  /** False when the goods have not been sent. */
  confirmReceipt(orderId: number, nowMs: number): Promise<boolean>
  /** Forgets addresses and telephone numbers that nobody needs any more. */
  forgetPeople(nowMs: number): Promise<void>

  /** What our books say about the numbers of these lines. */
  booksOf(lines: readonly BookLine[]): Promise<readonly BookLine[]>
  /** Payments of our orders that were made from `fromMs` on and before `toMs`. */
  booksBetween(fromMs: number, toMs: number): Promise<readonly BookLine[]>

  /** Keeps what was found in the bill of a day; false when somebody else kept it before. */
  saveBill(bill: CheckedBill): Promise<boolean>
  /** The newest day whose bill was checked, and what was found. */
  newestBill(): Promise<BillSummary | null>
  findBill(day: string): Promise<(BillSummary & { readonly differences: readonly Difference[] }) | null>
  listBills(page: Page): Promise<readonly BillSummary[]>

  listHolds(page: Page & { readonly isOpen: boolean }): Promise<readonly (Hold & { readonly orderNo: string | null })[]>
  /** Carries a person's decision out. */
  resolveHold(id: number, decision: HoldDecision, note: string, nowMs: number): Promise<Decided>
}

import type { OrderItem } from '../domain/cart'
import type { Coupon, Welcome } from '../domain/coupon'
import type { Attempt, ClientKind, Order, OrderTerms } from '../domain/order'
import type { Payee, Payment, Settlement } from '../domain/settlement'
import type { KeyedLock } from '../../kit/keyed-lock'
import type { Broadcast, HitCounter } from './engine/engine'
import type { NoticeRecord } from './work/notice-record'
import type { RefundStore } from './refunds/refund-port'
import type { WorkStore } from './work/work-port'

export interface Session {
  readonly tokenHash: string
  readonly userId: number
  readonly client: ClientKind
  readonly openid: string | null
  /** Set for a session that sees one order only. */
  readonly orderId: number | null
}

export interface NewSession {
  readonly tokenHash: string
  readonly client: ClientKind
  readonly openid: string | null
  readonly expiresAtMs: number
  /** For a user who was never here. */
  readonly welcome?: { readonly gift: Welcome; readonly nowMs: number }
}

export interface OrderDraft extends OrderTerms {
  readonly orderNo: string
  readonly outTradeNo: string
  readonly userId: number
  readonly client: ClientKind
  readonly requestId: string
  readonly content: string
  readonly items: readonly OrderItem[]
  readonly goodsFen: number
  readonly shippingFen: number
  readonly totalFen: number
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly payerClientIp: string | null
}

/** An order and its attempts, oldest first. */
export interface OrderWithAttempts {
  readonly order: Order
  readonly attempts: readonly Attempt[]
}

export type Placement =
  | ({ readonly kind: 'placed' } & OrderWithAttempts)
  /** The request id was there already. */
  | { readonly kind: 'known'; readonly content: string; readonly orderId: number }
  | { readonly kind: 'outOfStock'; readonly goodsId: string }
  /** Used by another order meanwhile. */
  | { readonly kind: 'couponGone' | 'pointsGone' }
  /** The random order number was taken: draw another. */
  | { readonly kind: 'numberTaken' }

export type { NoticeRecord }

export type SettlementResult = Settlement | { readonly kind: 'known' } | { readonly kind: 'unknownNumber' }

export interface OrderQuery {
  readonly userId: number
  /** For a session that sees one order only. */
  readonly orderId: number | null
  readonly group: 'pending' | 'shipping' | 'refund' | null
  readonly limit: number
  readonly beforeId: number | null
}

export interface Possessions {
  readonly points: number
  readonly coupons: readonly Coupon[]
}

export interface ListedOrder {
  readonly order: Order
  /** Of its newest attempt. */
  readonly outTradeNo: string | null
  readonly attemptClient: ClientKind | null
}

/**
 * What the shop remembers. Everything that changes more than one thing is one call, and is on disk when it answers.
 * A change of status names the status it expects, so that two processes on one database cannot both make it.
 */
export interface Store extends RefundStore, WorkStore {
  openSession(session: NewSession): Promise<void>
  /** Opens a session for the one order that the key is for; false when there is no such key (any more). */
  openOrderSession(keyHash: string, tokenHash: string, nowMs: number, expiresAtMs: number): Promise<boolean>
  findSession(tokenHash: string, nowMs: number): Promise<Session | null>
  revokeSession(tokenHash: string): Promise<void>
  addOrderKey(keyHash: string, orderId: number, expiresAtMs: number): Promise<void>
  /** Forgets sessions and order keys that ended. */
  forgetExpired(nowMs: number): Promise<void>

  availableStock(): Promise<ReadonlyMap<string, number>>
  /** Stores order and first attempt and reserves the goods. */
  placeOrder(draft: OrderDraft): Promise<Placement>
  findByRequest(userId: number, requestId: string): Promise<{ orderId: number; content: string } | null>
  findOrder(orderNo: string): Promise<OrderWithAttempts | null>
  findOrderById(orderId: number): Promise<OrderWithAttempts | null>
  listOrders(query: OrderQuery): Promise<readonly Order[]>
  /** Points that can be spent, and coupons that are unused and in time, the first to expire first. */
  benefitsOf(userId: number, nowMs: number): Promise<Possessions>
  /** Every order, newest first; `beforeId` pages on. */
  listAllOrders(limit: number, beforeId: number | null): Promise<readonly ListedOrder[]>

  addAttempt(
    orderId: number,
    outTradeNo: string,
    client: ClientKind,
    payerClientIp: string | null,
  ): Promise<Attempt | null>
  /** Notes what WeChat Pay gave; null when the attempt has ended meanwhile, or its order is not to be paid any more. */
  instructAttempt(attempt: Attempt, instruction: string, nowMs: number, nextQueryAtMs: number): Promise<Attempt | null>
  /** Notes a confirmed close. */
  closeAttempt(attemptId: number): Promise<void>
  /** Closes a pending order without open attempts and gives its goods back; false when it is not that (any more). */
  closeOrder(orderId: number, nowMs: number): Promise<boolean>

  /** Settles by `settle()` and, with a notice, keeps that notice: all or nothing. */
  settlePayment(payment: Payment, payee: Payee, nowMs: number, notice: NoticeRecord | null): Promise<SettlementResult>
  /** Keeps a notice that settles nothing; false when it is there already. */
  keepNotice(notice: NoticeRecord, outTradeNo: string | null): Promise<boolean>

  /**
   * Pending orders whose time is up. They are the caller's until `untilMs`: nobody else is given them before, so that a
   * process which dies with them holds nothing up for longer.
   */
  claimDueOrders(nowMs: number, limit: number, untilMs: number, orderId?: number): Promise<readonly number[]>
  postponeExpiry(orderId: number, checkAtMs: number): Promise<void>
  /** Attempts that WeChat Pay should be asked about, the caller's in the same way. */
  claimDueAttempts(nowMs: number, limit: number, untilMs: number): Promise<readonly Attempt[]>
  postponeQuery(attempt: Attempt, nextQueryAtMs: number | null): Promise<void>

  /** Work on one key happens one after the other, in whatever process. */
  readonly lock: KeyedLock
  /** What all processes counted together; null where this process is the only one and counts by itself. */
  readonly hits: HitCounter | null
  /** What tells the other processes; null where there are none. */
  readonly broadcast: Broadcast | null
  findToken(name: string): Promise<SharedToken | null>
  saveToken(name: string, token: SharedToken): Promise<void>
  /** How much of each kind of work is due and not taken. */
  queueDepths(nowMs: number): Promise<Readonly<Record<string, number>>>
  /** Whether the database answers; never rejects. */
  isReachable(): Promise<boolean>

  close(): Promise<void>
}

/** What another service gave us for a while. */
export interface SharedToken {
  readonly value: string
  readonly renewAtMs: number
}

import type { OrderItem } from '../domain/cart'
import type { Coupon, Welcome } from '../domain/coupon'
import type { Attempt, ClientKind, Order, OrderTerms } from '../domain/order'
import type { Payee, Payment, Settlement } from '../domain/settlement'
import type { KeyedLock } from '../../kit/keyed-lock'
import type { Broadcast, HitCounter } from './engine/engine'
import type { NoticeRecord } from './work/notice-record'
import type { RefundStore } from './refunds/refund-port'
import type { BookStore, HoldStore, JobStore, ShippingStore } from './work/work-port'

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
  /** For a user who signs in for the first time. */
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
  /** The request id is known. */
  | { readonly kind: 'known'; readonly content: string; readonly orderId: number }
  | { readonly kind: 'outOfStock'; readonly goodsId: string }
  /** Another order has used it meanwhile. */
  | { readonly kind: 'couponGone' | 'pointsGone' }
  /** Another order has this random number: draw again. */
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
  /** Of the newest attempt. */
  readonly outTradeNo: string | null
  readonly attemptClient: ClientKind | null
}

export interface SessionStore {
  openSession(session: NewSession): Promise<void>
  /** Opens a session for the one order that the key belongs to. False when the key is unknown or has expired. */
  openOrderSession(keyHash: string, tokenHash: string, nowMs: number, expiresAtMs: number): Promise<boolean>
  findSession(tokenHash: string, nowMs: number): Promise<Session | null>
  revokeSession(tokenHash: string): Promise<void>
  addOrderKey(keyHash: string, orderId: number, expiresAtMs: number): Promise<void>
  /** Deletes expired sessions and order keys. */
  forgetExpired(nowMs: number): Promise<void>
}

export interface OrderStore {
  availableStock(): Promise<ReadonlyMap<string, number>>
  /** Points that can be spent, and unused coupons in time, the first to expire first. */
  benefitsOf(userId: number, nowMs: number): Promise<Possessions>
  /** Stores order and first attempt and reserves the goods. */
  placeOrder(draft: OrderDraft): Promise<Placement>
  /** Closes a pending order without open attempts and releases its goods. False when the order is anything else. */
  closeOrder(orderId: number, nowMs: number): Promise<boolean>
  findByRequest(userId: number, requestId: string): Promise<{ orderId: number; content: string } | null>
  findOrder(orderNo: string): Promise<OrderWithAttempts | null>
  findOrderById(orderId: number): Promise<OrderWithAttempts | null>
  listOrders(query: OrderQuery): Promise<readonly Order[]>
  /** Orders of all users, newest first. `beforeId` continues after a page. */
  listAllOrders(limit: number, beforeId: number | null): Promise<readonly ListedOrder[]>
}

export interface AttemptStore {
  /** Null when the order is no longer pending, or another process has used the number. */
  addAttempt(
    orderId: number,
    outTradeNo: string,
    client: ClientKind,
    payerClientIp: string | null,
  ): Promise<Attempt | null>
  /** Keeps an instruction. Null when the attempt has ended meanwhile, or its order is no longer pending. */
  instructAttempt(attempt: Attempt, instruction: string, nowMs: number, nextQueryAtMs: number): Promise<Attempt | null>
  /** For an attempt whose close WeChat Pay has confirmed. */
  closeAttempt(attemptId: number): Promise<void>
}

export interface SettlementStore {
  /** Settles by `settle()` and keeps the notice that brought the payment, in one transaction. */
  settlePayment(payment: Payment, payee: Payee, nowMs: number, notice: NoticeRecord | null): Promise<SettlementResult>
  /** Keeps a notice that settles nothing. False when it is known already. */
  keepNotice(notice: NoticeRecord, outTradeNo: string | null): Promise<boolean>
}

/**
 * What the sweep looks for. Claimed rows belong to the caller until `untilMs`: no other process is given them before, and
 * a process that dies with them delays them no longer than that.
 */
export interface DueStore {
  /** Pending orders whose time is up. */
  claimDueOrders(nowMs: number, limit: number, untilMs: number, orderId?: number): Promise<readonly number[]>
  postponeExpiry(orderId: number, checkAtMs: number): Promise<void>
  /** Attempts that WeChat Pay should be asked about. */
  claimDueAttempts(nowMs: number, limit: number, untilMs: number): Promise<readonly Attempt[]>
  postponeQuery(attempt: Attempt, nextQueryAtMs: number | null): Promise<void>
  /** How much work of each kind is due and not claimed. */
  queueDepths(nowMs: number): Promise<Readonly<Record<string, number>>>
}

export interface TokenStore {
  findToken(name: string): Promise<SharedToken | null>
  saveToken(name: string, token: SharedToken): Promise<void>
}

/**
 * What the shop keeps. A change of several things is one call, and is on disk when the call answers. A change of status
 * names the status that it expects, so that two processes on one database cannot both make it.
 * Actions and jobs do not take the whole of it: each names the calls that it needs.
 */
export interface Store
  extends
    SessionStore,
    OrderStore,
    AttemptStore,
    SettlementStore,
    RefundStore,
    HoldStore,
    ShippingStore,
    JobStore,
    DueStore,
    BookStore,
    TokenStore {
  /** Work under one key runs one after the other, in all processes. */
  readonly lock: KeyedLock
  /** Counts of all processes together; null where this process is the only one. */
  readonly hits: HitCounter | null
  /** Reaches the other processes; null where this process is the only one. */
  readonly broadcast: Broadcast | null
  /** Whether the database answers. Never rejects. */
  isReachable(): Promise<boolean>
  close(): Promise<void>
}

/** An access token of another service. */
export interface SharedToken {
  readonly value: string
  readonly renewAtMs: number
}

import type { OrderItem } from '../domain/cart'
import type { Attempt, ClientKind, Order } from '../domain/order'
import type { Payee, Payment, Settlement } from '../domain/settlement'

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
}

export interface OrderDraft {
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
  /** The random order number was taken: draw another. */
  | { readonly kind: 'numberTaken' }

export interface NoticeRecord {
  readonly noticeId: string
  readonly eventType: string
  readonly receivedAtMs: number
}

export type SettlementResult = Settlement | { readonly kind: 'known' } | { readonly kind: 'unknownNumber' }

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
export interface Store {
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
  listOrders(userId: number, orderId: number | null, limit: number): Promise<readonly Order[]>
  /** Every order, newest first; `beforeId` pages on. */
  listAllOrders(limit: number, beforeId: number | null): Promise<readonly ListedOrder[]>

  addAttempt(
    orderId: number,
    outTradeNo: string,
    client: ClientKind,
    payerClientIp: string | null,
  ): Promise<Attempt | null>
  /** Notes what WeChat Pay gave; null when the attempt has ended meanwhile. */
  instructAttempt(attempt: Attempt, instruction: string, nowMs: number, nextQueryAtMs: number): Promise<Attempt | null>
  /** Notes a confirmed close. */
  closeAttempt(attemptId: number): Promise<void>
  /** Closes a pending order without open attempts and gives its goods back; false when it is not that (any more). */
  closeOrder(orderId: number): Promise<boolean>

  /** Settles by `settle()` and, with a notice, keeps that notice: all or nothing. */
  settlePayment(payment: Payment, payee: Payee, nowMs: number, notice: NoticeRecord | null): Promise<SettlementResult>
  /** Keeps a notice that settles nothing; false when it is there already. */
  keepNotice(notice: NoticeRecord, outTradeNo: string | null): Promise<boolean>

  /** Pending orders whose time is up. */
  dueOrders(nowMs: number, limit: number): Promise<readonly number[]>
  postponeExpiry(orderId: number, checkAtMs: number): Promise<void>
  /** Open attempts of pending orders that WeChat Pay should be asked about. */
  dueAttempts(nowMs: number, limit: number): Promise<readonly Attempt[]>
  postponeQuery(attempt: Attempt, nextQueryAtMs: number | null): Promise<void>

  close(): Promise<void>
}

import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import type { HoldDecision } from '../domain/hold'
import type { AttemptStatus, ClientKind, OrderStatus } from '../domain/order'
import type { JobKind } from '../domain/outbox'
import type { RefundStatus } from '../domain/refund'
import type { HoldReason, RefundReason } from '../domain/settlement'

/** What brought the fact: a notification, or a query of our own. */
type Source = 'notice' | 'query'

interface AboutPayment {
  readonly outTradeNo: string
  readonly transactionId: string
  readonly totalFen: number
  readonly source: Source
}

interface AboutRefund {
  readonly refundNo: string
  readonly totalFen: number
}

/** A change of state, as a line of a statement of account: what it is about, from where to where, and why. */
export type ShopEvent =
  | {
      readonly type: 'order.created'
      readonly orderNo: string
      readonly outTradeNo: string | null
      readonly totalFen: number
      readonly client: ClientKind
      readonly to: 'pending'
    }
  | ({
      readonly type: 'order.paid'
      readonly orderNo: string
      readonly from: OrderStatus
      readonly to: 'paid'
    } & AboutPayment)
  /** `orderNo` and `to` are absent where the payment says nothing about the order. */
  | ({
      readonly type: 'order.held'
      readonly reason: HoldReason
      readonly orderNo?: string
      readonly to?: OrderStatus
    } & AboutPayment)
  | {
      readonly type: 'order.closed'
      readonly orderNo: string
      readonly from: OrderStatus
      readonly to: 'closed'
      readonly reason: 'CANCELLED' | 'EXPIRED'
    }
  | { readonly type: 'order.shipped'; readonly orderNo: string; readonly reason?: 'PICKUP' }
  | { readonly type: 'order.received'; readonly orderNo: string }
  | {
      readonly type: 'attempt.live'
      readonly orderNo: string
      readonly outTradeNo: string
      readonly client: ClientKind
      readonly from: AttemptStatus
      readonly to: 'live'
    }
  | {
      readonly type: 'attempt.closed'
      readonly outTradeNo: string
      readonly client: ClientKind
      readonly from: AttemptStatus
      readonly to: 'closed'
      readonly reason: 'CLOSED_AT_WECHAT_PAY' | 'CLOSED_BY_US'
    }
  | ({ readonly type: 'refund.due'; readonly reason: RefundReason } & AboutPayment)
  | ({ readonly type: 'refund.requested'; readonly orderNo: string } & AboutRefund)
  /** `orderNo` is absent where a person approves a refund by its number. */
  | ({ readonly type: 'refund.approved'; readonly orderNo?: string } & AboutRefund)
  | ({ readonly type: 'refund.declined' } & AboutRefund)
  | ({
      readonly type: 'refund.processing' | 'refund.succeeded' | 'refund.held'
      readonly orderNo: string
      readonly from: RefundStatus
      readonly to: RefundStatus
      readonly source: Source
    } & AboutRefund)
  /** The report of WeChat Pay is about other money. */
  | ({
      readonly type: 'refund.held'
      readonly orderNo: string
      readonly reason: HoldReason
      readonly source: Source
    } & AboutRefund)
  | { readonly type: 'hold.resolved'; readonly subject: string; readonly to: HoldDecision }
  | {
      readonly type: 'job.done' | 'job.skipped' | 'job.dead'
      readonly jobId: number
      readonly job: JobKind
      /** The number of the order or refund that the job is for. */
      readonly subject: string
      readonly reason?: string
    }
  /** `subject` is the day of the bill. */
  | { readonly type: 'bill.checked'; readonly subject: string; readonly reason: string }
  /** `subject` is the number of the payment or refund, `from` our amount and `to` that of the bill. */
  | {
      readonly type: 'bill.difference'
      readonly subject: string
      readonly reason: string
      readonly from: string
      readonly to: string
    }
  | { readonly type: 'notice.refused'; readonly reason: string }
  /** Arrived before, and changed nothing now. */
  | ({ readonly type: 'notice.known' } & (AboutPayment | AboutRefund | OtherNotice))
  /** Verified, and about nothing that settles an order. */
  | ({ readonly type: 'notice.kept' } & OtherNotice)
  /** Verified, and about a number that the shop never gave out. */
  | ({ readonly type: 'notice.unknown' } & (AboutPayment | (AboutRefund & { readonly source: Source })))

interface OtherNotice {
  readonly outTradeNo: string | null
  readonly reason: string
}

/** `at` is on the business clock. */
export type DatedEvent = ShopEvent & { readonly at: string }

export interface ShopEvents {
  announce(event: ShopEvent): void
  /** @returns how to stop listening */
  subscribe(listener: (event: DatedEvent) => void): () => void
}

/** Events that a person has to look at: they are logged as warnings. */
const alarming: ReadonlySet<ShopEvent['type']> = new Set([
  'order.held',
  'refund.due',
  'refund.held',
  'job.dead',
  'bill.difference',
  'notice.refused',
  'notice.unknown',
])

export function createShopEvents(logger: Logger, clock: Clock): ShopEvents {
  const listeners = new Set<(event: DatedEvent) => void>()
  return {
    announce(event) {
      logger[alarming.has(event.type) ? 'warn' : 'info'](event, event.type)
      if (listeners.size === 0) return
      const dated = { ...event, at: new Date(clock.now()).toISOString() }
      for (const listener of listeners) listener(dated)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

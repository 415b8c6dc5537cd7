import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'

/** One change of state, as a line of a statement of account. */
export interface ShopEvent {
  readonly type:
    | 'order.created'
    | 'order.paid'
    | 'order.held'
    | 'order.closed'
    | 'attempt.live'
    | 'attempt.closed'
    | 'order.shipped'
    | 'order.received'
    | 'refund.due'
    | 'refund.requested'
    | 'refund.approved'
    | 'refund.declined'
    | 'refund.processing'
    | 'refund.succeeded'
    | 'refund.held'
    | 'hold.resolved'
    | 'job.done'
    | 'job.skipped'
    | 'job.dead'
    | 'bill.checked'
    | 'bill.difference'
    | 'notice.refused'
    | 'notice.settled'
    | 'notice.known'
    | 'notice.kept'
    | 'notice.unknown'
  readonly orderNo?: string
  readonly outTradeNo?: string | null
  readonly transactionId?: string
  readonly refundNo?: string
  /** Of the outbox: its number, its kind, and what it is for. */
  readonly jobId?: number
  readonly job?: string
  readonly subject?: string
  readonly from?: string
  readonly to?: string
  readonly reason?: string
  readonly totalFen?: number
  readonly client?: string
  /** What told us: a notification or a query of our own. */
  readonly source?: 'notice' | 'query'
}

/** When, on the business clock. */
export type DatedEvent = ShopEvent & { readonly at: string }

export interface ShopEvents {
  announce(event: ShopEvent): void
  /** @returns how to stop listening */
  subscribe(listener: (event: DatedEvent) => void): () => void
}

/** What a person has to look at. */
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

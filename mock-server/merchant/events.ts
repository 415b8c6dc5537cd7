import type { Logger } from 'pino'
import type { Clock } from '../kit/clock'

/** One change of state, as a line of a statement of account. */
export interface ShopEvent {
  readonly type:
    | 'order.created'
    | 'order.paid'
    | 'order.held'
    | 'order.closed'
    | 'attempt.live'
    | 'attempt.closed'
    | 'refund.due'
    | 'notice.refused'
    | 'notice.settled'
    | 'notice.known'
    | 'notice.kept'
    | 'notice.unknown'
  readonly orderNo?: string
  readonly outTradeNo?: string | null
  readonly transactionId?: string
  readonly from?: string
  readonly to?: string
  readonly reason?: string
  readonly totalFen?: number
  readonly client?: string
  /** What told us: a notification or a query of our own. */
  readonly source?: 'notice' | 'query'
}

export interface ShopEvents {
  announce(event: ShopEvent): void
  /** @returns how to stop listening */
  subscribe(listener: (event: ShopEvent & { readonly at: string }) => void): () => void
}

/** What a person has to look at. */
const alarming: ReadonlySet<ShopEvent['type']> = new Set([
  'order.held',
  'refund.due',
  'notice.refused',
  'notice.unknown',
])

export function createShopEvents(logger: Logger, clock: Clock): ShopEvents {
  const listeners = new Set<(event: ShopEvent & { readonly at: string }) => void>()
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

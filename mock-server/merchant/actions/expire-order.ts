import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import type { Attempts } from './attempts'
import { isOpen, type Order } from '../domain/order'
import type { ShopEvents } from '../events/events'
import type { KeyedLock } from '../../kit/keyed-lock'
import type { OrderWithAttempts, Store } from '../store/port'

export interface ExpiringOptions {
  readonly store: Store
  readonly attempts: Attempts
  readonly orderLock: KeyedLock
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
}

export interface Expiring {
  /** Closes an order whose time is up, unless the payer was quicker; never rejects. For callers that hold the order's lock. */
  expireLocked(current: OrderWithAttempts): Promise<void>
  /** The same for the sweep, which has claimed it. */
  expire(orderId: number): Promise<void>
  /** The same for somebody who looks at it; false while it is being tried, and right after that was in vain. */
  expireIfDue(orderId: number): Promise<boolean>
}

export function isOverdue(order: Order, nowMs: number): boolean {
  return order.status === 'pending' && nowMs >= order.expiresAtMs
}

/** When the sweep tries again after WeChat Pay could not be reached. */
const retryMs = 30_000

export function createExpiring(options: ExpiringOptions): Expiring {
  const { store, attempts, orderLock, events, clock, logger } = options

  async function expireLocked({ order, attempts: all }: OrderWithAttempts): Promise<void> {
    if (!isOverdue(order, clock.now())) return
    try {
      for (const attempt of all.filter(isOpen)) {
        const outcome = await attempts.end(attempt)
        // Paid does not always end the order: money for somebody else leaves it as it was.
        if (outcome !== 'closed') return await store.postponeExpiry(order.id, clock.now() + retryMs)
      }
      if (await store.closeOrder(order.id, clock.now())) {
        events.announce({
          type: 'order.closed',
          orderNo: order.orderNo,
          from: 'pending',
          to: 'closed',
          reason: 'EXPIRED',
        })
      } else await store.postponeExpiry(order.id, clock.now() + retryMs)
    } catch (error) {
      logger.error({ err: error, orderNo: order.orderNo }, 'expiry failed')
    }
  }

  const expire = (orderId: number): Promise<void> =>
    orderLock.run(String(orderId), async () => {
      const current = await store.findOrderById(orderId)
      if (current) await expireLocked(current)
    })

  return {
    expireLocked,
    expire,
    async expireIfDue(orderId) {
      const nowMs = clock.now()
      const due = await store.claimDueOrders(nowMs, 1, nowMs + retryMs, orderId)
      if (due.length === 0) return false
      await expire(orderId)
      return true
    },
  }
}

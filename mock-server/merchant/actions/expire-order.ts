import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import type { KeyedLock } from '../../kit/keyed-lock'
import type { Order } from '../domain/order'
import type { ShopEvents } from '../events/events'
import type { OrderWithAttempts, Store } from '../store/port'
import type { Attempts } from './attempts'

export interface ExpiringOptions {
  readonly store: Pick<Store, 'findOrderById' | 'closeOrder' | 'postponeExpiry' | 'claimDueOrders'>
  readonly attempts: Pick<Attempts, 'endAll'>
  readonly orderLock: KeyedLock
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
}

export interface Expiring {
  /** Closes an order whose time is up, unless it has been paid. Never rejects. For callers that hold the order's lock. */
  expireLocked(current: OrderWithAttempts): Promise<void>
  /** The same for the sweep, which has claimed the order. */
  expire(orderId: number): Promise<void>
  /** The same before the order is shown. False while somebody else tries, and for a while after a try that failed. */
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
      // A paid attempt does not always end the order: money for another merchant leaves it pending.
      const isClosed = (await attempts.endAll(all)) === 'closed' && (await store.closeOrder(order.id, clock.now()))
      if (!isClosed) return await store.postponeExpiry(order.id, clock.now() + retryMs)
      events.announce({
        type: 'order.closed',
        orderNo: order.orderNo,
        from: 'pending',
        to: 'closed',
        reason: 'EXPIRED',
      })
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

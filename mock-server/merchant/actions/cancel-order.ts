import type { Clock } from '../../kit/clock'
import { ApiError } from '../http/api-error'
import type { Attempts } from './attempts'
import { isOpen } from '../domain/order'
import type { ShopEvents } from '../events/events'
import type { KeyedLock } from '../../kit/keyed-lock'
import type { Store } from '../store/port'

export interface CancellingOptions {
  readonly store: Store
  readonly attempts: Attempts
  readonly orderLock: KeyedLock
  readonly events: ShopEvents
  readonly clock: Clock
}

/**
 * Closes an order that nobody has paid: first at WeChat Pay, then here. A payer who was quicker finds it paid.
 * Rejects with an ApiError when it cannot be closed.
 */
export type CancelOrder = (orderId: number) => Promise<void>

export function createCancelOrder({ store, attempts, orderLock, events, clock }: CancellingOptions): CancelOrder {
  return (orderId) =>
    orderLock.run(String(orderId), async () => {
      const current = await store.findOrderById(orderId)
      if (!current) throw new ApiError('ORDER_NOT_FOUND')
      const { order } = current
      if (order.status === 'closed') return
      if (order.status !== 'pending') throw new ApiError('ORDER_NOT_CANCELLABLE')
      for (const attempt of current.attempts.filter(isOpen)) {
        const outcome = await attempts.end(attempt)
        // Too soon to be closed there: whoever has the cashier open could still pay.
        if (outcome === 'unavailable' || outcome === 'tooSoon') throw new ApiError('CANCEL_UNAVAILABLE')
        if (outcome === 'paid') throw new ApiError('ORDER_NOT_CANCELLABLE')
      }
      if (!(await store.closeOrder(orderId, clock.now()))) throw new ApiError('ORDER_NOT_CANCELLABLE')
      events.announce({
        type: 'order.closed',
        orderNo: order.orderNo,
        from: 'pending',
        to: 'closed',
        reason: 'CANCELLED',
      })
    })
}

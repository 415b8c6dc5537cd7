import type { Clock } from '../../kit/clock'
import type { KeyedLock } from '../../kit/keyed-lock'
import type { ShopEvents } from '../events/events'
import { ApiError } from '../http/api-error'
import type { Store } from '../store/port'
import type { Attempts } from './attempts'

export interface CancellingOptions {
  readonly store: Pick<Store, 'findOrderById' | 'closeOrder'>
  readonly attempts: Pick<Attempts, 'endAll'>
  readonly orderLock: KeyedLock
  readonly events: ShopEvents
  readonly clock: Clock
}

/**
 * Closes an order that nobody has paid: first at WeChat Pay, then here. An order that was paid meanwhile stays paid.
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
      const ended = await attempts.endAll(current.attempts)
      if (ended === 'paid') throw new ApiError('ORDER_NOT_CANCELLABLE')
      // Also when it is too soon to close an attempt: a cashier that is open could still be paid in.
      if (ended !== 'closed') throw new ApiError('CANCEL_UNAVAILABLE')
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

import type { FastifyRequest } from 'fastify'
import { ApiError } from '../http/api-error'
import type { OrderWithAttempts, Session, Store } from '../store/port'
import { orderNoPattern } from './schemas'

/** Finds the order that a request's path names. An order of another customer is answered like none at all. */
export async function findOwnOrder(
  store: Store,
  { params }: Pick<FastifyRequest, 'params'>,
  session: Session,
): Promise<OrderWithAttempts> {
  const { orderNo } = params as { orderNo: string }
  const found = orderNoPattern.test(orderNo) ? await store.findOrder(orderNo) : null
  if (
    found === null ||
    found.order.userId !== session.userId ||
    (session.orderId !== null && session.orderId !== found.order.id)
  ) {
    throw new ApiError('ORDER_NOT_FOUND')
  }
  return found
}

/** A contract path with a parameter in the place of the number; the contract escapes the colon. */
export function routeOf(path: (orderNo: string) => string): string {
  return path(':orderNo').replace('%3A', ':')
}

import type { FastifyRequest } from 'fastify'
import { ApiError } from '../http/api-error'
import type { OrderWithAttempts, Session, Store } from '../store/port'

export const orderNoPattern = /^[0-9A-Z-]{8,32}$/

/** Finds the order that a request's path names, when it is the caller's. Somebody else's is answered like none at all. */
export async function findOwnOrder(
  store: Store,
  request: FastifyRequest,
  session: Session,
): Promise<OrderWithAttempts> {
  const { orderNo } = request.params as { orderNo: string }
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

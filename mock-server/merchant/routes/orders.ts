import type { FastifyInstance } from 'fastify'
import { apiPaths, type OrderAnswer, type OrdersAnswer } from '../../../src/contract/api'
import type { Clock } from '../../kit/clock'
import type { Attempts } from '../actions/attempts'
import { isOverdue, type Expiring } from '../actions/expire-order'
import { ApiError } from '../http/api-error'
import type { Authentication } from '../http/authenticate'
import type { SchemaTypes } from '../http/validation'
import type { OrderWithAttempts, Session, Store } from '../store/port'
import { findOwnOrder, routeOf } from './own-order'
import { presentDetail, presentOrder } from './present'
import { ordersQuery } from './schemas'

export interface OrderRoutesOptions {
  readonly store: Store
  readonly authentication: Authentication
  readonly attempts: Attempts
  readonly expiring: Expiring
  readonly clock: Clock
}

const pageDefault = 20

/** A customer's orders: one of them, or page by page. */
export function addOrderRoutes(server: FastifyInstance, options: OrderRoutesOptions): void {
  const { store, authentication, attempts, expiring, clock } = options
  const { requireSession, sessionOf } = authentication
  const api = server.withTypeProvider<SchemaTypes>()

  api.get(routeOf(apiPaths.order), { preValidation: requireSession }, async (request): Promise<OrderAnswer> => {
    const session = sessionOf(request)
    const found = await findOwnOrder(store, request, session)
    const { order } = ((await bringUpToDate(found)) ? await store.findOrder(found.order.orderNo) : null) ?? found
    const refunds = await store.refundsOf(order.id)
    return { order: presentDetail(order, refunds, clock.now(), session.orderId === null) }
  })

  const listRoute = { schema: { querystring: ordersQuery }, preValidation: requireSession }
  api.get(apiPaths.orders, listRoute, async (request): Promise<OrdersAnswer> => {
    const session = sessionOf(request)
    const { state = null, limit: limitText, cursor } = request.query
    const limit = Number(limitText ?? pageDefault)
    const orders = await store.listOrders({
      userId: session.userId,
      orderId: session.orderId,
      group: state,
      // One more tells whether there is another page.
      limit: limit + 1,
      beforeId: cursor === undefined ? null : await findCursor(cursor, session),
    })
    const page = orders.slice(0, limit)
    const refunds = await store.newestRefunds(page.map(({ id }) => id))
    return {
      orders: page.map((order) => presentOrder(order, refunds.get(order.id) ?? null, clock.now())),
      nextCursor: orders.length > limit ? (page.at(-1)?.orderNo ?? null) : null,
    }
  })

  /** A cursor is the last order's number: it says nothing that its owner does not know. */
  async function findCursor(orderNo: string, session: Session): Promise<number> {
    const found = await store.findOrder(orderNo)
    if (found === null || found.order.userId !== session.userId) throw new ApiError('BAD_REQUEST', 'cursor')
    return found.order.id
  }

  /** Asks WeChat Pay where that may change the answer; true when it may have. A failed query does not fail the request. */
  async function bringUpToDate(found: OrderWithAttempts): Promise<boolean> {
    const isExpired = isOverdue(found.order, clock.now()) && (await expiring.expireIfDue(found.order.id))
    return isExpired || attempts.askAgain(found)
  }
}

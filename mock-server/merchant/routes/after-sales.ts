import type { FastifyInstance, FastifyRequest } from 'fastify'
import { apiPaths, type OrderAnswer } from '../../../src/contract/api'
import type { Clock } from '../../kit/clock'
import { ApiError } from '../http/api-error'
import type { Authentication } from '../http/authenticate'
import { parseJsonBody, parseOptionalJsonBody, type SchemaTypes } from '../http/validation'
import type { CancelOrder } from '../actions/cancel-order'
import type { Order } from '../domain/order'
import type { ShopEvents } from '../events/events'
import type { Refunding } from '../actions/refunds'
import type { Store } from '../store/port'
import { findOwnOrder, routeOf } from './own-order'
import { presentDetail } from './present'
import { nothing, refundRequest } from './schemas'
import { toWish } from './terms'

export interface AfterSalesOptions {
  readonly store: Store
  readonly authentication: Authentication
  readonly cancelOrder: CancelOrder
  readonly refunding: Refunding
  readonly events: ShopEvents
  readonly clock: Clock
}

/** What the payer can do with an order: cancel it, confirm its receipt, ask for a refund. */
export function addAfterSalesRoutes(server: FastifyInstance, options: AfterSalesOptions): void {
  const { store, authentication, cancelOrder, refunding, events, clock } = options
  const { requireOwner, sessionOf } = authentication
  const api = server.withTypeProvider<SchemaTypes>()
  const withoutBody = { schema: { body: nothing }, preValidation: [requireOwner, parseOptionalJsonBody] }

  api.post(routeOf(apiPaths.cancel), withoutBody, async (request) => {
    const order = await findOrder(request)
    await cancelOrder(order.id)
    return answer(order)
  })

  api.post(routeOf(apiPaths.receipt), withoutBody, async (request) => {
    const order = await findOrder(request)
    if (!(await store.confirmReceipt(order.id, clock.now()))) throw new ApiError('NOT_SHIPPED')
    events.announce({ type: 'order.received', orderNo: order.orderNo })
    return answer(order)
  })

  const refundRoute = { schema: { body: refundRequest }, preValidation: [requireOwner, parseJsonBody] }
  api.post(routeOf(apiPaths.refunds), refundRoute, async (request) => {
    const order = await findOrder(request)
    const { requestId, reason } = request.body
    await refunding.request(order, { requestId, wish: toWish(request.body), reason: reason.trim() })
    return answer(order)
  })

  async function findOrder(request: FastifyRequest): Promise<Order> {
    return (await findOwnOrder(store, request, sessionOf(request))).order
  }

  async function answer({ orderNo, id }: Order): Promise<OrderAnswer> {
    const found = await store.findOrder(orderNo)
    if (!found) throw new ApiError('ORDER_NOT_FOUND')
    return { order: presentDetail(found.order, await store.refundsOf(id), clock.now(), true) }
  }
}

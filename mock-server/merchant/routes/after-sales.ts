import type { FastifyInstance, FastifyRequest } from 'fastify'
import { apiPaths, limits, type OrderAnswer } from '../../../src/contract/api'
import type { Clock } from '../../kit/clock'
import { ApiError } from '../http/api-error'
import type { Authenticate } from '../http/authenticate'
import type { CancelOrder } from '../actions/cancel-order'
import type { Order } from '../domain/order'
import type { RefundWish } from '../domain/refund'
import type { ShopEvents } from '../events/events'
import type { Refunding } from '../actions/refunds'
import type { Store } from '../store/port'
import { requestIdPattern } from './orders'
import { findOwnOrder, routeOf } from './own-order'
import { parseBody, parseText, type Fields } from './parse'
import { parseFen, parseLines, parseWords } from './parse-terms'
import { presentDetail } from './present'

export interface AfterSalesOptions {
  readonly store: Store
  readonly authenticate: Authenticate
  readonly cancelOrder: CancelOrder
  readonly refunding: Refunding
  readonly events: ShopEvents
  readonly clock: Clock
}

/** What a payer can do with an order that is there: cancel it, have got it, want the money back. */
export function addAfterSalesRoutes(server: FastifyInstance, options: AfterSalesOptions): void {
  const { store, authenticate, cancelOrder, refunding, events, clock } = options

  server.post(routeOf(apiPaths.cancel), async (request) => {
    const order = await findChangeable(request)
    parseNothing(request)
    await cancelOrder(order.id)
    return answer(order)
  })

  server.post(routeOf(apiPaths.receipt), async (request) => {
    const order = await findChangeable(request)
    parseNothing(request)
    if (!(await store.confirmReceipt(order.id, clock.now()))) throw new ApiError('NOT_SHIPPED')
    events.announce({ type: 'order.received', orderNo: order.orderNo })
    return answer(order)
  })

  server.post(routeOf(apiPaths.refunds), async (request) => {
    const order = await findChangeable(request)
    const fields = parseBody(request.body, request.headers['content-type'], [
      'requestId',
      'reason',
      'amountFen',
      'items',
    ])
    const reason = parseWords(fields, 'reason', limits.refundReason)
    if (reason === '') throw new ApiError('BAD_REQUEST', 'reason')
    await refunding.request(order, {
      requestId: parseText(fields, 'requestId', requestIdPattern),
      wish: parseWish(fields),
      reason,
    })
    return answer(order)
  })

  /** A link to an order may be passed on: who came with one only looks and pays. */
  async function findChangeable(request: FastifyRequest): Promise<Order> {
    const session = await authenticate(request)
    if (session.orderId !== null) throw new ApiError('UNAUTHENTICATED')
    return (await findOwnOrder(store, request, session)).order
  }

  async function answer({ orderNo, id }: Order): Promise<OrderAnswer> {
    const found = await store.findOrder(orderNo)
    if (!found) throw new ApiError('ORDER_NOT_FOUND')
    return { order: presentDetail(found.order, await store.refundsOf(id), clock.now(), true) }
  }
}

export function parseWish(fields: Fields): RefundWish {
  const amountFen = parseFen(fields, 'amountFen')
  if (fields.items === undefined) return amountFen === null ? { kind: 'whole' } : { kind: 'amount', amountFen }
  if (amountFen !== null) throw new ApiError('BAD_REQUEST', 'items')
  return { kind: 'goods', lines: parseLines(fields) }
}

/** These calls need no body; `{}` is what clients send that cannot send none. */
function parseNothing(request: FastifyRequest): void {
  const { body } = request
  if (body === undefined || body === null || (Buffer.isBuffer(body) && body.length === 0)) return
  parseBody(body, request.headers['content-type'], [])
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  apiPaths,
  limits,
  type GoodsAnswer,
  type OrderAnswer,
  type OrderGroup,
  type OrdersAnswer,
  type PaymentAnswer,
  type PaymentKind,
} from '../../../src/contract/api'
import { ApiError } from '../http/api-error'
import type { Attempts } from '../actions/attempts'
import type { Authenticate } from '../http/authenticate'
import { channels, pickPaymentKind } from '../actions/channels'
import { kindsNotOnIos, pickupStores, quantityMax, shippingFen, type CatalogueItem } from '../domain/catalogue'
import { isOverdue, type Expiring } from '../actions/expire-order'
import type { PlaceOrder } from '../actions/place-order'
import type { PayOrder, PayRequest, PayResult } from '../actions/pay-order'
import type { OrderWithAttempts, Session, Store } from '../store/port'
import type { Clock } from '../../kit/clock'
import { findOwnOrder, orderNoPattern, routeOf } from './own-order'
import { parseBody, parseCount, parseList, parseOneOf, parseText, type Fields } from './parse'
import { parseCouponId, parseDelivery, parseFen, parseFlag, parseLines, parseWords } from './parse-terms'
import { presentDetail, presentOrder } from './present'

export interface OrderRoutesOptions {
  readonly store: Store
  readonly authenticate: Authenticate
  readonly attempts: Attempts
  readonly expiring: Expiring
  readonly placeOrder: PlaceOrder
  readonly payOrder: PayOrder
  readonly goods: readonly CatalogueItem[]
  readonly clock: Clock
  readonly payerClientIpOf: (request: FastifyRequest) => string
}

export const requestIdPattern = /^[0-9A-Za-z_-]{16,64}$/
const paymentKinds: readonly PaymentKind[] = ['requestPayment', 'requestWxPayment', 'webView', 'redirect']
const groups: readonly OrderGroup[] = ['pending', 'shipping', 'refund']

const orderFields = ['requestId', 'items', 'accepts', 'couponId', 'usePoints', 'delivery', 'remark', 'expectedTotalFen']
const acceptsMax = 8

/** The shelf, orders and paying them. */
export function addOrderRoutes(server: FastifyInstance, options: OrderRoutesOptions): void {
  const { store, authenticate, attempts, expiring, placeOrder, payOrder, goods, clock } = options

  server.get(apiPaths.goods, async (): Promise<GoodsAnswer> => {
    const available = await store.availableStock()
    return {
      goods: goods.map((item) => ({ ...item, stock: Math.min(available.get(item.goodsId) ?? 0, quantityMax) })),
      shippingFen,
      kindsNotOnIos,
      pickupStores,
    }
  })

  server.post(apiPaths.orders, async (request, reply): Promise<PaymentAnswer> => {
    const session = await authenticate(request)
    // A session that came with a link to one order buys nothing else.
    if (session.orderId !== null) throw new ApiError('UNAUTHENTICATED')
    const fields = parseBody(request.body, request.headers['content-type'], orderFields)
    const order = {
      requestId: parseText(fields, 'requestId', requestIdPattern),
      lines: parseLines(fields),
      couponId: parseCouponId(fields) ?? null,
      usePoints: parseFlag(fields, 'usePoints'),
      delivery: parseDelivery(fields),
      remark: parseWords(fields, 'remark', limits.remark),
      expectedTotalFen: parseFen(fields, 'expectedTotalFen'),
    }
    const { isNew, ...result } = await placeOrder(order, toPayRequest(request, session, fields))
    reply.code(isNew ? 201 : 200)
    return presentPayment(result)
  })

  server.post(routeOf(apiPaths.payments), async (request): Promise<PaymentAnswer> => {
    const session = await authenticate(request)
    const fields = parseBody(request.body, request.headers['content-type'], ['requestId', 'accepts'])
    const requestId = parseText(fields, 'requestId', requestIdPattern)
    const payRequest = toPayRequest(request, session, fields)
    const { order } = await findOwnOrder(store, request, session)
    const named = await store.findByRequest(session.userId, requestId)
    if (named !== null && named.orderId !== order.id) throw new ApiError('REQUEST_CONFLICT', 'requestId')
    return presentPayment(await payOrder(order.id, payRequest))
  })

  server.get(routeOf(apiPaths.order), async (request): Promise<OrderAnswer> => {
    const session = await authenticate(request)
    const found = await findOwnOrder(store, request, session)
    const { order } = ((await bringUpToDate(found)) ? await store.findOrder(found.order.orderNo) : null) ?? found
    const refunds = await store.refundsOf(order.id)
    return { order: presentDetail(order, refunds, clock.now(), session.orderId === null) }
  })

  server.get(apiPaths.orders, async (request): Promise<OrdersAnswer> => {
    const session = await authenticate(request)
    const query = request.query as Fields
    const limit = parseCount(query.limit, 'limit', 20, limits.ordersPage)
    const orders = await store.listOrders({
      userId: session.userId,
      orderId: session.orderId,
      group: query.state === undefined ? null : parseOneOf(query, 'state', groups),
      // One more tells whether there is another page.
      limit: limit + 1,
      beforeId: await parseCursor(query, session),
    })
    const page = orders.slice(0, limit)
    const refunds = await store.newestRefunds(page.map(({ id }) => id))
    return {
      orders: page.map((order) => presentOrder(order, refunds.get(order.id) ?? null, clock.now())),
      nextCursor: orders.length > limit ? page.at(-1)!.orderNo : null,
    }
  })

  /** A cursor is the last order's number: it says nothing that its owner does not know. */
  async function parseCursor(query: Fields, session: Session): Promise<number | null> {
    if (query.cursor === undefined) return null
    const found = await store.findOrder(parseText(query, 'cursor', orderNoPattern))
    if (found === null || found.order.userId !== session.userId) throw new ApiError('BAD_REQUEST', 'cursor')
    return found.order.id
  }

  /** Asks WeChat Pay where that may change the answer; true when it may have. Its failure is not the reader's. */
  async function bringUpToDate(found: OrderWithAttempts): Promise<boolean> {
    const isExpired = isOverdue(found.order, clock.now()) && (await expiring.expireIfDue(found.order.id))
    return isExpired || attempts.askAgain(found)
  }

  function toPayRequest(request: FastifyRequest, session: Session, fields: Fields): PayRequest {
    const accepts = parseList(fields, 'accepts', acceptsMax)
    // Kinds that we do not know come from a newer client: it names an older one after them.
    const known = accepts.flatMap((kind) => {
      if (typeof kind !== 'string') throw new ApiError('BAD_REQUEST', 'accepts')
      return paymentKinds.filter((paymentKind) => paymentKind === kind)
    })
    const kind = pickPaymentKind(channels[session.client], known)
    if (kind === null) throw new ApiError('PAYMENT_KIND_UNSUPPORTED', 'accepts')
    return { session, kind, payerClientIp: options.payerClientIpOf(request) }
  }

  async function presentPayment({ order, payment, problem }: PayResult): Promise<PaymentAnswer> {
    const refunds = order.status === 'pending' ? null : await store.newestRefunds([order.id])
    return { order: presentOrder(order, refunds?.get(order.id) ?? null, clock.now()), payment, problem }
  }
}

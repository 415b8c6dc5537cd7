import type { FastifyInstance, FastifyRequest } from 'fastify'
import {
  apiPaths,
  type GoodsAnswer,
  type OrderAnswer,
  type OrdersAnswer,
  type PaymentAnswer,
  type PaymentKind,
} from '../../../src/contract/api'
import { ApiError } from '../api-error'
import type { Attempts } from '../attempts'
import type { Authenticate } from '../authenticate'
import { channels, pickPaymentKind } from '../channels'
import type { CartLine } from '../domain/cart'
import { linesMax, quantityMax, shippingFen, type CatalogueItem } from '../domain/catalogue'
import { isOverdue, type Expiring } from '../expiring'
import type { PlaceOrder } from '../ordering'
import type { PayOrder, PayRequest, PayResult } from '../paying'
import type { OrderWithAttempts, Session, Store } from '../store/port'
import type { Clock } from '../../kit/clock'
import { parseBody, parseCount, parseFields, parseList, parseText, type Fields } from './parse'
import { presentOrder } from './present'

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

const requestIdPattern = /^[0-9A-Za-z_-]{16,64}$/
const orderNoPattern = /^[0-9A-Z-]{8,32}$/
const paymentKinds: readonly PaymentKind[] = ['requestPayment', 'requestWxPayment', 'webView', 'redirect']
/** The contract's paths with a parameter in the place of the number; it escapes the colon. */
const routes = {
  order: apiPaths.order(':orderNo').replace('%3A', ':'),
  payments: apiPaths.payments(':orderNo').replace('%3A', ':'),
}

const acceptsMax = 8
const listMax = 50

export function addOrderRoutes(server: FastifyInstance, options: OrderRoutesOptions): void {
  const { store, authenticate, attempts, expiring, placeOrder, payOrder, goods, clock } = options

  server.get(apiPaths.goods, async (): Promise<GoodsAnswer> => {
    const available = await store.availableStock()
    return {
      goods: goods.map((item) => ({ ...item, stock: Math.min(available.get(item.goodsId) ?? 0, quantityMax) })),
      shippingFen,
    }
  })

  server.post(apiPaths.orders, async (request, reply): Promise<PaymentAnswer> => {
    const session = await authenticate(request)
    // A session that came with a link to one order buys nothing else.
    if (session.orderId !== null) throw new ApiError('UNAUTHENTICATED')
    const fields = parseBody(request.body, request.headers['content-type'], ['requestId', 'items', 'accepts'])
    const order = {
      requestId: parseText(fields, 'requestId', requestIdPattern),
      lines: parseList(fields, 'items', linesMax).map(parseLine),
    }
    const { isNew, ...result } = await placeOrder(order, toPayRequest(request, session, fields))
    reply.code(isNew ? 201 : 200)
    return presentPayment(result, clock.now())
  })

  server.post(routes.payments, async (request): Promise<PaymentAnswer> => {
    const session = await authenticate(request)
    const fields = parseBody(request.body, request.headers['content-type'], ['requestId', 'accepts'])
    const requestId = parseText(fields, 'requestId', requestIdPattern)
    const payRequest = toPayRequest(request, session, fields)
    const { order } = await findOwn(request, session)
    const named = await store.findByRequest(session.userId, requestId)
    if (named !== null && named.orderId !== order.id) throw new ApiError('REQUEST_CONFLICT', 'requestId')
    return presentPayment(await payOrder(order.id, payRequest), clock.now())
  })

  server.get(routes.order, async (request): Promise<OrderAnswer> => {
    const session = await authenticate(request)
    const found = await findOwn(request, session)
    if (!(await bringUpToDate(found))) return { order: presentOrder(found.order, clock.now()) }
    const now = await store.findOrder(found.order.orderNo)
    return { order: presentOrder((now ?? found).order, clock.now()) }
  })

  server.get(apiPaths.orders, async (request): Promise<OrdersAnswer> => {
    const session = await authenticate(request)
    const limit = parseCount((request.query as Fields).limit, 'limit', 20, listMax)
    const orders = await store.listOrders(session.userId, session.orderId, limit)
    return { orders: orders.map((order) => presentOrder(order, clock.now())) }
  })

  /** Asks WeChat Pay where that may change the answer; true when it may have. Its failure is not the reader's. */
  async function bringUpToDate(found: OrderWithAttempts): Promise<boolean> {
    if (!isOverdue(found.order, clock.now())) return attempts.askAgain(found)
    await expiring.expire(found.order.id)
    return true
  }

  /** Somebody else's order is answered like none at all. */
  async function findOwn(request: FastifyRequest, session: Session): Promise<OrderWithAttempts> {
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
}

function parseLine(value: unknown, index: number): CartLine {
  const fields = parseFields(value, `items[${index}]`, ['goodsId', 'quantity'])
  const { goodsId, quantity } = fields
  if (typeof goodsId !== 'string') throw new ApiError('BAD_REQUEST', `items[${index}].goodsId`)
  if (typeof quantity !== 'number') throw new ApiError('QUANTITY_INVALID', `items[${index}].quantity`)
  return { goodsId, quantity }
}

function presentPayment({ order, payment, problem }: PayResult, nowMs: number): PaymentAnswer {
  return { order: presentOrder(order, nowMs), payment, problem }
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { apiPaths, paymentKinds, type PaymentAnswer } from '../../../src/contract/api'
import type { Clock } from '../../kit/clock'
import { channels, pickPaymentKind } from '../actions/channels'
import type { PayOrder, PayRequest, PayResult } from '../actions/pay-order'
import type { PlaceOrder } from '../actions/place-order'
import { ApiError } from '../http/api-error'
import type { Authentication } from '../http/authenticate'
import { parseJsonBody, type SchemaTypes } from '../http/validation'
import type { Store } from '../store/port'
import { findOwnOrder, routeOf } from './own-order'
import { presentOrder } from './present'
import { createOrderRequest, payOrderRequest } from './schemas'
import { toCouponId, toDelivery } from './terms'

export interface PaymentRoutesOptions {
  readonly store: Store
  readonly authentication: Authentication
  readonly placeOrder: PlaceOrder
  readonly payOrder: PayOrder
  readonly clock: Clock
  readonly payerClientIpOf: (request: FastifyRequest) => string
}

/** Ordering, and paying an order: both answer with how the phone pays now. */
export function addPaymentRoutes(server: FastifyInstance, options: PaymentRoutesOptions): void {
  const { store, authentication, placeOrder, payOrder, clock } = options
  const { requireOwner, requireSession, sessionOf } = authentication
  const api = server.withTypeProvider<SchemaTypes>()

  const orderRoute = { schema: { body: createOrderRequest }, preValidation: [requireOwner, parseJsonBody] }
  api.post(apiPaths.orders, orderRoute, async (request, reply): Promise<PaymentAnswer> => {
    const { requestId, items, accepts, couponId, usePoints, delivery, remark, expectedTotalFen } = request.body
    const order = {
      requestId,
      lines: items,
      couponId: toCouponId(couponId) ?? null,
      usePoints: usePoints ?? false,
      delivery: toDelivery(delivery),
      remark: (remark ?? '').trim(),
      expectedTotalFen: expectedTotalFen ?? null,
    }
    const { isNew, ...result } = await placeOrder(order, toPayRequest(request, accepts))
    reply.code(isNew ? 201 : 200)
    return presentPayment(result)
  })

  const payRoute = { schema: { body: payOrderRequest }, preValidation: [requireSession, parseJsonBody] }
  api.post(routeOf(apiPaths.payments), payRoute, async (request): Promise<PaymentAnswer> => {
    const { requestId, accepts } = request.body
    const payRequest = toPayRequest(request, accepts)
    const { session } = payRequest
    const { order } = await findOwnOrder(store, request, session)
    const named = await store.findByRequest(session.userId, requestId)
    if (named !== null && named.orderId !== order.id) throw new ApiError('REQUEST_CONFLICT', 'requestId')
    return presentPayment(await payOrder(order.id, payRequest))
  })

  /** @param accepts kinds that we do not know come from a newer client, which names an older kind after them */
  function toPayRequest(request: FastifyRequest, accepts: readonly string[]): PayRequest {
    const session = sessionOf(request)
    const known = accepts.flatMap((kind) => paymentKinds.filter((paymentKind) => paymentKind === kind))
    const kind = pickPaymentKind(channels[session.client], known)
    if (kind === null) throw new ApiError('PAYMENT_KIND_UNSUPPORTED', 'accepts')
    return { session, kind, payerClientIp: options.payerClientIpOf(request) }
  }

  async function presentPayment({ order, payment, problem }: PayResult): Promise<PaymentAnswer> {
    const refunds = order.status === 'pending' ? null : await store.newestRefunds([order.id])
    return { order: presentOrder(order, refunds?.get(order.id) ?? null, clock.now()), payment, problem }
  }
}

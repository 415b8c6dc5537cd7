import type { FastifyInstance } from 'fastify'
import type { OrderDetail } from '../../../../src/contract/api'
import { ApiError } from '../../http/api-error'
import { parseJsonBody, type SchemaTypes } from '../../http/validation'
import type { Order } from '../../domain/order'
import { presentParts } from '../present-parts'
import { presentDetail, toInstant, toInstantOrNull } from '../present'
import { orderNoPattern } from '../schemas'
import { toWish } from '../terms'
import type { OperatorOptions } from './options'
import { assertDone, nextOf, toPage } from './paging'
import { pageQuery, shipment, shopRefund } from './schemas'
import { presentJob } from './work'

/** All orders of the shop: what is in them, shipping them, and refunds that the shop itself starts. */
export function addOperatorOrderRoutes(server: FastifyInstance, options: OperatorOptions): void {
  const { store, refunding, clock } = options
  const api = server.withTypeProvider<SchemaTypes>()

  api.get('/operator/orders', { schema: { querystring: pageQuery } }, async (request) => {
    const page = toPage(request.query)
    const listed = await store.listAllOrders(page.limit, page.beforeId)
    return {
      orders: listed.map(({ order, outTradeNo, attemptClient }) => ({
        orderNo: order.orderNo,
        status: order.status,
        fulfilment: order.fulfilment,
        totalFen: order.totalFen,
        clientKind: attemptClient ?? order.client,
        outTradeNo,
        transactionId: order.transactionId,
        createdAt: toInstant(order.createdAtMs),
        paidAt: toInstantOrNull(order.paidAtMs),
      })),
      next: nextOf(
        listed.map(({ order }) => order),
        page,
      ),
    }
  })

  api.get('/operator/orders/:orderNo', async (request) => {
    const order = await findOrder(request.params)
    const refunds = await store.refundsOf(order.id)
    const jobs = await store.listJobs({ status: null, orderId: order.id, limit: 100, beforeId: null })
    const parcel = await store.findParcel(order.orderNo)
    const { delivery } = order
    return {
      order: presentDetail(order, refunds, clock.now(), true),
      // In money: less than the price where the payer had a voucher of WeChat Pay. The shop books the price.
      payerFen: order.payerFen,
      // Whole, and not masked: parcels are addressed with it.
      address: delivery?.kind === 'express' ? delivery.address : null,
      phone: delivery?.kind === 'virtual' ? delivery.phone : null,
      jobs: jobs.map(presentJob),
      // The sellers' shares, where the shop sells for others.
      parts: presentParts(order, parcel?.parts ?? [], await store.refundPartsOf(order.id)),
    }
  })

  addShipRoute(server, options, findOrder)

  const refundRoute = { schema: { body: shopRefund }, preValidation: parseJsonBody }
  api.post('/operator/orders/:orderNo/refunds', refundRoute, async (request) => {
    const order = await findOrder(request.params)
    await refunding.request(order, {
      requestId: null,
      wish: toWish(request.body),
      reason: request.body.reason.trim(),
    })
    return answer(order.orderNo)
  })

  async function findOrder(params: unknown): Promise<Order> {
    const { orderNo } = params as { orderNo: string }
    const found = orderNoPattern.test(orderNo) ? await store.findOrder(orderNo) : null
    if (!found) throw new ApiError('ORDER_NOT_FOUND')
    return found.order
  }

  async function answer(orderNo: string): Promise<{ readonly order: OrderDetail }> {
    const order = await findOrder({ orderNo })
    return { order: presentDetail(order, await store.refundsOf(order.id), clock.now(), true) }
  }
}

/** Marks an order as shipped, or as ready to be picked up. */
function addShipRoute(
  server: FastifyInstance,
  { store, events, clock }: OperatorOptions,
  findOrder: (params: unknown) => Promise<Order>,
): void {
  const shipRoute = { schema: { body: shipment }, preValidation: parseJsonBody }
  server.withTypeProvider<SchemaTypes>().post('/operator/orders/:orderNo/ship', shipRoute, async (request) => {
    const order = await findOrder(request.params)
    const { carrier, trackingNo } = request.body
    const needsParcel = order.delivery?.kind !== 'pickup' && order.items.some(({ kind }) => kind === 'physical')
    if (needsParcel && carrier === undefined) throw new ApiError('BAD_REQUEST', 'carrier')
    if (needsParcel && trackingNo === undefined) throw new ApiError('BAD_REQUEST', 'trackingNo')
    const parcel =
      needsParcel && carrier !== undefined && trackingNo !== undefined
        ? { carrier, trackingNo }
        : { carrier: null, trackingNo: null }
    assertDone(await store.shipOrder(order.orderNo, parcel, clock.now()), 'orderNo')
    events.announce({ type: 'order.shipped', orderNo: order.orderNo })
    const shipped = await findOrder({ orderNo: order.orderNo })
    return { order: presentDetail(shipped, await store.refundsOf(shipped.id), clock.now(), true) }
  })
}

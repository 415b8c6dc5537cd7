import type { FastifyInstance, FastifyReply } from 'fastify'
import { isEqualSecret } from '../../crypto/digest'
import { streamEvents } from '../../kit/http/event-stream'
import { guardLoopback } from '../../kit/http/loopback-guard'
import { ApiError } from '../http/api-error'
import type { EventsEverywhere } from '../events/events-everywhere'
import type { Metrics } from '../events/metrics'
import { addOperatorActions, type OperatorActionsOptions } from './operator-actions'
import { parseCount, type Fields } from './parse'
import { toInstant } from './present'

export interface OperatorRoutesOptions extends OperatorActionsOptions {
  readonly token: string
  readonly everywhere: EventsEverywhere
  readonly metrics: Metrics
}

/** For the person who runs the shop: this machine only, with a token. */
export function addOperatorRoutes(server: FastifyInstance, options: OperatorRoutesOptions): void {
  const { store, everywhere, token, metrics } = options
  guardLoopback(server, (reply) => reply.code(403).send(new ApiError('NOT_FOUND').toBody()))
  server.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store')
    if (!isEqualSecret(request.headers.authorization ?? '', `Bearer ${token}`)) throw new ApiError('UNAUTHENTICATED')
  })

  server.get('/operator/orders', async (request) => {
    const query = request.query as Fields
    const limit = parseCount(query.limit, 'limit', 50, 200)
    const before = query.before === undefined ? null : parseCount(query.before, 'before', 1, 999_999_999)
    const listed = await store.listAllOrders(limit, before)
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
        paidAt: order.paidAtMs === null ? null : toInstant(order.paidAtMs),
      })),
      /** Hand it in as `before` for the next page. */
      next: listed.length === limit ? String(listed.at(-1)!.order.id) : null,
    }
  })

  // A stream never ends by itself, and a stop waits for whatever was begun.
  const streams = new Set<FastifyReply>()
  server.addHook('preClose', async () => streams.forEach((reply) => reply.raw.end()))
  addOperatorActions(server, options)

  server.get('/operator/events', async (_request, reply) => {
    // Whoever comes again looks at the lists anew, and misses nothing.
    const feed = await everywhere.open(() => reply.raw.end())
    if (reply.raw.destroyed) {
      feed.close()
      return reply
    }
    streams.add(reply)
    reply.raw.on('close', () => streams.delete(reply))
    streamEvents(reply, feed.subscribe)
    return reply
  })

  server.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await metrics.expose()
    return reply.header('content-type', contentType).send(text)
  })
}

import type { FastifyInstance, FastifyReply } from 'fastify'
import { isEqualSecret } from '../../../crypto/digest'
import { streamEvents } from '../../../kit/http/event-stream'
import { guardLoopback } from '../../../kit/http/loopback-guard'
import type { EventsEverywhere } from '../../events/events-everywhere'
import type { Metrics } from '../../events/metrics'
import { ApiError } from '../../http/api-error'
import { addHoldRoutes } from './holds'
import type { OperatorOptions } from './options'
import { addOperatorOrderRoutes } from './orders'
import { addOperatorRefundRoutes } from './refunds'
import { addWorkRoutes } from './work'

export interface OperatorRoutesOptions extends OperatorOptions {
  readonly token: string
  readonly everywhere: EventsEverywhere
  readonly metrics: Metrics
}

/** For the person who runs the shop: only from this machine, and with a token. */
export function addOperatorRoutes(server: FastifyInstance, options: OperatorRoutesOptions): void {
  const { everywhere, token, metrics } = options
  guardLoopback(server, (reply) => reply.code(403).send(new ApiError('NOT_FOUND').toBody()))
  server.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store')
    if (!isEqualSecret(request.headers.authorization ?? '', `Bearer ${token}`)) throw new ApiError('UNAUTHENTICATED')
  })

  addOperatorOrderRoutes(server, options)
  addOperatorRefundRoutes(server, options)
  addHoldRoutes(server, options)
  addWorkRoutes(server, options)

  // A stream has no end of its own, and a stop waits for open requests.
  const streams = new Set<FastifyReply>()
  server.addHook('preClose', async () => streams.forEach((reply) => reply.raw.end()))

  server.get('/operator/events', async (_request, reply) => {
    // A client that reconnects reads the lists again, so a broken stream loses nothing.
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

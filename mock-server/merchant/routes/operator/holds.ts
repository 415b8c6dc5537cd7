import type { FastifyInstance } from 'fastify'
import { parseJsonBody, type SchemaTypes } from '../../http/validation'
import { toInstant, toInstantOrNull } from '../present'
import type { OperatorOptions } from './options'
import { assertDone, nextOf, toPage } from './paging'
import { holdsQuery, idParams, resolution } from './schemas'

/** Payments that wait for a person, and what the person decides. */
export function addHoldRoutes(server: FastifyInstance, options: OperatorOptions): void {
  const { store, events, clock } = options
  const api = server.withTypeProvider<SchemaTypes>()

  api.get('/operator/held', { schema: { querystring: holdsQuery } }, async (request) => {
    const page = toPage(request.query)
    const listed = await store.listHolds({ isOpen: request.query.state !== 'resolved', ...page })
    return {
      held: listed.map(({ createdAtMs, resolvedAtMs, ...hold }) => ({
        ...hold,
        createdAt: toInstant(createdAtMs),
        resolvedAt: toInstantOrNull(resolvedAtMs),
      })),
      next: nextOf(listed, page),
    }
  })

  const resolve = { schema: { params: idParams, body: resolution }, preValidation: parseJsonBody }
  api.post('/operator/held/:id/resolve', resolve, async ({ params, body: { decision, note } }) => {
    const id = Number(params.id)
    assertDone(await store.resolveHold(id, decision, (note ?? '').trim(), clock.now()), 'id')
    events.announce({ type: 'hold.resolved', subject: String(id), to: decision })
    return { id, decision }
  })
}

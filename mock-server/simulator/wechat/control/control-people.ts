import type { FastifyInstance } from 'fastify'
import { isUser, readRecord } from '../../kit/read-request'
import type { Store } from '../store/store'

/** Blocks persons as a risk: they can't sign in (40226). */
export function addPeopleControl(server: FastifyInstance, { store }: { readonly store: Store }): void {
  server.get('/control/users', () => ({ blocked: store.blocked() }))

  server.put('/control/users/:user', async (request, reply) => {
    const { user } = request.params as { user: string }
    if (!isUser(user)) {
      const message = 'A user is 1 to 64 letters, digits, dots, dashes or @.'
      return reply.code(400).send({ code: 'USER_INVALID', message })
    }
    const { blocked } = readRecord(request.body)
    if (typeof blocked !== 'boolean') {
      return reply.code(400).send({ code: 'BLOCKED_INVALID', message: 'Send {"blocked": true} or {"blocked": false}.' })
    }
    await store.write(() => store.setBlocked(user, blocked))
    return { blocked: store.blocked() }
  })
}

import type { FastifyRequest } from 'fastify'
import { sha256Hex } from '../../crypto/digest'
import type { Clock } from '../../kit/clock'
import { ApiError } from './api-error'
import type { RequestLimit } from './rate-limits'
import type { Session, Store } from '../store/port'

/** Who asks. Rejects with an ApiError when that is nobody we know, or somebody who asks too much. */
export type Authenticate = (request: FastifyRequest) => Promise<Session>

export function createAuthenticate(store: Store, clock: Clock, limit: RequestLimit): Authenticate {
  return async (request) => {
    const token = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(request.headers.authorization ?? '')?.[1]
    const session = token === undefined ? null : await store.findSession(sha256Hex(token), clock.now())
    if (session === null) throw new ApiError('UNAUTHENTICATED')
    await limit(request, `user:${session.userId}`)
    return session
  }
}

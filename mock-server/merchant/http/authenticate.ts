import type { FastifyRequest } from 'fastify'
import { sha256Hex } from '../../crypto/digest'
import type { Clock } from '../../kit/clock'
import { ApiError } from './api-error'
import type { RequestLimit } from './rate-limits'
import type { Session, Store } from '../store/port'

/** Hooks for `preValidation`: nothing that a stranger sends is parsed. They reject with an ApiError. */
export interface Authentication {
  /** Refuses requests without a session, and those of users who call too often. */
  requireSession(request: FastifyRequest): Promise<void>
  /** Also refuses a session that was opened by a link to one order: the link may have been passed on. */
  requireOwner(request: FastifyRequest): Promise<void>
  /** The session of a request that one of the hooks has let through. */
  sessionOf(request: FastifyRequest): Session
}

export function createAuthentication(store: Store, clock: Clock, limit: RequestLimit): Authentication {
  const sessions = new WeakMap<FastifyRequest, Session>()

  async function authenticate(request: FastifyRequest): Promise<Session> {
    const token = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(request.headers.authorization ?? '')?.[1]
    const session = token === undefined ? null : await store.findSession(sha256Hex(token), clock.now())
    if (session === null) throw new ApiError('UNAUTHENTICATED')
    await limit(request, `user:${session.userId}`)
    sessions.set(request, session)
    return session
  }

  return {
    async requireSession(request) {
      await authenticate(request)
    },
    async requireOwner(request) {
      const { orderId } = await authenticate(request)
      if (orderId !== null) throw new ApiError('UNAUTHENTICATED')
    },
    sessionOf(request) {
      const session = sessions.get(request)
      if (session === undefined) throw new Error('This route has no hook that requires a session.')
      return session
    },
  }
}

import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { apiPaths, type ClientKind, type SessionAnswer } from '../../../src/contract/api'
import { sha256Hex } from '../../crypto/digest'
import type { Clock } from '../../kit/clock'
import { ApiError } from '../http/api-error'
import type { Authentication } from '../http/authenticate'
import { parseJsonBody, type SchemaTypes } from '../http/validation'
import { channels } from '../actions/channels'
import type { Welcome } from '../domain/coupon'
import { LoginError } from '../gateway/errors'
import type { LoginGateway } from '../gateway/port'
import type { Store } from '../store/port'
import { sessionRequest } from './schemas'

export interface SessionRoutesOptions {
  readonly store: Store
  readonly authentication: Authentication
  readonly clock: Clock
  readonly logger: Logger
  /** Null where the shop has no QQ mini program. */
  readonly logins: { readonly wechat: LoginGateway; readonly qq: LoginGateway | null }
  readonly sessionLifeMs: number
  /** The coupons and points of a new customer; null for none. */
  readonly welcomeOf: (client: ClientKind) => Welcome | null
}

const orderSessionLifeMs = 24 * 3_600_000

const loginCodes = { refused: 'LOGIN_FAILED', busy: 'RATE_LIMITED', unavailable: 'UPSTREAM_UNAVAILABLE' } as const

export function addSessionRoutes(server: FastifyInstance, options: SessionRoutesOptions): void {
  const { store, authentication, clock, logger, logins, sessionLifeMs } = options
  const api = server.withTypeProvider<SchemaTypes>()

  async function openidOf(client: ClientKind, code: string): Promise<string> {
    const login = channels[client].login
    const gateway = login === 'guest' ? null : logins[login]
    if (gateway === null) throw new ApiError('BAD_REQUEST', 'client')
    try {
      return await gateway.openidOf(code)
    } catch (error) {
      if (!(error instanceof LoginError)) throw error
      logger.warn({ err: error, client }, 'sign-in failed')
      throw new ApiError(loginCodes[error.code], undefined, error)
    }
  }

  const sessionRoute = { schema: { body: sessionRequest }, preValidation: parseJsonBody }
  api.post(apiPaths.sessions, sessionRoute, async ({ body }): Promise<SessionAnswer> => {
    const { client, code, orderKey } = body
    const isGuest = channels[client].login === 'guest'
    if (isGuest ? code !== undefined : orderKey !== undefined) {
      throw new ApiError('BAD_REQUEST', isGuest ? 'code' : 'orderKey')
    }
    const token = randomBytes(32).toString('base64url')
    const tokenHash = sha256Hex(token)
    if (orderKey !== undefined) {
      const lifeMs = Math.min(orderSessionLifeMs, sessionLifeMs)
      const isKnown = await store.openOrderSession(sha256Hex(orderKey), tokenHash, clock.now(), clock.now() + lifeMs)
      if (!isKnown) throw new ApiError('LOGIN_FAILED', 'orderKey')
      return { token, expiresInSec: Math.floor(lifeMs / 1000) }
    }
    if (!isGuest && code === undefined) throw new ApiError('BAD_REQUEST', 'code')
    const openid = code === undefined ? null : await openidOf(client, code)
    const gift = options.welcomeOf(client)
    await store.openSession({
      tokenHash,
      client,
      openid,
      expiresAtMs: clock.now() + sessionLifeMs,
      ...(gift && { welcome: { gift, nowMs: clock.now() } }),
    })
    return { token, expiresInSec: Math.floor(sessionLifeMs / 1000) }
  })

  server.delete(apiPaths.sessions, { preValidation: authentication.requireSession }, async (request, reply) => {
    await store.revokeSession(authentication.sessionOf(request).tokenHash)
    return reply.code(204).send()
  })
}

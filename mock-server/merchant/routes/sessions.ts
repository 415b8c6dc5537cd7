import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { apiPaths, type ClientKind, type SessionAnswer } from '../../../src/contract/api'
import { sha256Hex } from '../../crypto/digest'
import type { Clock } from '../../kit/clock'
import { ApiError } from '../http/api-error'
import type { Authenticate } from '../http/authenticate'
import { channels } from '../actions/channels'
import type { Welcome } from '../domain/coupon'
import { LoginError } from '../gateway/errors'
import type { LoginGateway } from '../gateway/port'
import type { Store } from '../store/port'
import { parseBody, parseOneOf, parseText } from './parse'

export interface SessionRoutesOptions {
  readonly store: Store
  readonly authenticate: Authenticate
  readonly clock: Clock
  readonly logger: Logger
  /** Null where the shop has no such mini program. */
  readonly logins: { readonly wechat: LoginGateway; readonly qq: LoginGateway | null }
  readonly sessionLifeMs: number
  /** What a new customer finds; null for nothing. */
  readonly welcomeOf: (client: ClientKind) => Welcome | null
}

const clients: readonly ClientKind[] = ['weapp', 'qq', 'h5']
const codePattern = /^[\x21-\x7e]{1,256}$/
const orderKeyPattern = /^[0-9A-Za-z]{43}$/
const orderSessionLifeMs = 24 * 3_600_000

const loginCodes = { refused: 'LOGIN_FAILED', busy: 'RATE_LIMITED', unavailable: 'UPSTREAM_UNAVAILABLE' } as const

export function addSessionRoutes(server: FastifyInstance, options: SessionRoutesOptions): void {
  const { store, clock, logger, logins, sessionLifeMs } = options

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

  server.post(apiPaths.sessions, async (request): Promise<SessionAnswer> => {
    const fields = parseBody(request.body, request.headers['content-type'], ['client', 'code', 'orderKey'])
    const client = parseOneOf(fields, 'client', clients)
    const isGuest = channels[client].login === 'guest'
    if (isGuest ? fields.code !== undefined : fields.orderKey !== undefined) {
      throw new ApiError('BAD_REQUEST', isGuest ? 'code' : 'orderKey')
    }
    const token = randomBytes(32).toString('base64url')
    const tokenHash = sha256Hex(token)
    if (fields.orderKey !== undefined) {
      const keyHash = sha256Hex(parseText(fields, 'orderKey', orderKeyPattern))
      const lifeMs = Math.min(orderSessionLifeMs, sessionLifeMs)
      const isKnown = await store.openOrderSession(keyHash, tokenHash, clock.now(), clock.now() + lifeMs)
      if (!isKnown) throw new ApiError('LOGIN_FAILED', 'orderKey')
      return { token, expiresInSec: Math.floor(lifeMs / 1000) }
    }
    const openid = isGuest ? null : await openidOf(client, parseText(fields, 'code', codePattern))
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

  server.delete(apiPaths.sessions, async (request, reply) => {
    const { tokenHash } = await options.authenticate(request)
    await store.revokeSession(tokenHash)
    return reply.code(204).send()
  })
}

import { createHash, randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { isEqualSecret, randomAlphanumeric } from '../../crypto/digest'
import type { Clock } from '../../kit/clock'
import { qqPaths } from '../../wire/qq'
import { isUser, parseObject, queryOf } from '../../kit/read-request'
import { qqErrors, sendQqError, type QqError } from './answers'
import type { QqAppIdentity } from './identity'
import type { Store } from './store'

export interface LoginRoutesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly app: (appid: string) => QqAppIdentity | undefined
  readonly loginsPerMinute: number
}

/** "Up to 7200" in the manual. */
export const tokenLifeSec = 7200
/** A token that was replaced goes on for five minutes. */
export const tokenOverlapSec = 300
/** UNVERIFIED. */
const codeLifeMs = 5 * 60_000
/** Sign-in and the server token. */
export function addLoginRoutes(
  server: FastifyInstance,
  { store, clock, app, loginsPerMinute }: LoginRoutesOptions,
): void {
  const countLogin = createMinuteCounter(clock)

  function credentialError(query: URLSearchParams, grantType: string): QqError | null {
    if (query.get('grant_type') !== grantType) return qqErrors.GRANT_TYPE
    const known = app(query.get('appid') ?? '')
    if (known === undefined) return qqErrors.APPID
    return isEqualSecret(known.secret, query.get('secret') ?? '') ? null : qqErrors.SECRET
  }

  server.get(qqPaths.getToken, async (request, reply) => {
    const query = queryOf(request.raw.url)
    const error = credentialError(query, 'client_credential')
    if (error !== null) return sendQqError(reply, error)
    const token = randomAlphanumeric(128)
    const now = clock.now()
    await store.write(() =>
      store.putToken(token, query.get('appid')!, now + tokenLifeSec * 1000, now + tokenOverlapSec * 1000),
    )
    return reply.send({ access_token: token, expires_in: tokenLifeSec })
  })

  server.get(qqPaths.jscode2session, async (request, reply) => {
    const query = queryOf(request.raw.url)
    const error = credentialError(query, 'authorization_code')
    if (error !== null) return sendQqError(reply, error)
    const appid = query.get('appid')!
    const now = clock.now()
    const login = await store.write(() => store.takeCode(query.get('js_code') ?? ''))
    if (login === null || login.appid !== appid || now >= login.expires_at) return sendQqError(reply, qqErrors.CODE)
    const openid = openidOf(appid, login.user)
    if (countLogin(openid) > loginsPerMinute) return sendQqError(reply, qqErrors.TOO_OFTEN)
    return reply.send({ openid, session_key: randomBytes(16).toString('base64'), errcode: 0, errmsg: '' })
  })

  // What the phone's own client asks QQ; not part of the server API.
  server.post('/client/login', async (request, reply) => {
    const body = parseObject(request.body)
    const { appid, user } = body ?? {}
    if (typeof appid !== 'string' || app(appid) === undefined) return sendQqError(reply, qqErrors.APPID, 400)
    if (!isUser(user)) {
      return reply.code(400).send({ errcode: 40003, errmsg: 'user: 1 to 64 letters, digits, dots, dashes or @' })
    }
    const code = randomAlphanumeric(32)
    await store.write(() => store.putCode(code, { appid, user, expires_at: clock.now() + codeLifeMs }))
    return reply.send({ code })
  })
}

/** The openid of a person under an app: 32 upper-case hex digits, the same each time. */
export function openidOf(appid: string, user: string): string {
  return createHash('sha256').update(`${appid}|${user}`).digest('hex').slice(0, 32).toUpperCase()
}

/** Counts within the present minute; what is older is forgotten as a whole, so that nothing grows. */
function createMinuteCounter(clock: Clock): (key: string) => number {
  let minute = 0
  let counts = new Map<string, number>()
  return (key) => {
    const present = Math.floor(clock.now() / 60_000)
    if (present !== minute) {
      minute = present
      counts = new Map()
    }
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    return count
  }
}

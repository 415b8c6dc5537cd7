import { createHash, randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { isEqualSecret, randomAlphanumeric } from '../../../crypto/digest'
import type { Clock } from '../../../kit/clock'
import type { MinuteCounter } from '../../kit/minute-counter'
import { qqPaths } from '../../../wire/qq'
import { isUser, parseObject, queryOf } from '../../kit/read-request'
import { sendQqError } from '../answers'
import { qqErrors, type QqError } from '../domain/qq-errors'
import type { QqFaults } from '../faults/faults'
import type { QqAppIdentity } from '../identity'
import type { Store } from '../store/store'

export interface LoginRoutesOptions {
  readonly store: Store
  readonly clock: Clock
  readonly app: (appid: string) => QqAppIdentity | undefined
  readonly logins: MinuteCounter
  readonly loginsPerMinute: number
  readonly faults: QqFaults
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
  { store, clock, app, faults, logins, loginsPerMinute }: LoginRoutesOptions,
): void {
  function credentialError(query: URLSearchParams, grantType: string): QqError | null {
    if (faults.isOn('qq-busy')) return qqErrors.BUSY
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
    const code = query.get('js_code') ?? ''
    const answer = await store.write(() => {
      const login = store.code(code)
      if (login === null || login.appid !== appid || now >= login.expires_at) return qqErrors.CODE
      const openid = openidOf(appid, login.user)
      // The code stays good: what was too often in this minute may be tried again in the next.
      if (logins.count(openid) > loginsPerMinute) return qqErrors.TOO_OFTEN
      store.dropCode(code)
      const { openPlatform } = app(appid) ?? {}
      return {
        openid,
        session_key: randomBytes(16).toString('base64'),
        ...(openPlatform !== undefined && { unionid: unionidOf(openPlatform, login.user) }),
      }
    })
    return 'errcode' in answer ? sendQqError(reply, answer) : reply.send({ ...answer, errcode: 0, errmsg: '' })
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

/** A person in all apps of one account. UNVERIFIED: its shape. */
export function unionidOf(openPlatform: string, user: string): string {
  return `UID_${createHash('sha256').update(`union|${openPlatform}|${user}`).digest('hex').slice(0, 32).toUpperCase()}`
}

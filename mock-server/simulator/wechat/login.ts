import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { isEqualSecret, randomAlphanumeric } from '../../crypto/digest'
import type { Clock } from '../../kit/clock'
import { jscode2sessionPath } from '../../wire/v3-paths'
import { openidOf, type Directory } from './directory'
import { isUser, readRecord, queryOf } from '../../kit/read-request'
import type { Store } from './store'

/** UNVERIFIED: how long a code lives. */
const codeLifeMs = 5 * 60_000

/** WeChat login: `wx.login` of a phone, and the exchange of its code by the merchant. */
export function addLoginRoutes(
  server: FastifyInstance,
  { store, clock, directory }: { readonly store: Store; readonly clock: Clock; readonly directory: Directory },
): void {
  /** What the WeChat client does when a mini program calls `wx.login`. */
  server.post('/client/login', async (request, reply) => {
    const { appid, user } = readRecord(request.body)
    if (typeof appid !== 'string' || directory.app(appid) === undefined) {
      return reply.code(400).send({ err_msg: 'login:fail invalid appid' })
    }
    if (!isUser(user)) return reply.code(400).send({ err_msg: 'login:fail invalid user' })
    const code = `0${randomAlphanumeric(31)}`
    await store.write(() => store.putCode(code, { appid, user, expires_at: clock.now() + codeLifeMs }))
    return { code }
  })

  /** @see https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session.html */
  server.get(jscode2sessionPath, async (request) => {
    const query = queryOf(request.raw.url)
    const appid = query.get('appid') ?? ''
    const secret = query.get('secret') ?? ''
    const code = query.get('js_code') ?? ''
    if (appid === '') return refusal(41002, 'appid missing')
    if (secret === '') return refusal(41004, 'appsecret missing')
    if (code === '') return refusal(41008, 'missing code')
    const app = directory.app(appid)
    if (app === undefined) return refusal(40013, 'invalid appid')
    // UNVERIFIED: 40125 for a wrong secret.
    if (!isEqualSecret(app.secret, secret)) return refusal(40125, 'invalid appsecret')
    return store.write(() => {
      const found = store.takeCode(code)
      if (found === 'used') return refusal(40163, 'code been used')
      if (found === null || found.appid !== appid || clock.now() >= found.expires_at)
        return refusal(40029, 'invalid code')
      const openid = openidOf(appid, found.user)
      store.putOpenid(openid, appid)
      return { session_key: randomBytes(16).toString('base64'), openid }
    })
  })
}

/** Errors are a 200 with a code, and a trailing request id, as in life. */
function refusal(errcode: number, errmsg: string): { errcode: number; errmsg: string } {
  const hex = randomBytes(12).toString('hex')
  return { errcode, errmsg: `${errmsg}, rid: ${hex.slice(0, 8)}-${hex.slice(8, 16)}-${hex.slice(16, 24)}` }
}

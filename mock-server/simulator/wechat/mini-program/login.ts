import { createHmac, randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { isEqualSecret, randomAlphanumeric } from '../../../crypto/digest'
import type { MinuteCounter } from '../../kit/minute-counter'
import { isUser, queryOf, readRecord } from '../../kit/read-request'
import { jscode2sessionPath } from '../../../wire/v3-paths'
import { wechatApiPaths } from '../../../wire/wechat-api'
import { createTokenCheck, isBusy, type MiniProgramDeps } from './access-token'
import { openidOf, unionidOf } from '../merchants/directory'
import { refuseWith } from './errcodes'

/** UNVERIFIED: how long a code lives. */
const codeLifeMs = 5 * 60_000

/** WeChat login: `wx.login` of a phone, the exchange of its code by the merchant, and the check of what came of it. */
export function addLoginRoutes(
  server: FastifyInstance,
  deps: MiniProgramDeps & { readonly loginsPerMinute: number; readonly logins: MinuteCounter },
): void {
  const { store, clock, directory, faults, logins, loginsPerMinute } = deps
  const appOfToken = createTokenCheck(deps)

  /** What the WeChat client does when a mini program calls `wx.login`. */
  server.post('/client/login', async (request, reply) => {
    const { appid, user } = readRecord(request.body)
    if (typeof appid !== 'string' || directory.app(appid) === undefined) {
      return reply.code(400).send({ err_msg: 'login:fail invalid appid' })
    }
    if (!isUser(user)) return reply.code(400).send({ err_msg: 'login:fail invalid user' })
    const code = `0${randomAlphanumeric(31)}`
    const expires_at = clock.now() + codeLifeMs
    await store.write(() => store.putCode(code, { purpose: 'login', appid, user, expires_at }))
    return { code }
  })

  /** @see https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session.html */
  server.get(jscode2sessionPath, async (request) => {
    if (await isBusy(faults)) return refuseWith('BUSY')
    const query = queryOf(request.raw.url)
    const appid = query.get('appid') ?? ''
    const secret = query.get('secret') ?? ''
    const code = query.get('js_code') ?? ''
    if (appid === '') return refuseWith('APPID_MISSING')
    if (secret === '') return refuseWith('SECRET_MISSING')
    if (code === '') return refuseWith('CODE_MISSING')
    if (query.get('grant_type') !== 'authorization_code') return refuseWith('GRANT_TYPE')
    const app = directory.app(appid)
    if (app === undefined) return refuseWith('APPID')
    if (!isEqualSecret(app.secret, secret)) return refuseWith('SECRET')
    return store.write(() => {
      const found = store.code(code)
      if (found === null || found.purpose !== 'login' || found.appid !== appid) return refuseWith('CODE')
      if (found.isUsed) return refuseWith('CODE_USED')
      if (clock.now() >= found.expires_at) return refuseWith('CODE')
      if (store.isBlocked(found.user)) return refuseWith('CODE_BLOCKED')
      const openid = openidOf(appid, found.user)
      // The code stays good: the refusal says to try again in the next minute.
      if (logins.count(openid) > loginsPerMinute) return refuseWith('MINUTE_LIMIT')
      const session_key = randomBytes(16).toString('base64')
      store.useCode(code)
      store.putOpenid(openid, appid)
      store.putSession(openid, session_key)
      const { openPlatform } = app
      return {
        session_key,
        openid,
        ...(openPlatform !== undefined && { unionid: unionidOf(openPlatform, found.user) }),
      }
    })
  })

  /** Whether a session key is still the person's: its signature of the empty text says so. */
  server.get(wechatApiPaths.checkSession, async (request) => {
    const app = await appOfToken(request)
    if ('errcode' in app) return app
    const query = queryOf(request.raw.url)
    const openid = query.get('openid') ?? ''
    if (store.appOfOpenid(openid) !== app.appid) return refuseWith('OPENID')
    if (query.get('sig_method') !== 'hmac_sha256') return refuseWith('SIG_METHOD')
    const key = store.sessionKey(openid)
    if (key === null) return refuseWith('SESSION_UNKNOWN')
    const right = createHmac('sha256', key).update('').digest('hex')
    return isEqualSecret(right, query.get('signature') ?? '') ? { errcode: 0, errmsg: 'ok' } : refuseWith('SIGNATURE')
  })
}

import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { randomAlphanumeric } from '../../../crypto/digest'
import { isUser, parseObject, readRecord } from '../../kit/read-request'
import { wechatApiPaths } from '../../../wire/wechat-api'
import { createTokenCheck, type MiniProgramDeps } from './access-token'
import { refuseWith } from './errcodes'

/** @see https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/getPhoneNumber.html */
const codeLifeMs = 5 * 60_000

/** The phone number button of a mini program, and the exchange of its code. */
export function addPhoneNumberRoutes(server: FastifyInstance, deps: MiniProgramDeps): void {
  const { store, clock, directory } = deps
  const appOfToken = createTokenCheck(deps)

  /** What the WeChat client does when a person agrees. */
  server.post('/client/phone-code', async (request, reply) => {
    const { appid, user } = readRecord(request.body)
    if (typeof appid !== 'string' || directory.app(appid) === undefined) {
      return reply.code(400).send({ err_msg: 'getPhoneNumber:fail invalid appid' })
    }
    if (!isUser(user)) return reply.code(400).send({ err_msg: 'getPhoneNumber:fail invalid user' })
    const code = randomAlphanumeric(64)
    const expires_at = clock.now() + codeLifeMs
    await store.write(() => store.putCode(code, { purpose: 'phone', appid, user, expires_at }))
    return { code }
  })

  /** A code that ran out, was used, was made by `wx.login` or under another app: all of them are 40029. */
  server.post(wechatApiPaths.phoneNumber, async (request) => {
    const app = await appOfToken(request)
    if ('errcode' in app) return app
    const body = parseObject(request.body)
    if (body === null || (body['code'] !== undefined && typeof body['code'] !== 'string')) return refuseWith('SHAPE')
    const code = typeof body['code'] === 'string' ? body['code'] : ''
    return store.write(() => {
      const found = store.code(code)
      const isGood =
        found?.purpose === 'phone' && found.appid === app.appid && !found.isUsed && clock.now() < found.expires_at
      if (!isGood) return refuseWith('CODE')
      store.useCode(code)
      const number = phoneNumberOf(found.user)
      return {
        errcode: 0,
        errmsg: 'ok',
        phone_info: {
          phoneNumber: number,
          purePhoneNumber: number,
          countryCode: '86',
          watermark: { timestamp: Math.floor(clock.now() / 1000), appid: app.appid },
        },
      }
    })
  })
}

/** A made-up number of a person, the same each time, in a range that is used for examples. */
function phoneNumberOf(user: string): string {
  const digits = createHash('sha256').update(`phone|${user}`).digest().readUInt32BE(0) % 10_000
  return `1380013${String(digits).padStart(4, '0')}`
}

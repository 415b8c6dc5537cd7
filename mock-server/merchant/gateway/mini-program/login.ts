import { qqHost, qqPaths } from '../../../wire/qq'
import { jscode2sessionPath, wechatHosts } from '../../../wire/v3-paths'
import { LoginError } from '../errors'
import type { HttpSend } from '../http-sender'
import type { LoginGateway } from '../port'

export interface LoginOptions {
  readonly send: HttpSend
  readonly appid: string
  readonly secret: string
  readonly timeoutMs: number
}

/** The code is unknown, used, blocked, or of another app. */
const refusedCodes: ReadonlySet<unknown> = new Set([40029, 40163, 40226, 41008])
/** Too many sign-ins of this user. */
const busyCodes: ReadonlySet<unknown> = new Set([45011])

/** @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html */
export function createWechatLogin(options: LoginOptions): LoginGateway {
  return createLogin(wechatHosts.login + jscode2sessionPath, options)
}

/** @see https://q.qq.com/wiki/develop/miniprogram/server/open_port/port_login.html */
export function createQqLogin(options: LoginOptions): LoginGateway {
  return createLogin(qqHost + qqPaths.jscode2session, options)
}

function createLogin(address: string, { send, appid, secret, timeoutMs }: LoginOptions): LoginGateway {
  return {
    async openidOf(code) {
      const query = new URLSearchParams({ appid, secret, js_code: code, grant_type: 'authorization_code' })
      const { openid, errcode } = await ask(`${address}?${query}`)
      if (typeof openid === 'string' && openid !== '' && (errcode === undefined || errcode === 0)) return openid
      if (refusedCodes.has(errcode)) throw new LoginError('refused', `The login code was refused with ${errcode}.`)
      if (busyCodes.has(errcode)) throw new LoginError('busy', `Too many sign-ins: ${errcode}.`)
      throw new LoginError('unavailable', `Sign-in answered ${String(errcode).slice(0, 16)}.`)
    },
  }

  async function ask(url: string): Promise<{ openid?: unknown; errcode?: unknown }> {
    try {
      // The service answers 200 for errors as well, so the body decides. UNVERIFIED: its content types.
      const answer = await send({ method: 'GET', url, timeoutMs })
      const body: unknown = JSON.parse(answer.body.toString('utf8'))
      return typeof body === 'object' && body !== null ? body : {}
    } catch (cause) {
      throw new LoginError('unavailable', 'Sign-in gave no answer.', cause)
    }
  }
}

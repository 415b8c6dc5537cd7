import type { Clock } from '../../kit/clock'
import { qqHost, qqPaths } from '../../wire/qq'
import { WechatPayError } from './errors'
import type { HttpSend } from './http-sender'
import { filledTextOf, integerOf } from './read'
import { parseAnswer } from './v3-transport'

export interface QqTokenOptions {
  readonly send: HttpSend
  readonly appid: string
  readonly secret: string
  /** Business clock: the token's life is QQ's business, not transport. */
  readonly clock: Clock
  readonly timeoutMs: number
}

export interface QqToken {
  /** A token that should do. Callers at the same time share one request. */
  current(): Promise<string>
  /** Another one than `refused`. */
  renew(refused: string): Promise<string>
}

/** QQ keeps the former token alive for five minutes after a new one was made: renewed in that time, nobody notices. */
const renewBeforeMs = 5 * 60_000

/** @see https://q.qq.com/wiki/develop/miniprogram/server/open_port/port_use.html */
export function createQqToken({ send, appid, secret, clock, timeoutMs }: QqTokenOptions): QqToken {
  let token: { readonly value: string; readonly renewAtMs: number } | null = null
  let running: Promise<string> | null = null

  function fetchToken(): Promise<string> {
    running ??= requestToken().finally(() => (running = null))
    return running
  }

  async function requestToken(): Promise<string> {
    const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret })
    const answer = await send({ method: 'GET', url: `${qqHost}${qqPaths.getToken}?${query}`, timeoutMs })
    const body = parseAnswer('GET QQ token', answer)
    try {
      const value = filledTextOf(body, 'access_token')
      const lifeMs = integerOf(body, 'expires_in') * 1000
      token = { value, renewAtMs: clock.now() + Math.max(lifeMs - renewBeforeMs, lifeMs / 2) }
      return value
    } catch (cause) {
      throw new WechatPayError('QQ_REFUSED', 'QQ gave no token', {
        status: answer.status,
        rawBody: answer.body.toString('utf8'),
        cause,
      })
    }
  }

  return {
    async current() {
      return token !== null && clock.now() < token.renewAtMs ? token.value : fetchToken()
    },
    async renew(refused) {
      if (token?.value === refused) token = null
      return token?.value ?? fetchToken()
    },
  }
}

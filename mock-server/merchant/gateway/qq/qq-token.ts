import type { Clock } from '../../../kit/clock'
import { qqHost, qqPaths } from '../../../wire/qq'
import { createAccessToken, type AccessToken, type SharedTokens } from '../mini-program/access-token'
import type { HttpSend } from '../http-sender'

export interface QqTokenOptions {
  readonly send: HttpSend
  readonly appid: string
  readonly secret: string
  readonly clock: Clock
  readonly timeoutMs: number
  readonly shared: SharedTokens
}

export type QqToken = AccessToken

/** @see https://q.qq.com/wiki/develop/miniprogram/server/open_port/port_use.html */
export function createQqToken({ send, appid, secret, clock, timeoutMs, shared }: QqTokenOptions): QqToken {
  return createAccessToken({
    name: `qq:${appid}`,
    clock,
    shared,
    fetch() {
      const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret })
      return send({ method: 'GET', url: `${qqHost}${qqPaths.getToken}?${query}`, timeoutMs })
    },
  })
}

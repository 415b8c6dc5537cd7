import type { Clock } from '../../../kit/clock'
import { wechatHosts } from '../../../wire/v3-paths'
import { wechatApiPaths } from '../../../wire/wechat-api'
import { createAccessToken, type AccessToken, type SharedTokens } from './access-token'
import type { HttpSend } from '../http-sender'

export interface WechatTokenOptions {
  readonly send: HttpSend
  readonly appid: string
  readonly secret: string
  readonly clock: Clock
  readonly timeoutMs: number
  readonly shared: SharedTokens
}

/**
 * The stable token (稳定版接口调用凭据): fetching it does not invalidate the token of other users of this mini program's
 * secret. A new one is forced only after a refusal.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
 */
export function createWechatToken({ send, appid, secret, clock, timeoutMs, shared }: WechatTokenOptions): AccessToken {
  return createAccessToken({
    name: `wechat:${appid}`,
    clock,
    shared,
    fetch: (refused) =>
      send({
        method: 'POST',
        url: wechatHosts.login + wechatApiPaths.stableToken,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ grant_type: 'client_credential', appid, secret, force_refresh: refused !== null }),
        timeoutMs,
      }),
  })
}

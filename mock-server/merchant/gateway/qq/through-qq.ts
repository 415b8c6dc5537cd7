import { qqHost, qqProxyErrors } from '../../../wire/qq'
import { WechatPayError, type WechatPayErrorCode } from '../errors'
import type { QqToken } from './qq-token'

/** UNVERIFIED: how the pay proxy refuses a token. QQ's other services use these codes. */
const tokenRefusals: ReadonlySet<unknown> = new Set([-3000, 40001, 40014, 42001])

const refusals = new Map<unknown, WechatPayErrorCode>([
  [qqProxyErrors.MERCHANT_NOT_BOUND, 'QQ_MERCHANT_NOT_BOUND'],
  [qqProxyErrors.NOTIFY_URL_WRONG, 'QQ_NOTIFY_URL_WRONG'],
  [qqProxyErrors.WECHAT_PAY_NOT_OPENED, 'QQ_WECHAT_PAY_NOT_OPENED'],
  [qqProxyErrors.BODY_UNREADABLE, 'QQ_BODY_UNREADABLE'],
])

export interface QqSender {
  readonly appid: string
  readonly token: QqToken
  /** The address that QQ passes the notification on to. */
  readonly realNotifyUrl: string
}

/**
 * Sends a request to the proxy. When QQ refuses our token, sends it once more with a new one.
 * @see https://q.qq.com/wiki/develop/miniprogram/server/virtual-payment/wx_pay.html
 */
export async function sendThroughQq<T>(
  { appid, token, realNotifyUrl }: QqSender,
  path: string,
  send: (url: string) => Promise<T>,
): Promise<T> {
  const sendWith = (accessToken: string): Promise<T> => {
    const query = new URLSearchParams({ appid, access_token: accessToken, real_notify_url: realNotifyUrl })
    return send(`${qqHost}${path}?${query}`)
  }
  const accessToken = await token.current()
  try {
    return await sendWith(accessToken)
  } catch (error) {
    if (!(error instanceof WechatPayError) || error.code !== 'QQ_TOKEN_REFUSED') throw error
    return sendWith(await token.renew(accessToken))
  }
}

/** @throws WechatPayError where an answer is a refusal of QQ instead of WeChat Pay's answer */
export function assertNotRefusedByQq(answer: unknown): void {
  const errcode = (answer as { errcode?: unknown } | null)?.errcode
  if (errcode === undefined || errcode === 0) return
  const code = tokenRefusals.has(errcode) ? 'QQ_TOKEN_REFUSED' : (refusals.get(errcode) ?? 'QQ_REFUSED')
  throw new WechatPayError(code, `QQ refused with ${String(errcode).slice(0, 16)}`, { status: 200 })
}

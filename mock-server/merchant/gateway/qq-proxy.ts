import { qqHost, qqNotifyUrl, qqPaths, qqProxyErrors } from '../../wire/qq'
import { v3Paths } from '../../wire/v3-paths'
import { WechatPayError, type WechatPayErrorCode } from './errors'
import type { PrepayOrder } from './port'
import type { QqToken } from './qq-token'
import { toH5Order, type V3Merchant } from './v3-mapping'
import type { V3Transport } from './v3-transport'

export interface QqProxyOptions {
  readonly transport: V3Transport
  readonly token: QqToken
  readonly qqAppid: string
  readonly merchant: V3Merchant
  /** Where QQ passes the notification on to. */
  readonly realNotifyUrl: string
}

/** UNVERIFIED: how the pay proxy says that a token is bad. These are what QQ's other services say. */
const tokenRefusals: ReadonlySet<unknown> = new Set([-3000, 40001, 40014, 42001])

const refusals = new Map<unknown, WechatPayErrorCode>([
  [qqProxyErrors.MERCHANT_NOT_BOUND, 'QQ_MERCHANT_NOT_BOUND'],
  [qqProxyErrors.NOTIFY_URL_WRONG, 'QQ_NOTIFY_URL_WRONG'],
  [qqProxyErrors.WECHAT_PAY_NOT_OPENED, 'QQ_WECHAT_PAY_NOT_OPENED'],
  [qqProxyErrors.BODY_UNREADABLE, 'QQ_BODY_UNREADABLE'],
])

/**
 * Orders an H5 payment through QQ. The request goes to QQ's address and is signed for WeChat Pay's.
 * @see https://q.qq.com/wiki/develop/miniprogram/server/virtual-payment/wx_pay.html
 */
export function createQqProxy({ transport, token, qqAppid, merchant, realNotifyUrl }: QqProxyOptions) {
  async function orderWith(accessToken: string, order: PrepayOrder, payerClientIp: string): Promise<unknown> {
    const query = new URLSearchParams({ appid: qqAppid, access_token: accessToken, real_notify_url: realNotifyUrl })
    const answer = await transport.request({
      method: 'POST',
      target: v3Paths.h5,
      url: `${qqHost}${qqPaths.proxyH5}?${query}`,
      body: toH5Order(order, merchant, qqNotifyUrl(merchant.mchid, order.outTradeNo), payerClientIp),
      // UNVERIFIED: whether WeChat Pay's signature survives the proxy. Where it does it is verified.
      allowUnsigned: true,
    })
    const errcode = (answer as { errcode?: unknown } | null)?.errcode
    if (errcode === undefined || errcode === 0) return answer
    const code = tokenRefusals.has(errcode) ? 'QQ_TOKEN_REFUSED' : (refusals.get(errcode) ?? 'QQ_REFUSED')
    throw new WechatPayError(code, `QQ refused with ${String(errcode).slice(0, 16)}`, { status: 200 })
  }

  return async function orderH5ThroughQq(order: PrepayOrder, payerClientIp: string): Promise<unknown> {
    const accessToken = await token.current()
    try {
      return await orderWith(accessToken, order, payerClientIp)
    } catch (error) {
      if (!(error instanceof WechatPayError) || error.code !== 'QQ_TOKEN_REFUSED') throw error
      return orderWith(await token.renew(accessToken), order, payerClientIp)
    }
  }
}

/**
 * QQ's server side: token, login and the WeChat Pay proxy.
 * @see https://q.qq.com/wiki/develop/miniprogram/server/virtual-payment/wx_pay.html
 */

export const qqHost = 'https://api.q.qq.com'

export const qqPaths = {
  getToken: '/api/getToken',
  jscode2session: '/sns/jscode2session',
  proxyH5: '/wxpay/v3/pay/transactions/h5',
  notifyV3: (mchid: string, outTradeNo: string) => `/wxpay/v3/notify/${mchid}/${outTradeNo}`,
} as const

/** The only `notify_url` that the proxy takes for a V3 order; the merchant's own goes into the query as `real_notify_url`. */
export function qqNotifyUrl(mchid: string, outTradeNo: string): string {
  return qqHost + qqPaths.notifyV3(mchid, outTradeNo)
}

/** Refusals of the proxy itself. UNVERIFIED: shape and HTTP status of the answer. */
export const qqProxyErrors = {
  MERCHANT_NOT_BOUND: 9030,
  NOTIFY_URL_WRONG: 9031,
  WECHAT_PAY_NOT_OPENED: 9032,
  BODY_UNREADABLE: 9034,
} as const

import { v2Paths } from './v2-paths'
import { v3OrderPrefix, v3Paths } from './v3-paths'

/**
 * QQ's server side: token, login and the WeChat Pay proxy.
 * @see https://q.qq.com/wiki/develop/miniprogram/server/virtual-payment/wx_pay.html
 */

export const qqHost = 'https://api.q.qq.com'

export const qqPaths = {
  getToken: '/api/getToken',
  jscode2session: '/sns/jscode2session',
  proxyUnifiedOrder: '/wxpay/unifiedorder',
  proxyH5: '/wxpay/v3/pay/transactions/h5',
  proxyPartnerH5: '/wxpay/v3/pay/partner/transactions/h5',
  proxyCombinedH5: '/wxpay/v3/combine-transactions/h5',
  notifyV2: '/wxpay/notify',
  notifyV3: (mchid: string, outTradeNo: string) => `/wxpay/v3/notify/${mchid}/${outTradeNo}`,
} as const

/** An order that QQ passes on to WeChat Pay. Queries, closes and refunds go to WeChat Pay directly. */
export interface QqProxiedCall {
  readonly kind: 'v2' | 'direct' | 'partner' | 'combined'
  /** At api.q.qq.com. */
  readonly path: string
  /** At api.mch.weixin.qq.com: in V3 this is what the merchant signs, without `/wxpay` and without the query. */
  readonly original: string
  readonly format: 'xml' | 'json'
  /** How the body names the WeChat app, the merchant who signs, and his order number. */
  readonly names: { readonly appid: string; readonly mchid: string; readonly outTradeNo: string }
  /** Field of the answer with the address of the middle page. */
  readonly link: 'mweb_url' | 'h5_url'
}

const v2Names = { appid: 'appid', mchid: 'mch_id', outTradeNo: 'out_trade_no' } as const
const directNames = { appid: 'appid', mchid: 'mchid', outTradeNo: 'out_trade_no' } as const
const partnerNames = { appid: 'sp_appid', mchid: 'sp_mchid', outTradeNo: 'out_trade_no' } as const
const combinedNames = {
  appid: 'combine_appid',
  mchid: 'combine_mchid',
  outTradeNo: 'combine_out_trade_no',
} as const

export const qqProxiedCalls: readonly QqProxiedCall[] = [
  {
    kind: 'v2',
    path: qqPaths.proxyUnifiedOrder,
    original: v2Paths.order,
    format: 'xml',
    names: v2Names,
    link: 'mweb_url',
  },
  {
    kind: 'direct',
    path: qqPaths.proxyH5,
    original: v3Paths.h5,
    format: 'json',
    names: directNames,
    link: 'h5_url',
  },
  {
    kind: 'partner',
    path: qqPaths.proxyPartnerH5,
    original: `${v3OrderPrefix.partner}/h5`,
    format: 'json',
    names: partnerNames,
    link: 'h5_url',
  },
  {
    kind: 'combined',
    path: qqPaths.proxyCombinedH5,
    original: `${v3OrderPrefix.combined}/h5`,
    format: 'json',
    names: combinedNames,
    link: 'h5_url',
  },
]

/** The only `notify_url` that the proxy takes for a V2 order. */
export const qqNotifyUrlV2 = qqHost + qqPaths.notifyV2

/**
 * The only `notify_url` that the proxy takes for a V3 order; the merchant's own goes into the query as `real_notify_url`.
 * A partner's names `sp_mchid`, a combined order's `combine_mchid` and `combine_out_trade_no`.
 */
export function qqNotifyUrl(mchid: string, outTradeNo: string): string {
  return qqHost + qqPaths.notifyV3(mchid, outTradeNo)
}

/** Refusals of the proxy itself. UNVERIFIED: shape and HTTP status of the answer. 9033 is mentioned nowhere. */
export const qqProxyErrors = {
  MERCHANT_NOT_BOUND: 9030,
  NOTIFY_URL_WRONG: 9031,
  WECHAT_PAY_NOT_OPENED: 9032,
  BODY_UNREADABLE: 9034,
} as const

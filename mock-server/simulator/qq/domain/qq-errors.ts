import { qqProxyErrors } from '../../../wire/qq'

/**
 * What QQ's server refuses with, and its text.
 * UNVERIFIED: the texts; -3000 as the proxy's word for a bad token is what QQ's other services say.
 */
export const qqErrors = {
  BUSY: { errcode: -1, errmsg: 'system busy' },
  TOKEN: { errcode: -3000, errmsg: 'invalid access_token' },
  SECRET: { errcode: 40001, errmsg: 'invalid appsecret' },
  GRANT_TYPE: { errcode: 40002, errmsg: 'invalid grant_type' },
  APPID: { errcode: 40013, errmsg: 'invalid appid' },
  CODE: { errcode: 40029, errmsg: 'invalid code' },
  TOO_OFTEN: { errcode: 45011, errmsg: 'api minute-quota reach limit' },
  MERCHANT_NOT_BOUND: { errcode: qqProxyErrors.MERCHANT_NOT_BOUND, errmsg: 'mch_id not bound to this appid' },
  // UNVERIFIED: no code of its own is known for this; the nearest one says that the two are not bound to each other.
  APPID_NOT_BOUND: { errcode: qqProxyErrors.MERCHANT_NOT_BOUND, errmsg: 'appid in body is no wx appid of this mch_id' },
  NOTIFY_URL: { errcode: qqProxyErrors.NOTIFY_URL_WRONG, errmsg: 'invalid notify_url' },
  REAL_NOTIFY_URL: { errcode: qqProxyErrors.NOTIFY_URL_WRONG, errmsg: 'invalid real_notify_url' },
  NOT_OPENED: { errcode: qqProxyErrors.WECHAT_PAY_NOT_OPENED, errmsg: 'wxpay not opened' },
  BODY: { errcode: qqProxyErrors.BODY_UNREADABLE, errmsg: 'parse request body failed' },
} as const

export type QqError = (typeof qqErrors)[keyof typeof qqErrors]

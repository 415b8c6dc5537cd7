import { takeRandomBytes } from '../../../crypto/digest'

/**
 * What api.weixin.qq.com refuses with. UNVERIFIED: 40125, 87007 to 87009, and which code a wrong grant_type gets at the
 * sign-in.
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session.html
 */
const errcodes = {
  BUSY: [-1, 'system error'],
  CREDENTIAL: [40001, 'invalid credential, access_token is invalid or not latest'],
  GRANT_TYPE: [40002, 'invalid grant_type'],
  OPENID: [40003, 'invalid openid'],
  APPID: [40013, 'invalid appid'],
  CODE: [40029, 'invalid code'],
  URL: [40066, 'invalid url'],
  SECRET: [40125, 'invalid appsecret'],
  CODE_USED: [40163, 'code been used'],
  CODE_BLOCKED: [40226, 'code blocked'],
  TOKEN_MISSING: [41001, 'access_token missing'],
  APPID_MISSING: [41002, 'appid missing'],
  SECRET_MISSING: [41004, 'appsecret missing'],
  CODE_MISSING: [41008, 'missing code'],
  TOKEN_EXPIRED: [42001, 'access_token expired'],
  DAILY_LIMIT: [45009, 'reach max api daily quota limit'],
  MINUTE_LIMIT: [45011, 'api minute-quota reach limit mustslower retry next minute'],
  SHAPE: [47001, 'data format error'],
  SESSION_UNKNOWN: [87007, 'session_key is not existd or expired'],
  SIG_METHOD: [87008, 'invalid sig_method'],
  SIGNATURE: [87009, 'invalid signature'],
} as const

export type ErrcodeName = keyof typeof errcodes

export interface ErrcodeAnswer {
  readonly errcode: number
  readonly errmsg: string
}

/** Errors are a 200 with a code, and a trailing request id, as in life. */
export function refuseWith(name: ErrcodeName): ErrcodeAnswer {
  const [errcode, errmsg] = errcodes[name]
  return withRid(errcode, errmsg)
}

export function withRid(errcode: number, errmsg: string): ErrcodeAnswer {
  const hex = takeRandomBytes(12).toString('hex')
  return { errcode, errmsg: `${errmsg}, rid: ${hex.slice(0, 8)}-${hex.slice(8, 16)}-${hex.slice(16, 24)}` }
}

/** Whether a path belongs to api.weixin.qq.com, which answers for unknown ones in a shape of its own. */
export function isApiPath(path: string): boolean {
  return /^\/(cgi-bin(?!\/mmpayweb-bin)|wxa|sns)\//.test(path)
}

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** How V2 signs (签名): sorted pairs with the API key behind them, as a digest. */

export type V2Params = Readonly<Record<string, string>>

export const v2SignTypes = ['MD5', 'HMAC-SHA256'] as const
export type V2SignType = (typeof v2SignTypes)[number]

/** The parameters that are never part of what is signed. */
const unsigned: ReadonlySet<string> = new Set(['sign', 'paySign'])

/**
 * Joins the text to be signed: every filled parameter but the signature, sorted by name, values raw, the key at the end.
 * Unknown parameters count too.
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011985891
 */
export function v2Message(params: V2Params, apiKey: string): string {
  const pairs = Object.entries(params)
    .filter(([name, value]) => !unsigned.has(name) && value !== '')
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
  return [...pairs, `key=${apiKey}`].join('&')
}

/** The signature in upper-case hex: 32 characters for MD5, 64 for HMAC-SHA256. */
export function signV2(params: V2Params, apiKey: string, type: V2SignType): string {
  const hash = type === 'MD5' ? createHash('md5') : createHmac('sha256', apiKey)
  return hash.update(v2Message(params, apiKey), 'utf8').digest('hex').toUpperCase()
}

/** The method that a signature was made with, by its length; null where it is neither. */
export function v2SignTypeOf(sign: string): V2SignType | null {
  if (!/^[0-9A-Fa-f]+$/.test(sign)) return null
  return sign.length === 32 ? 'MD5' : sign.length === 64 ? 'HMAC-SHA256' : null
}

/**
 * Says whether `sign` fits the other parameters, in a time that does not depend on where it differs.
 * @param type Default: what the length of `sign` says.
 */
export function verifyV2(params: V2Params, apiKey: string, type: V2SignType | null = null): boolean {
  const sign = params['sign'] ?? ''
  const method = type ?? v2SignTypeOf(sign)
  if (method === null) return false
  const right = Buffer.from(signV2(params, apiKey, method))
  const given = Buffer.from(sign)
  return given.length === right.length && timingSafeEqual(given, right)
}

/** What `wx.requestPayment` is called with; `paySign` is `signV2` of these. `package` keeps its `prepay_id=` prefix. */
export interface V2PayCall {
  readonly appId: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
  readonly signType: V2SignType
}

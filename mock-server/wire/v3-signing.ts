/** The V3 strings to sign (签名串) and the Authorization header. Pure text; keys and digests are the caller's. */

export const v3AuthorizationScheme = 'WECHATPAY2-SHA256-RSA2048'

/** Both sides refuse a timestamp that is further away than this. The SDKs disagree about exactly 300 s. */
export const v3ClockSkewSec = 300

/** A deliberately wrong signature, sent now and then to find receivers that do not verify. Must be refused. */
export const v3SignatureProbePrefix = 'WECHATPAY/SIGNTEST/'

/**
 * Joins the message of a request. `target` is path and query exactly as sent. Ends with a line feed also when the body is empty.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012365336
 */
export function v3RequestMessage(
  method: string,
  target: string,
  timestamp: string,
  nonce: string,
  body: string,
): string {
  return `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`
}

/**
 * Joins the message of an answer or a notification.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013053249
 */
export function v3ResponseMessage(timestamp: string, nonce: string, body: string): string {
  return `${timestamp}\n${nonce}\n${body}\n`
}

/**
 * Joins the message of `wx.requestPayment`. `packageText` keeps its `prepay_id=` prefix; the last line feed belongs to it.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012365341
 */
export function v3PayMessage(appid: string, timeStamp: string, nonceStr: string, packageText: string): string {
  return `${appid}\n${timeStamp}\n${nonceStr}\n${packageText}\n`
}

export interface V3Authorization {
  readonly mchid: string
  readonly nonce_str: string
  readonly timestamp: string
  readonly serial_no: string
  readonly signature: string
}

export function formatV3Authorization(values: V3Authorization): string {
  const { mchid, nonce_str, timestamp, serial_no, signature } = values
  return `${v3AuthorizationScheme} mchid="${mchid}",nonce_str="${nonce_str}",timestamp="${timestamp}",serial_no="${serial_no}",signature="${signature}"`
}

const attributes = ['mchid', 'nonce_str', 'timestamp', 'serial_no', 'signature'] as const

/** Reads the header by name: every SDK sends the five attributes in an order of its own. */
export function parseV3Authorization(header: string | undefined): V3Authorization | 'malformed' | 'wrong-scheme' {
  if (header === undefined || header === '') return 'malformed'
  const space = header.indexOf(' ')
  if (space < 0) return 'malformed'
  if (header.slice(0, space) !== v3AuthorizationScheme) return 'wrong-scheme'
  const found = new Map<string, string>()
  for (const part of header.slice(space + 1).split(',')) {
    const match = /^\s*([a-z_]+)="([^"]*)"\s*$/.exec(part)
    if (!match || found.has(match[1]!)) return 'malformed'
    found.set(match[1]!, match[2]!)
  }
  const values = attributes.map((name) => found.get(name) ?? '')
  if (values.some((value) => value === '') || found.size !== attributes.length) return 'malformed'
  const [mchid, nonce_str, timestamp, serial_no, signature] = values as [string, string, string, string, string]
  return { mchid, nonce_str, timestamp, serial_no, signature }
}

/** Header names of answers and notifications, in the spelling that WeChat Pay uses. */
export const v3Headers = {
  timestamp: 'Wechatpay-Timestamp',
  nonce: 'Wechatpay-Nonce',
  signature: 'Wechatpay-Signature',
  serial: 'Wechatpay-Serial',
  signatureType: 'Wechatpay-Signature-Type',
  requestId: 'Request-ID',
} as const

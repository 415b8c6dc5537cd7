/**
 * Error codes of WeChat Pay (错误码), as it spells them.
 * @note `config/checks/eslint.config.mjs` reads this list, and the older spellings below: outside `gateway/` no file of
 * the merchant may name one of them.
 */
export const protocolErrorCodes = [
  'PARAM_ERROR',
  'INVALID_REQUEST',
  'APPID_MCHID_NOT_MATCH',
  'MCH_NOT_EXISTS',
  'SIGN_ERROR',
  'NO_AUTH',
  'OUT_TRADE_NO_USED',
  'ORDER_CLOSED',
  'ORDERPAID',
  'ORDER_PAID',
  'ORDER_NOT_EXIST',
  'RULE_LIMIT',
  'TRADE_ERROR',
  'FREQUENCY_LIMITED',
  'SYSTEM_ERROR',
  'RESOURCE_NOT_EXISTS',
  'CERT_ERROR',
  'NOT_ENOUGH',
  'USER_ACCOUNT_ABNORMAL',
  'NO_STATEMENT_EXIST',
  'STATEMENT_CREATING',
] as const

/** Our own codes for failures that WeChat Pay has no code for, or reports as a number. */
type OwnErrorCode =
  | 'QQ_MERCHANT_NOT_BOUND'
  | 'QQ_NOTIFY_URL_WRONG'
  | 'QQ_WECHAT_PAY_NOT_OPENED'
  | 'QQ_BODY_UNREADABLE'
  | 'QQ_TOKEN_REFUSED'
  | 'QQ_REFUSED'
  | 'TOKEN_UNAVAILABLE'
  | 'SHIPPING_REFUSED'
  | 'SHIPPING_LATER'
  | 'REFUND_UNAVAILABLE'
  | 'LOCAL_NETWORK'
  | 'LOCAL_TIMEOUT'
  | 'LOCAL_BAD_SIGNATURE'
  | 'LOCAL_BAD_ANSWER'
  | 'LOCAL_UNSUPPORTED'
  | 'LOCAL_UNKNOWN'

export type WechatPayErrorCode = (typeof protocolErrorCodes)[number] | OwnErrorCode

/** Other spellings of the same codes: older ones, and those of V2. */
const olderSpellings: Readonly<Record<string, WechatPayErrorCode>> = {
  NOAUTH: 'NO_AUTH',
  RULELIMIT: 'RULE_LIMIT',
  ORDERNOTEXIST: 'ORDER_NOT_EXIST',
  RATELIMIT_EXCEEDED: 'FREQUENCY_LIMITED',
  // V2's own.
  ORDERCLOSED: 'ORDER_CLOSED',
  SIGNERROR: 'SIGN_ERROR',
  SYSTEMERROR: 'SYSTEM_ERROR',
  TRADE_STATE_ERROR: 'TRADE_ERROR',
  MCHID_NOT_EXIST: 'MCH_NOT_EXISTS',
  LACK_PARAMS: 'PARAM_ERROR',
  XML_FORMAT_ERROR: 'PARAM_ERROR',
  NOT_UTF8: 'PARAM_ERROR',
  REFUNDNOTEXIST: 'RESOURCE_NOT_EXISTS',
  NOTENOUGH: 'NOT_ENOUGH',
  TRADE_OVERDUE: 'INVALID_REQUEST',
  INVALID_TRANSACTIONID: 'PARAM_ERROR',
  REFUND_FEE_MISMATCH: 'INVALID_REQUEST',
  INVALID_REQ_TOO_MUCH: 'FREQUENCY_LIMITED',
  BIZERR_NEED_RETRY: 'SYSTEM_ERROR',
}

/** Maps a code from an answer to the closed list; a code that is not on it becomes `LOCAL_UNKNOWN`. */
export function toErrorCode(code: unknown): WechatPayErrorCode {
  if (typeof code !== 'string') return 'LOCAL_UNKNOWN'
  return protocolErrorCodes.find((known) => known === code) ?? olderSpellings[code] ?? 'LOCAL_UNKNOWN'
}

export interface WechatPayErrorDetails {
  /** 0 where there was no answer. */
  readonly status: number
  /** The first 2000 characters are kept, and never logged. */
  readonly rawBody?: string
  readonly requestId?: string | null
  readonly cause?: unknown
}

/** A call to WeChat Pay, or to QQ on the way there, failed or was refused. Branch on `code`. */
export class WechatPayError extends Error {
  override readonly name = 'WechatPayError'
  readonly status: number
  readonly requestId: string | null
  /** Private, so that no logger finds it among the error's fields. */
  readonly #rawBody: string

  constructor(
    readonly code: WechatPayErrorCode,
    message: string,
    { status, rawBody = '', requestId = null, cause }: WechatPayErrorDetails,
  ) {
    super(`${message} (${code}, status ${status}${requestId === null ? '' : `, Request-ID ${requestId}`})`, { cause })
    this.status = status
    this.#rawBody = rawBody.slice(0, 2000)
    this.requestId = requestId
  }

  get rawBody(): string {
    return this.#rawBody
  }
}

/** A login code gave no openid. `refused`: the code is wrong or used. `busy` and `unavailable`: it may work later. */
export class LoginError extends Error {
  override readonly name = 'LoginError'
  constructor(
    readonly code: 'refused' | 'busy' | 'unavailable',
    message: string,
    override readonly cause?: unknown,
  ) {
    super(message)
  }
}

/** Reads an answer of WeChat Pay. @throws WechatPayError LOCAL_BAD_ANSWER where fields are missing or wrong */
export function readAnswer<T>(what: string, reader: () => T): T {
  try {
    return reader()
  } catch (cause) {
    throw new WechatPayError('LOCAL_BAD_ANSWER', `The answer of the ${what} is not what it should be`, {
      status: 200,
      cause,
    })
  }
}

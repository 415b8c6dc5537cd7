import type { RefundReport } from '../domain/refund'
import { WechatPayError, type WechatPayErrorCode } from './errors'
import type { PrepayOutcome, RefundOutcome } from './port'

type PrepayRefusal = Exclude<PrepayOutcome['kind'], 'ordered'>

/** What a refused order says about its number. Every other code says nothing about it: `unavailable`. */
const prepayRefusals: Readonly<Partial<Record<WechatPayErrorCode, PrepayRefusal>>> = {
  ORDERPAID: 'paid',
  ORDER_PAID: 'paid',
  OUT_TRADE_NO_USED: 'taken',
  ORDER_CLOSED: 'spent',
  INVALID_REQUEST: 'spent',
  TRADE_ERROR: 'spent',
}

/** Refusals of a refund that the same request will get tomorrow, too. */
const finalRefundRefusals: ReadonlySet<WechatPayErrorCode> = new Set([
  'PARAM_ERROR',
  'INVALID_REQUEST',
  'NO_AUTH',
  'CERT_ERROR',
  'MCH_NOT_EXISTS',
  'APPID_MCHID_NOT_MATCH',
  'RESOURCE_NOT_EXISTS',
  'USER_ACCOUNT_ABNORMAL',
  'REFUND_UNAVAILABLE',
])

/** Runs the call that orders at WeChat Pay and translates how it ended. */
export async function toPrepayOutcome(order: () => Promise<string>): Promise<PrepayOutcome> {
  try {
    return { kind: 'ordered', instruction: await order() }
  } catch (error) {
    if (!(error instanceof WechatPayError)) throw error
    return { kind: prepayRefusals[error.code] ?? 'unavailable', error }
  }
}

/** Runs the call that asks for a refund and translates a final refusal. @throws WechatPayError for every other one */
export async function toRefundOutcome(refund: () => Promise<RefundReport>): Promise<RefundOutcome> {
  try {
    return { kind: 'accepted', report: await refund() }
  } catch (error) {
    if (!(error instanceof WechatPayError) || !finalRefundRefusals.has(error.code)) throw error
    return { kind: 'refused', reason: error.message }
  }
}

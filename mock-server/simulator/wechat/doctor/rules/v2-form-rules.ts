import type { Found } from '../../../kit/diagnosis'
import { amount, notifyUrl, number } from './field-rules'
import { found, type WechatFinding } from '../findings'

/** Requests of V2 that were refused for their form. */

type Finding = Found<WechatFinding>

/** Null where the answer says everything itself. `isLetIn`: the signature was right. */
export function diagnoseV2Form(
  params: Readonly<Record<string, string>>,
  body: Buffer,
  isLetIn: boolean,
): Finding | null {
  if (!isLetIn) {
    const text = body.toString('utf8', 0, 200).trimStart()
    if (/^[{[]/.test(text))
      return found(
        'FIELD_UNKNOWN',
        'The body is JSON, which is V3 (and the default of many HTTP clients); V2 takes XML.',
      )
    return /^[\w.]+=/.test(text) ? found('FIELD_UNKNOWN', 'The body is a form (a=b&c=d); V2 takes XML.') : null
  }
  const { total_fee, out_trade_no, notify_url } = params
  const money = total_fee !== undefined && /^-?\d+(\.\d+)?$/.test(total_fee) ? amount(Number(total_fee)) : null
  if (money) return money
  // V2 takes numbers of any length up to 32.
  const bad = out_trade_no !== undefined && (out_trade_no.length > 32 || /[^\w\-|*]/.test(out_trade_no))
  if (bad) return number(out_trade_no)
  return notify_url !== undefined && /[?#\s]|^(?!https?:)/i.test(notify_url) ? notifyUrl(notify_url) : null
}

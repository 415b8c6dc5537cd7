import { toBeijingTime } from '../../../kit/clock'
import type { V2TradeType } from '../../../wire/v2-types'
import type { Payment } from '../../domain/settlement'
import type { V2Party } from '../parties'
import { descriptionBytesMax, toPlainText } from '../plain-text'
import type { PrepayOrder, Trade } from '../port'
import { UnreadableError } from '../fields'

export type V2Record = Readonly<Record<string, string>>

export interface V2OrderFacts {
  readonly tradeType: Extract<V2TradeType, 'JSAPI' | 'MWEB'>
  readonly notifyUrl: string
  readonly payerClientIp: string
  /** For JSAPI: the payer. */
  readonly payer?: V2Record
  /** For MWEB: the origin of the shop. */
  readonly publicBase: string
}

/** The payer's address where WeChat Pay does not compare it. Always the same, so that a repeated order is identical. */
export const anyPayerIp = '127.0.0.1'

/** @see https://pay.weixin.qq.com/doc/v2/merchant/4011935214 */
export function toV2Order(order: PrepayOrder, facts: V2OrderFacts): V2Record {
  return {
    body: toPlainText(order.description, descriptionBytesMax),
    out_trade_no: order.outTradeNo,
    fee_type: 'CNY',
    total_fee: String(order.totalFen),
    spbill_create_ip: facts.payerClientIp,
    time_expire: toV2Time(order.expiresAtMs),
    notify_url: facts.notifyUrl,
    trade_type: facts.tradeType,
    ...facts.payer,
    ...(facts.tradeType === 'MWEB' && {
      scene_info: JSON.stringify({
        h5_info: { type: 'Wap', wap_url: facts.publicBase, wap_name: new URL(facts.publicBase).hostname },
      }),
    }),
  }
}

/** States of a trade that is unpaid and can still be paid. */
const unpaidStates: ReadonlySet<string> = new Set(['NOTPAY', 'USERPAYING', 'PAYERROR', 'ACCEPT'])

/** Reads the answer to a query. A trade in `REFUND` was paid, and then refunded in part or whole. */
export function fromV2Trade(record: V2Record, party: V2Party): Trade {
  const state = filledOf(record, 'trade_state')
  if (state === 'SUCCESS') return { state: 'paid', payment: fromV2Payment(record, party) }
  if (state === 'REFUND') return { state: 'paid', payment: { ...fromV2Payment(record, party), isRefunded: true } }
  if (unpaidStates.has(state)) return { state: 'unpaid' }
  return { state: state === 'CLOSED' || state === 'REVOKED' ? 'closed' : 'unknown' }
}

/** Reads the fields that a query and a notification of a payment share. */
export function fromV2Payment(record: V2Record, party: V2Party): Payment {
  return {
    ...party.readPayee(record),
    outTradeNo: filledOf(record, 'out_trade_no'),
    transactionId: filledOf(record, 'transaction_id'),
    // The price. The payer may have paid less, with a voucher: cash_fee and coupon_fee add up to it.
    totalFen: fenOf(record, 'total_fee'),
    payerFen: fenOrNull(record, 'cash_fee'),
    currency: record['fee_type'] ?? 'CNY',
    paidAtMs: fromV2Time(record, 'time_end'),
  }
}

export function filledOf(record: V2Record, name: string): string {
  const value = record[name]
  if (value === undefined || value === '') throw new UnreadableError(`${name}: missing or empty`)
  return value
}

const whole = /^(0|[1-9]\d{0,10})$/

/** Reads an amount in fen, which V2 sends as text. Anything but plain digits is refused. */
export function fenOf(record: V2Record, name: string): number {
  const text = filledOf(record, name)
  if (!whole.test(text)) throw new UnreadableError(`${name}: expected whole fen`)
  return Number(text)
}

/** An amount that only informs: null where there is none, so that no payment fails for it. */
function fenOrNull(record: V2Record, name: string): number | null {
  return whole.test(record[name] ?? '') ? Number(record[name]) : null
}

/** `yyyyMMddHHmmss` in Beijing time. */
export function toV2Time(ms: number): string {
  return toBeijingTime(ms).slice(0, 19).replace(/[-:T]/g, '')
}

/** Milliseconds of `yyyyMMddHHmmss` or `yyyy-MM-dd HH:mm:ss` in Beijing time. */
export function fromV2Time(record: V2Record, name: string): number {
  const found = /^(\d{4})-?(\d\d)-?(\d\d) ?(\d\d):?(\d\d):?(\d\d)$/.exec(filledOf(record, name))
  const [, year, month, day, hour, minute, second] = found ?? []
  const ms = found ? Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`) : NaN
  if (Number.isNaN(ms)) throw new UnreadableError(`${name}: expected yyyyMMddHHmmss`)
  return ms
}

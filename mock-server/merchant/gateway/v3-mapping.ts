import { toBeijingTime } from '../../kit/clock'
import type { V3OrderRequest } from '../../wire/v3-types'
import type { Payment } from '../domain/settlement'
import type { PrepayOrder, Trade } from './port'
import { fieldOf, filledTextOf, instantOf, integerOf, textOf } from './read'

export interface V3Merchant {
  readonly appid: string
  readonly mchid: string
}

function toOrder(order: PrepayOrder, merchant: V3Merchant, notifyUrl: string): V3OrderRequest {
  return {
    appid: merchant.appid,
    mchid: merchant.mchid,
    description: order.description,
    out_trade_no: order.outTradeNo,
    time_expire: toBeijingTime(order.expiresAtMs),
    notify_url: notifyUrl,
    amount: { total: order.totalFen, currency: 'CNY' },
  }
}

export function toJsapiOrder(
  order: PrepayOrder,
  merchant: V3Merchant,
  notifyUrl: string,
  openid: string,
): V3OrderRequest {
  return { ...toOrder(order, merchant, notifyUrl), payer: { openid } }
}

export function toH5Order(
  order: PrepayOrder,
  merchant: V3Merchant,
  notifyUrl: string,
  payerClientIp: string,
): V3OrderRequest {
  return {
    ...toOrder(order, merchant, notifyUrl),
    scene_info: { payer_client_ip: payerClientIp, h5_info: { type: 'Wap' } },
  }
}

/** States in which nobody has paid and somebody still can; `PAYERROR` leaves the order open for another try. */
const unpaidStates: ReadonlySet<string> = new Set(['NOTPAY', 'USERPAYING', 'PAYERROR'])

/** Reads the answer of a query or the plaintext of a notification. A trade in `REFUND` was paid first. */
export function fromTransaction(value: unknown): Trade {
  const state = textOf(value, 'trade_state')
  if (state === 'SUCCESS' || state === 'REFUND') return { state: 'paid', payment: fromPaid(value) }
  if (unpaidStates.has(state)) return { state: 'unpaid' }
  return { state: state === 'CLOSED' || state === 'REVOKED' ? 'closed' : 'unknown' }
}

function fromPaid(value: unknown): Payment {
  const amount = fieldOf(value, 'amount')
  return {
    mchid: filledTextOf(value, 'mchid'),
    appid: filledTextOf(value, 'appid'),
    outTradeNo: filledTextOf(value, 'out_trade_no'),
    transactionId: filledTextOf(value, 'transaction_id'),
    totalFen: integerOf(amount, 'total'),
    currency: fieldOf(amount, 'currency') === undefined ? 'CNY' : textOf(amount, 'currency'),
    paidAtMs: instantOf(value, 'success_time'),
  }
}

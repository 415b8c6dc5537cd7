import { toBeijingTime } from '../../../kit/clock'
import type { V3OrderRequest, V3PartnerOrderRequest } from '../../../wire/v3-types'
import type { Payment } from '../../domain/settlement'
import type { V3Party } from '../parties'
import { descriptionBytesMax, toPlainText } from '../plain-text'
import type { PrepayOrder, Trade } from '../port'
import { fieldOf, filledTextOf, instantOf, integerOf, integerOrNull, textOf } from '../fields'

type AnyOrderRequest = V3OrderRequest | V3PartnerOrderRequest

function toOrder(order: PrepayOrder, party: V3Party, notifyUrl: string): AnyOrderRequest {
  return {
    ...party.order,
    description: toPlainText(order.description, descriptionBytesMax),
    out_trade_no: order.outTradeNo,
    time_expire: toBeijingTime(order.expiresAtMs),
    notify_url: notifyUrl,
    amount: { total: order.totalFen, currency: 'CNY' },
  }
}

export function toJsapiOrder(order: PrepayOrder, party: V3Party, notifyUrl: string, openid: string): AnyOrderRequest {
  return { ...toOrder(order, party, notifyUrl), payer: party.payer(openid) } as AnyOrderRequest
}

export function toH5Order(
  order: PrepayOrder,
  party: V3Party,
  notifyUrl: string,
  payerClientIp: string,
): AnyOrderRequest {
  return {
    ...toOrder(order, party, notifyUrl),
    scene_info: { payer_client_ip: payerClientIp, h5_info: { type: 'Wap' } },
  }
}

/** States of a trade that is unpaid and can still be paid, also after a try that failed (`PAYERROR`). */
export const unpaidStates: ReadonlySet<string> = new Set(['NOTPAY', 'USERPAYING', 'PAYERROR'])

/** Reads the answer to a query or the plaintext of a notification. A trade in `REFUND` was paid before. */
export function fromTransaction(value: unknown, party: V3Party): Trade {
  const state = textOf(value, 'trade_state')
  if (state === 'SUCCESS') return { state: 'paid', payment: fromPaid(value, party) }
  if (state === 'REFUND') return { state: 'paid', payment: { ...fromPaid(value, party), isRefunded: true } }
  if (unpaidStates.has(state)) return { state: 'unpaid' }
  return { state: state === 'CLOSED' || state === 'REVOKED' ? 'closed' : 'unknown' }
}

function fromPaid(value: unknown, party: V3Party): Payment {
  const amount = fieldOf(value, 'amount')
  return {
    ...party.readPayee(value),
    outTradeNo: filledTextOf(value, 'out_trade_no'),
    transactionId: filledTextOf(value, 'transaction_id'),
    // The price. The payer may have paid less, with a voucher.
    totalFen: integerOf(amount, 'total'),
    payerFen: integerOrNull(amount, 'payer_total'),
    currency: fieldOf(amount, 'currency') === undefined ? 'CNY' : textOf(amount, 'currency'),
    paidAtMs: instantOf(value, 'success_time'),
  }
}

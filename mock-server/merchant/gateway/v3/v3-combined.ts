import { toBeijingTime } from '../../../kit/clock'
import { qqPaths } from '../../../wire/qq'
import { v3OrderPrefix } from '../../../wire/v3-paths'
import type { V3CombinedOrderRequest } from '../../../wire/v3-types'
import type { PaymentPart } from '../../domain/parts'
import type { ShopAccount } from '../parties'
import { descriptionBytesMax, toPlainText } from '../plain-text'
import type { PrepayOrder, Trade } from '../port'
import { fieldOf, filledTextOf, instantOf, integerOf, integerOrNull, listOf, textOf } from '../fields'
import type { V3TradeMapping } from './v3-trade-mapping'
import { unpaidStates } from './v3-mapping'

/**
 * The till that an H5 order must name. The documents allow 7 to 16, 16 or 32 characters, depending on their age.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012556961
 */
const deviceId = 'H5-CHECKOUT'

/**
 * Combined orders (合单支付) of a shop that sells for sub merchants: one payment with a part for each seller. Every part
 * names a sub merchant, as platforms and partners do. Parts of merchants with their own keys are not supported, because
 * only these keys could refund them.
 * @see https://pay.weixin.qq.com/doc/v3/partner/4012760626
 */
export function toCombinedMapping({ appid, mchid }: Pick<ShopAccount, 'appid' | 'mchid'>): V3TradeMapping {
  const prefix = v3OrderPrefix.combined
  const numbered = (outTradeNo: string): string => `${prefix}/out-trade-no/${encodeURIComponent(outTradeNo)}`

  function toOrder(order: PrepayOrder, notifyUrl: string): V3CombinedOrderRequest {
    return {
      combine_appid: appid,
      combine_mchid: mchid,
      combine_out_trade_no: order.outTradeNo,
      sub_orders: order.parts.map(({ outTradeNo, subMchid, description, totalFen }) => ({
        mchid,
        sub_mchid: subMchid,
        out_trade_no: outTradeNo,
        // Appears in bills and shows which payment the part belongs to.
        attach: order.outTradeNo,
        description: toPlainText(description, descriptionBytesMax),
        amount: { total_amount: totalFen, currency: 'CNY' },
      })),
      time_expire: toBeijingTime(order.expiresAtMs),
      notify_url: notifyUrl,
    }
  }

  return {
    target: (product) => `${prefix}/${product}`,
    qqPath: qqPaths.proxyCombinedH5,
    toJsapiBody: (order, notifyUrl, openid) => ({
      ...toOrder(order, notifyUrl),
      combine_payer_info: { openid },
    }),
    toH5Body: (order, notifyUrl, payerClientIp) => ({
      ...toOrder(order, notifyUrl),
      scene_info: { payer_client_ip: payerClientIp, device_id: deviceId, h5_info: { type: 'Wap' } },
    }),
    queryTarget: ({ outTradeNo }) => numbered(outTradeNo),
    closeTarget: ({ outTradeNo }) => `${numbered(outTradeNo)}/close`,
    // WeChat Pay refuses a close whose list differs from the order's.
    toCloseBody: ({ parts }) => ({
      combine_appid: appid,
      sub_orders: parts.map(({ outTradeNo, subMchid }) => ({
        mchid,
        out_trade_no: outTradeNo,
        sub_mchid: subMchid,
      })),
    }),
    readTrade: fromCombined,
  }
}

/** Whether the plaintext of a notification is about a combined order. */
export function isCombined(value: unknown): boolean {
  return fieldOf(value, 'combine_out_trade_no') !== undefined
}

/**
 * Reads the answer to a query or the plaintext of a notification. WeChat Pay promises that all parts are paid or none. If
 * only some are, the payment lacks parts and is held for a person.
 */
function fromCombined(value: unknown): Trade {
  const subs = listOf(value, 'sub_orders')
  const states = subs.map((sub) => textOf(sub, 'trade_state'))
  const paid = subs.filter((_sub, index) => states[index] === 'SUCCESS' || states[index] === 'REFUND')
  const parts = paid.map(fromPaidPart).sort((one, other) => (one.outTradeNo < other.outTradeNo ? -1 : 1))
  const [first] = parts
  if (first !== undefined) {
    return {
      state: 'paid',
      payment: {
        mchid: filledTextOf(value, 'combine_mchid'),
        appid: filledTextOf(value, 'combine_appid'),
        outTradeNo: filledTextOf(value, 'combine_out_trade_no'),
        transactionId: first.transactionId,
        totalFen: parts.reduce((sum, { totalFen }) => sum + totalFen, 0),
        payerFen: sumOrNull(paid.map((sub) => integerOrNull(fieldOf(sub, 'amount'), 'payer_amount'))),
        currency: 'CNY',
        paidAtMs: Math.max(...paid.map((sub) => instantOf(sub, 'success_time'))),
        parts,
        ...(states.includes('REFUND') && { isRefunded: true }),
      },
    }
  }
  if (states.length > 0 && states.every((state) => state === 'CLOSED' || state === 'REVOKED')) {
    return { state: 'closed' }
  }
  return { state: states.some((state) => unpaidStates.has(state)) ? 'unpaid' : 'unknown' }
}

/** Null where one of them is unknown. */
function sumOrNull(amounts: readonly (number | null)[]): number | null {
  return amounts.reduce((sum, amount) => (sum === null || amount === null ? null : sum + amount), 0)
}

function fromPaidPart(sub: unknown): PaymentPart {
  const amount = fieldOf(sub, 'amount')
  const subMchid = fieldOf(sub, 'sub_mchid')
  return {
    mchid: filledTextOf(sub, 'mchid'),
    subMchid: typeof subMchid === 'string' ? subMchid : '',
    outTradeNo: filledTextOf(sub, 'out_trade_no'),
    transactionId: filledTextOf(sub, 'transaction_id'),
    totalFen: integerOf(amount, 'total_amount'),
    currency: fieldOf(amount, 'currency') === undefined ? 'CNY' : textOf(amount, 'currency'),
  }
}

import { toBeijingTime } from '../../../../kit/clock'
import type { V3CombinedTransaction, V3Promotion, V3Transaction } from '../../../../wire/v3-types'
import { isPaid, tradeStateText, type Trade } from '../../domain/trade'
import { payerTotal, type VoucherUse } from '../../domain/voucher'

/** Trades as queries and notifications of V3 show them: the keys in the order of the alphabet, as real answers have them. */

/** A direct or a partner's trade. @see https://pay.weixin.qq.com/doc/v3/merchant/4012791859 */
export function toTransaction(trade: Trade): V3Transaction {
  const { order, payer } = trade
  const total = order?.total ?? 0
  const currency = order?.currency ?? 'CNY'
  const paid = isPaid(trade)
  return {
    amount: paid
      ? { currency, payer_currency: currency, payer_total: payerTotal(total, trade.vouchers), total }
      : { currency, total },
    ...(trade.kind !== 'partner' && { appid: order?.appid ?? '' }),
    ...(paid && { attach: order?.attach ?? '', bank_type: trade.bank_type ?? 'OTHERS' }),
    ...(trade.kind !== 'partner' && { mchid: trade.mchid }),
    out_trade_no: trade.out_trade_no,
    ...(paid && trade.kind !== 'partner' && { payer: { openid: payer?.openid ?? '' } }),
    ...(paid &&
      trade.kind === 'partner' && {
        payer: {
          sp_openid: payer?.openid ?? '',
          ...(payer?.sub_openid !== undefined && { sub_openid: payer.sub_openid }),
        },
      }),
    promotion_detail: trade.vouchers.map(toPromotion),
    ...(order?.device_id !== undefined && { scene_info: { device_id: order.device_id } }),
    ...(trade.kind === 'partner' && {
      sp_appid: order?.appid ?? '',
      sp_mchid: trade.mchid,
      ...(order?.sub_appid !== undefined && { sub_appid: order.sub_appid }),
      sub_mchid: order?.sub_mchid ?? '',
    }),
    ...(paid && { success_time: toBeijingTime(trade.paid_at ?? 0) }),
    trade_state: trade.state,
    trade_state_desc: tradeStateText[trade.state],
    ...(paid && { trade_type: trade.product ?? 'JSAPI', transaction_id: trade.transaction_id ?? '' }),
  }
}

/** A combined order with its sub orders, in the order in which they were ordered. */
export function toCombinedTransaction(combined: Trade, subs: readonly Trade[]): V3CombinedTransaction {
  const { order, payer } = combined
  return {
    combine_appid: order?.appid ?? '',
    combine_mchid: combined.mchid,
    combine_out_trade_no: combined.out_trade_no,
    ...(payer !== null && { combine_payer_info: { openid: payer.openid } }),
    ...(order?.device_id !== undefined && { scene_info: { device_id: order.device_id } }),
    sub_orders: subs.map((sub) => {
      const total_amount = sub.order?.total ?? 0
      const currency = sub.order?.currency ?? 'CNY'
      const paid = isPaid(sub)
      return {
        amount: paid
          ? {
              currency,
              payer_amount: payerTotal(total_amount, sub.vouchers),
              payer_currency: currency,
              total_amount,
            }
          : { currency, total_amount },
        ...(paid && { attach: sub.order?.attach ?? '', bank_type: sub.bank_type ?? 'OTHERS' }),
        mchid: sub.mchid,
        out_trade_no: sub.out_trade_no,
        promotion_detail: sub.vouchers.map(toPromotion),
        ...(sub.order?.sub_appid !== undefined && { sub_appid: sub.order.sub_appid }),
        ...(sub.order?.sub_mchid !== undefined && { sub_mchid: sub.order.sub_mchid }),
        ...(paid && { success_time: toBeijingTime(sub.paid_at ?? 0) }),
        trade_state: sub.state,
        ...(paid && { trade_type: sub.product ?? 'JSAPI', transaction_id: sub.transaction_id ?? '' }),
      }
    }),
  }
}

/** Who funded it is a choice of ours: WeChat Pay itself, or the merchant who gets less. */
function toPromotion({ coupon_id, name, stock_id, type, amount }: VoucherUse): V3Promotion {
  return {
    amount,
    coupon_id,
    currency: 'CNY',
    merchant_contribute: type === 'NOCASH' ? amount : 0,
    name,
    other_contribute: 0,
    scope: 'GLOBAL',
    stock_id,
    type,
    wechatpay_contribute: type === 'CASH' ? amount : 0,
  }
}

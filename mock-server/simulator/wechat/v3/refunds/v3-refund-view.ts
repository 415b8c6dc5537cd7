import { toBeijingTime } from '../../../../kit/clock'
import type { V3Refund, V3RefundResource } from '../../../../wire/v3-refund-types'
import { reachedAt, type Refund } from '../../domain/refund'
import { refundTypes, settlementRefund } from '../../domain/voucher'

/** Refunds as V3 shows them: the keys in the order of the alphabet, as real answers have them. */

/**
 * The answer to a refund and to its query.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791863
 */
export function toRefund(refund: Refund): V3Refund {
  return {
    amount: {
      currency: 'CNY',
      discount_refund: refund.refund - refund.payer_refund,
      from: refund.from,
      payer_refund: refund.payer_refund,
      payer_total: refund.payer_total,
      refund: refund.refund,
      refund_fee: 0,
      settlement_refund: settlementRefund(refund.refund, refund.promotions),
      settlement_total: refund.settlement_total,
      total: refund.total,
    },
    channel: refund.channel,
    create_time: toBeijingTime(refund.created_at),
    // UNVERIFIED: the default. Old flows of money take what is not settled yet.
    funds_account: refund.funds_account ?? 'UNSETTLED',
    out_refund_no: refund.out_refund_no,
    out_trade_no: refund.out_trade_no,
    promotion_detail: refund.promotions.map(({ coupon_id, type, amount, refund_amount }) => ({
      amount,
      goods_detail: [],
      promotion_id: coupon_id,
      refund_amount,
      scope: 'GLOBAL',
      type: refundTypes[type],
    })),
    refund_id: refund.refund_id,
    status: refund.state,
    ...successTime(refund),
    transaction_id: refund.transaction_id,
    user_received_account: refund.user_received_account,
  }
}

/**
 * The plaintext of a notification: here the key is `refund_status`.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791865
 */
export function toRefundNotice(refund: Refund): V3RefundResource {
  const { mchid, sub_mchid } = refund
  return {
    amount: {
      payer_refund: refund.payer_refund,
      payer_total: refund.payer_total,
      refund: refund.refund,
      total: refund.total,
    },
    ...(sub_mchid === null ? { mchid } : { sp_mchid: mchid, sub_mchid }),
    out_refund_no: refund.out_refund_no,
    out_trade_no: refund.out_trade_no,
    refund_id: refund.refund_id,
    refund_status: refund.state,
    ...successTime(refund),
    transaction_id: refund.transaction_id,
    user_received_account: refund.user_received_account,
  }
}

function successTime(refund: Refund): { success_time?: string } {
  const at = refund.state === 'SUCCESS' ? reachedAt(refund, 'SUCCESS') : null
  return at === null ? {} : { success_time: toBeijingTime(at) }
}

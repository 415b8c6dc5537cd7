import { toBeijingTime } from '../../../../kit/clock'
import type { V3Refund, V3RefundResource } from '../../../../wire/v3-refund-types'
import { reachedAt, type Refund } from '../../domain/refund'

/** Refunds as V3 shows them: the keys in the order of the alphabet, as real answers have them. */

/**
 * The answer to a refund and to its query. There are no coupons here, so what the payer paid is the whole.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791863
 */
export function toRefund(refund: Refund): V3Refund {
  return {
    amount: {
      currency: 'CNY',
      discount_refund: 0,
      from: refund.from,
      payer_refund: refund.refund,
      payer_total: refund.total,
      refund: refund.refund,
      refund_fee: 0,
      settlement_refund: refund.refund,
      settlement_total: refund.total,
      total: refund.total,
    },
    channel: refund.channel,
    create_time: toBeijingTime(refund.created_at),
    // UNVERIFIED: the default. Old flows of money take what is not settled yet.
    funds_account: refund.funds_account ?? 'UNSETTLED',
    out_refund_no: refund.out_refund_no,
    out_trade_no: refund.out_trade_no,
    promotion_detail: [],
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
      payer_refund: refund.refund,
      payer_total: refund.total,
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

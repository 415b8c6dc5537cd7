import type { KnownMerchant } from '../../merchants/directory'
import { v3Notice } from '../payments/v3-notices'
import type { Refund } from '../../domain/refund'
import type { Notice } from '../../domain/notice'
import type { Trade } from '../../domain/trade'
import { toRefundNotice } from './v3-refund-view'

/** UNVERIFIED: the summaries other than that of success. */
const summaries = {
  SUCCESS: '退款成功',
  ABNORMAL: '退款异常',
  CLOSED: '退款关闭',
  PROCESSING: '退款处理中',
} as const

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012791865 */
export function v3RefundNotice(refund: Refund, _trade: Trade, merchant: KnownMerchant, now: number): Notice {
  return v3Notice({
    merchant,
    now,
    out_trade_no: refund.out_trade_no,
    notify_url: refund.notify_url,
    event_type: `REFUND.${refund.state}`,
    summary: summaries[refund.state],
    original_type: 'refund',
    resource: toRefundNotice(refund),
  })
}

import { toBeijingTime } from '../../../kit/clock'
import type { V2RefundNotice, V2RefundState } from '../../../wire/v2-types'
import { reachedAt, refundedTotal, type Refund, type RefundState } from '../domain/refund'
import { isPaid, tradeStateText, type Trade } from '../domain/trade'

/** Trades as queries and notifications of V2 show them. Everything is text. */

type Values = Readonly<Record<string, string | undefined>>

/** yyyyMMddHHmmss in Beijing time. */
export function toV2Time(ms: number): string {
  return toBeijingTime(ms).slice(0, 19).replace(/\D/g, '')
}

/** The parties of a trade. */
export function toV2Parties({ mchid, order }: Trade): Values {
  return { appid: order?.appid, mch_id: mchid, sub_appid: order?.sub_appid, sub_mch_id: order?.sub_mchid }
}

/** What a payment was: undefined until it is paid. @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248 */
export function toV2Payment(trade: Trade): Values {
  const { order, payer, product } = trade
  if (!isPaid(trade) || order === null) return {}
  const total = String(order.total)
  const isPartner = trade.kind === 'partner'
  return {
    device_info: order.device_id,
    openid: payer?.openid,
    is_subscribe: 'N',
    ...(isPartner && payer?.sub_openid !== undefined && { sub_openid: payer.sub_openid, sub_is_subscribe: 'N' }),
    trade_type: product ?? 'JSAPI',
    bank_type: trade.bank_type ?? 'OTHERS',
    total_fee: total,
    settlement_total_fee: total,
    fee_type: order.currency,
    cash_fee: total,
    cash_fee_type: order.currency,
    transaction_id: trade.transaction_id ?? undefined,
    out_trade_no: trade.out_trade_no,
    attach: order.attach,
    time_end: toV2Time(trade.paid_at ?? 0),
  }
}

/** The answer of a query; of what is not paid only the number, what was attached, and the state. */
export function toV2Query(trade: Trade): Values {
  return {
    ...toV2Payment(trade),
    out_trade_no: trade.out_trade_no,
    attach: trade.order?.attach ?? '',
    trade_state: trade.state,
    trade_state_desc: tradeStateText[trade.state],
  }
}

const refundStates: Readonly<Record<RefundState, V2RefundState>> = {
  PROCESSING: 'PROCESSING',
  SUCCESS: 'SUCCESS',
  ABNORMAL: 'CHANGE',
  CLOSED: 'REFUNDCLOSE',
}

/** By the names of V3. */
const refundAccounts: Readonly<Record<string, string>> = {
  AVAILABLE: 'REFUND_SOURCE_RECHARGE_FUNDS',
  UNSETTLED: 'REFUND_SOURCE_UNSETTLED_FUNDS',
}

/** What V2 calls an account, in V3's words. */
export function fromV2RefundAccount(name: string): string | undefined {
  return Object.entries(refundAccounts).find(([, known]) => known === name)?.[0]
}

const toV2RefundAccount = ({ funds_account }: Refund): string =>
  refundAccounts[funds_account ?? 'UNSETTLED'] ?? 'REFUND_SOURCE_UNSETTLED_FUNDS'

/** `yyyy-MM-dd HH:mm:ss` in Beijing time, of a success only. */
function successTime(refund: Refund): string | undefined {
  const at = refund.state === 'SUCCESS' ? reachedAt(refund, 'SUCCESS') : null
  return at === null ? undefined : toBeijingTime(at).slice(0, 19).replace('T', ' ')
}

/** The answer to a refund. @see https://pay.weixin.qq.com/doc/v2/merchant/4011936329 */
export function toV2Refund(refund: Refund): Values {
  const { transaction_id, out_trade_no, out_refund_no, refund_id } = refund
  const [total, part] = [String(refund.total), String(refund.refund)]
  return {
    transaction_id,
    out_trade_no,
    out_refund_no,
    refund_id,
    refund_channel: refund.channel,
    refund_fee: part,
    settlement_refund_fee: part,
    coupon_refund_fee: '0',
    coupon_refund_count: '0',
    total_fee: total,
    settlement_total_fee: total,
    fee_type: 'CNY',
    cash_fee: total,
    cash_refund_fee: part,
  }
}

/** Refunds per answer at most; they are numbered from 0. */
export const refundsPerPage = 10

/** The answer to a query of refunds: a page of those that were asked for. */
export function toV2RefundQuery(refunds: readonly Refund[], offset: number): Values {
  const page = refunds.slice(offset, offset + refundsPerPage)
  const [first] = refunds
  const total = String(first?.total ?? 0)
  return {
    transaction_id: first?.transaction_id,
    out_trade_no: first?.out_trade_no,
    total_fee: total,
    settlement_total_fee: total,
    fee_type: 'CNY',
    cash_fee: total,
    refund_fee: String(refundedTotal(refunds)),
    total_refund_count: String(refunds.length),
    refund_count: String(page.length),
    ...Object.fromEntries(
      page.flatMap((refund, n) => numbered(refund).map(([name, value]) => [`${name}_${n}`, value])),
    ),
  }
}

function numbered(refund: Refund): readonly (readonly [string, string | undefined])[] {
  const part = String(refund.refund)
  return [
    ['out_refund_no', refund.out_refund_no],
    ['refund_id', refund.refund_id],
    ['refund_channel', refund.channel],
    ['refund_fee', part],
    ['settlement_refund_fee', part],
    ['coupon_refund_fee', '0'],
    ['coupon_refund_count', '0'],
    ['refund_status', refundStates[refund.state]],
    ['refund_account', toV2RefundAccount(refund)],
    ['refund_recv_accout', refund.user_received_account],
    ['refund_success_time', successTime(refund)],
  ]
}

/** What is inside the notification of a refund's end. @see https://pay.weixin.qq.com/doc/v2/merchant/4011936330 */
export function toV2RefundNotice(refund: Refund): V2RefundNotice {
  const { state, out_refund_no, out_trade_no, refund_id, transaction_id } = refund
  const [total, part] = [String(refund.total), String(refund.refund)]
  const success_time = successTime(refund)
  return {
    out_refund_no,
    out_trade_no,
    refund_account: toV2RefundAccount(refund),
    refund_fee: part,
    refund_id,
    refund_recv_accout: refund.user_received_account,
    refund_request_source: 'API',
    refund_status: state === 'ABNORMAL' ? 'CHANGE' : state === 'CLOSED' ? 'REFUNDCLOSE' : 'SUCCESS',
    settlement_refund_fee: part,
    settlement_total_fee: total,
    ...(success_time !== undefined && { success_time }),
    total_fee: total,
    transaction_id,
  }
}

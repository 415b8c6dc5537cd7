import { toBeijingTime } from '../../../kit/clock'
import type { V2RefundNotice, V2RefundState } from '../../../wire/v2-types'
import { reachedAt, refundedTotal, type Refund, type RefundState } from '../domain/refund'
import { isPaid, tradeStateText, type Trade } from '../domain/trade'
import { payerTotal, refundTypes, settlementRefund, settlementTotal, sumOf } from '../domain/voucher'

/** Trades and refunds as V2 shows them: each field that the captures of v2-forms have, and no other. Everything is text. */

type Values = Readonly<Record<string, string | undefined>>

/** yyyyMMddHHmmss in Beijing time. */
export function toV2Time(ms: number): string {
  return toBeijingTime(ms).slice(0, 19).replace(/\D/g, '')
}

/** The parties of a trade. */
export function toV2Parties({ mchid, order }: Trade): Values {
  return { appid: order?.appid, mch_id: mchid, sub_appid: order?.sub_appid, sub_mch_id: order?.sub_mchid }
}

/**
 * What a payment was: nothing until it is paid. Queries and notifications have it alike.
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248
 */
export function toV2Payment(trade: Trade): Values {
  const { order, payer, product } = trade
  if (!isPaid(trade) || order === null) return {}
  const isPartner = trade.kind === 'partner'
  return {
    device_info: order.device_id,
    openid: payer?.openid,
    is_subscribe: 'N',
    ...(isPartner && payer?.sub_openid !== undefined && { sub_openid: payer.sub_openid, sub_is_subscribe: 'N' }),
    trade_type: product ?? 'JSAPI',
    bank_type: trade.bank_type ?? 'OTHERS',
    total_fee: String(order.total),
    fee_type: order.currency,
    cash_fee: String(payerTotal(order.total, trade.vouchers)),
    ...(order.version === undefined ? toCoupons(trade, order.total) : { promotion_detail: toPromotions(trade) }),
    transaction_id: trade.transaction_id ?? undefined,
    out_trade_no: trade.out_trade_no,
    attach: order.attach,
    time_end: toV2Time(trade.paid_at ?? 0),
  }
}

/** V2's words for the types of vouchers. */
const couponTypes = { CASH: 'CASH', NOCASH: 'NO_CASH' } as const

/** The vouchers that were used. Types and settlement are told only where one made the merchant get less. */
function toCoupons({ vouchers }: Trade, total: number): Values {
  if (vouchers.length === 0) return {}
  const settlement = settlementTotal(total, vouchers)
  const isReduced = settlement !== total
  return {
    coupon_fee: String(sumOf(vouchers, ({ amount }) => amount)),
    coupon_count: String(vouchers.length),
    ...(isReduced && { settlement_total_fee: String(settlement) }),
    ...Object.fromEntries(
      vouchers.flatMap(({ coupon_id, amount, type }, n) => [
        ...(isReduced ? [[`coupon_type_${n}`, couponTypes[type]]] : []),
        [`coupon_id_${n}`, coupon_id],
        [`coupon_fee_${n}`, String(amount)],
      ]),
    ),
  }
}

/**
 * The same of an order that was sent with `version`, as JSON. Without a voucher it was seen to be an empty object.
 * @see https://pay.weixin.qq.com/doc/v2/partner/4011984263
 */
function toPromotions({ vouchers }: Trade): string {
  const promotion_detail = vouchers.map(({ coupon_id, name, stock_id, type, amount }) => ({
    promotion_id: coupon_id,
    name,
    scope: 'GLOBAL',
    type: refundTypes[type],
    amount,
    activity_id: stock_id,
    wxpay_contribute: type === 'CASH' ? amount : 0,
    merchant_contribute: type === 'NOCASH' ? amount : 0,
    other_contribute: 0,
  }))
  return JSON.stringify(vouchers.length === 0 ? {} : { promotion_detail })
}

/** What V2 says of a refunded order differs from V3. */
const stateText = { ...tradeStateText, REFUND: '订单发生过退款，退款详情请查询退款单' } as const

/** The answer of a query. What an order lacks is there empty: `attach` once it is paid or closed, else `device_info`. */
export function toV2Query(trade: Trade): Values {
  const { order, state } = trade
  const shared = { out_trade_no: trade.out_trade_no, trade_state: state, trade_state_desc: stateText[state] }
  const attach = order?.attach ?? ''
  if (state === 'NOTPAY')
    return { device_info: order?.device_id ?? '', total_fee: String(order?.total ?? 0), ...shared }
  if (!isPaid(trade)) return { device_info: undefined, attach, ...shared }
  return { ...toV2Payment(trade), cash_fee_type: order?.currency, attach, ...shared }
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
  return {
    transaction_id,
    out_trade_no,
    out_refund_no,
    refund_id,
    refund_channel: '',
    refund_fee: String(refund.refund),
    ...settlementOf(refund),
    coupon_refund_fee: String(refund.refund - refund.payer_refund),
    total_fee: String(refund.total),
    ...(isReduced(refund) && { settlement_total_fee: String(refund.settlement_total) }),
    cash_fee: String(refund.payer_total),
    coupon_refund_count: String(refund.promotions.length),
    ...Object.fromEntries(refundedCoupons(refund)),
    cash_refund_fee: String(refund.payer_refund),
  }
}

/** Whether a voucher made the merchant get less for the order. */
const isReduced = ({ total, settlement_total }: Refund): boolean => settlement_total !== total

function settlementOf(refund: Refund): { settlement_refund_fee?: string } {
  return isReduced(refund) ? { settlement_refund_fee: String(settlementRefund(refund.refund, refund.promotions)) } : {}
}

/** The vouchers in a refund: their numbers end in their places. */
function refundedCoupons({ promotions }: Refund): readonly (readonly [string, string])[] {
  return promotions.flatMap(({ coupon_id, type, refund_amount }, n) => [
    [`coupon_type_${n}`, couponTypes[type]] as const,
    [`coupon_refund_id_${n}`, coupon_id] as const,
    [`coupon_refund_fee_${n}`, String(refund_amount)] as const,
  ])
}

/** Refunds per answer at most; they are numbered from 0. */
export const refundsPerPage = 10

/**
 * The answer to a query of refunds: a page of those that were asked for.
 * @param offset null where the query named none: then the number of all refunds is not told
 */
export function toV2RefundQuery(refunds: readonly Refund[], offset: number | null): Values {
  const page = refunds.slice(offset ?? 0, (offset ?? 0) + refundsPerPage)
  const [first] = refunds
  return {
    transaction_id: first?.transaction_id,
    out_trade_no: first?.out_trade_no,
    total_fee: String(first?.total ?? 0),
    ...(first && isReduced(first) && { settlement_total_fee: String(first.settlement_total) }),
    cash_fee: String(first?.payer_total ?? 0),
    refund_fee: String(refundedTotal(refunds)),
    ...(offset !== null && { total_refund_count: String(refunds.length) }),
    refund_count: String(page.length),
    ...Object.fromEntries(
      page.flatMap((refund, n) => [
        ...numbered(refund).map(([name, value]) => [`${name}_${n}`, value] as const),
        ...refundedCoupons(refund).map(([name, value]) => [name.replace(/_(\d+)$/, `_${n}_$1`), value] as const),
      ]),
    ),
  }
}

function numbered(refund: Refund): readonly (readonly [string, string | undefined])[] {
  return [
    ['out_refund_no', refund.out_refund_no],
    ['refund_id', refund.refund_id],
    ['refund_channel', refund.channel],
    ['refund_fee', String(refund.refund)],
    ['settlement_refund_fee', settlementOf(refund).settlement_refund_fee],
    ...(refund.promotions.length === 0
      ? []
      : ([
          ['coupon_refund_fee', String(refund.refund - refund.payer_refund)],
          ['coupon_refund_count', String(refund.promotions.length)],
        ] as const)),
    ['refund_status', refundStates[refund.state]],
    ['refund_account', toV2RefundAccount(refund)],
    ['refund_recv_accout', refund.user_received_account],
    ['refund_success_time', successTime(refund)],
  ]
}

/** What is inside the notification of a refund's end. @see https://pay.weixin.qq.com/doc/v2/merchant/4011936330 */
export function toV2RefundNotice(refund: Refund): V2RefundNotice {
  const { state, out_refund_no, out_trade_no, refund_id, transaction_id } = refund
  const success_time = successTime(refund)
  return {
    out_refund_no,
    out_trade_no,
    refund_account: toV2RefundAccount(refund),
    refund_fee: String(refund.refund),
    refund_id,
    refund_recv_accout: refund.user_received_account,
    refund_request_source: 'API',
    refund_status: state === 'ABNORMAL' ? 'CHANGE' : state === 'CLOSED' ? 'REFUNDCLOSE' : 'SUCCESS',
    settlement_refund_fee: String(settlementRefund(refund.refund, refund.promotions)),
    settlement_total_fee: String(refund.settlement_total),
    ...(success_time !== undefined && { success_time }),
    total_fee: String(refund.total),
    transaction_id,
  }
}

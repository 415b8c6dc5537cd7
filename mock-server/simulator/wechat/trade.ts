import type { V3OrderRequest, V3Transaction } from '../../wire/v3-types'

/** A trade of the ledger, as pure values: state and event in, state out. Instants are virtual milliseconds. */

export type TradeState = 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED'

/** The moves there are. A failed try at paying leaves NOTPAY as it is. @see https://pay.weixin.qq.com/doc/v3/merchant/4012791902 */
export const tradeCanBecome: Readonly<Record<TradeState, readonly TradeState[]>> = {
  NOTPAY: ['SUCCESS', 'CLOSED'],
  SUCCESS: ['REFUND'],
  REFUND: ['REFUND'],
  CLOSED: [],
}

export const tradeStateText: Readonly<Record<TradeState, string>> = {
  NOTPAY: '订单未支付',
  SUCCESS: '支付成功',
  REFUND: '订单发生过退款',
  CLOSED: '订单已关闭',
}

export type Product = 'JSAPI' | 'MWEB' | 'NATIVE' | 'APP'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** Lifetimes. @see https://pay.weixin.qq.com/doc/v3/merchant/4012525167 */
export const lifetimesMs = {
  prepayId: 120 * minuteMs,
  h5Url: 5 * minuteMs,
  withoutTimeExpire: 7 * dayMs,
  timeExpireMin: minuteMs,
  timeExpireMax: 90 * dayMs,
} as const

export interface H5Link {
  /** The `package` digits of the link. */
  readonly digits: string
  readonly issuedAt: number
}

export interface Trade {
  readonly mchid: string
  readonly out_trade_no: string
  /** Null: the number was never ordered, a close burned it. */
  readonly order: V3OrderRequest | null
  readonly product: Product | null
  readonly state: TradeState
  readonly created_at: number
  /** When paying ends; null without time_expire. */
  readonly expires_at: number | null
  readonly prepay_id: string
  readonly prepaid_at: number
  readonly links: readonly H5Link[]
  readonly transaction_id: string | null
  readonly paid_at: number | null
  readonly payer_openid: string | null
  readonly bank_type: string | null
}

/** How many links of one trade are remembered: each lives five minutes only. */
const linksMax = 16

/** Moves `time_expire` into what the service takes: at least a minute, at most 90 days from now. It does so silently. */
export function toExpiry(timeExpire: number | null, now: number): number | null {
  if (timeExpire === null) return null
  return Math.min(Math.max(timeExpire, now + lifetimesMs.timeExpireMin), now + lifetimesMs.timeExpireMax)
}

export type Reorder =
  | { readonly kind: 'again' }
  | { readonly kind: 'different'; readonly fields: readonly string[] }
  | { readonly kind: 'expired' | 'paid' | 'closed' | 'other-product' }

/** What ordering a known number again means (同单号重复下单). UNVERIFIED: the list of fields that count. */
export function reorder(trade: Trade, product: Product, order: V3OrderRequest, now: number): Reorder {
  if (trade.order === null) return { kind: 'different', fields: ['out_trade_no'] }
  if (trade.state === 'SUCCESS' || trade.state === 'REFUND') return { kind: 'paid' }
  if (trade.state === 'CLOSED') return { kind: 'closed' }
  if (trade.product !== product) return { kind: 'other-product' }
  const fields = differingFields(trade.order, order)
  if (fields.length > 0) return { kind: 'different', fields }
  return hasExpired(trade, now) ? { kind: 'expired' } : { kind: 'again' }
}

function differingFields(first: V3OrderRequest, second: V3OrderRequest): readonly string[] {
  const compared: readonly (readonly [string, (order: V3OrderRequest) => unknown])[] = [
    ['appid', (order) => order.appid],
    ['payer.openid', (order) => order.payer?.openid],
    ['amount.total', (order) => order.amount.total],
    ['amount.currency', (order) => order.amount.currency ?? 'CNY'],
    ['description', (order) => order.description],
    ['attach', (order) => order.attach],
    ['notify_url', (order) => order.notify_url],
    ['time_expire', (order) => order.time_expire],
  ]
  return compared.filter(([, read]) => read(first) !== read(second)).map(([name]) => name)
}

export function hasExpired(trade: Trade, now: number): boolean {
  return trade.expires_at !== null && now >= trade.expires_at
}

/** Gives the trade a new link, and drops those that are long dead. */
export function withLink(trade: Trade, digits: string, now: number): Trade {
  return { ...trade, links: [...trade.links, { digits, issuedAt: now }].slice(-linksMax) }
}

/** A prepay_id that ran out is replaced by ordering again. */
export function withFreshPrepay(trade: Trade, prepayId: string, now: number): Trade {
  return isPrepayAlive(trade, now) ? trade : { ...trade, prepay_id: prepayId, prepaid_at: now }
}

export function isPrepayAlive(trade: Trade, now: number): boolean {
  return now < trade.prepaid_at + lifetimesMs.prepayId
}

export function isLinkAlive(trade: Trade, digits: string, now: number): boolean {
  const link = trade.links.find((candidate) => candidate.digits === digits)
  return link !== undefined && now < link.issuedAt + lifetimesMs.h5Url
}

export type Payability = 'payable' | 'paid' | 'closed' | 'expired' | 'prepay-expired'

export function payability(trade: Trade, now: number): Payability {
  if (trade.state === 'SUCCESS' || trade.state === 'REFUND') return 'paid'
  if (trade.state === 'CLOSED') return 'closed'
  if (hasExpired(trade, now)) return 'expired'
  return isPrepayAlive(trade, now) ? 'payable' : 'prepay-expired'
}

export interface PaymentFacts {
  readonly transaction_id: string
  readonly paid_at: number
  readonly payer_openid: string
  readonly bank_type: string
}

/** Pays; null where the table has no such move. */
export function pay(trade: Trade, facts: PaymentFacts): Trade | null {
  if (trade.order === null || !tradeCanBecome[trade.state].includes('SUCCESS')) return null
  return { ...trade, ...facts, state: 'SUCCESS' }
}

/** Closes; a closed trade stays as it is, and null says that it was paid. */
export function close(trade: Trade): Trade | null {
  if (trade.state === 'CLOSED') return trade
  return tradeCanBecome[trade.state].includes('CLOSED') ? { ...trade, state: 'CLOSED' } : null
}

/** When the service closes an unpaid trade by itself. */
export function closesItselfAt(trade: Trade): number | null {
  return trade.state === 'NOTPAY' ? trade.created_at + lifetimesMs.withoutTimeExpire : null
}

/** The trade as queries and notifications show it: the keys in the order of the alphabet, as real answers have them. */
export function toTransaction(trade: Trade, toTime: (ms: number) => string): V3Transaction {
  const { order } = trade
  const total = order?.amount.total ?? 0
  const currency = order?.amount.currency ?? 'CNY'
  const isPaid = trade.transaction_id !== null
  return {
    amount: isPaid ? { currency, payer_currency: currency, payer_total: total, total } : { currency, total },
    appid: order?.appid ?? '',
    ...(isPaid && { attach: order?.attach ?? '', bank_type: trade.bank_type ?? 'OTHERS' }),
    mchid: trade.mchid,
    out_trade_no: trade.out_trade_no,
    ...(isPaid && { payer: { openid: trade.payer_openid ?? '' } }),
    promotion_detail: [],
    ...(order?.scene_info?.device_id !== undefined && { scene_info: { device_id: order.scene_info.device_id } }),
    ...(isPaid && { success_time: toTime(trade.paid_at ?? 0) }),
    trade_state: trade.state,
    trade_state_desc: tradeStateText[trade.state],
    ...(isPaid && { trade_type: trade.product ?? 'JSAPI', transaction_id: trade.transaction_id ?? '' }),
  }
}

import type { VoucherUse } from './voucher'

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

/** Which protocol ordered: the trade's notifications have the same form. */
export type Api = 'v2' | 'v3'

/** How V2 signs. */
export type SignType = 'MD5' | 'HMAC-SHA256'

/**
 * `direct` and `partner` are orders of one payee. `combined` (合单) is what the payer pays as one; each of its `sub` orders
 * is a trade with refunds of its own.
 */
export type TradeKind = 'direct' | 'partner' | 'combined' | 'sub'

/** One payee's part of a combined order. */
export interface SubOrder {
  readonly mchid: string
  readonly sub_mchid?: string
  readonly sub_appid?: string
  readonly out_trade_no: string
  readonly description: string
  readonly attach: string
  readonly total: number
  readonly goods_tag?: string
  readonly profit_sharing?: boolean
  readonly subsidy_amount?: number
}

/** What was ordered, whichever protocol ordered it. Amounts in fen; the names are those of V3. */
export interface TradeOrder {
  /** The app that pays: `appid`, of a partner `sp_appid`, of a combined order `combine_appid`. */
  readonly appid: string
  readonly sub_appid?: string
  readonly sub_mchid?: string
  readonly description: string
  readonly out_trade_no: string
  readonly notify_url: string
  readonly total: number
  readonly currency: 'CNY'
  readonly attach?: string
  readonly goods_tag?: string
  /** RFC 3339 */
  readonly time_expire?: string
  /** Of the payer under `appid`. */
  readonly openid?: string
  /** Of the payer under `sub_appid`. */
  readonly sub_openid?: string
  readonly payer_client_ip?: string
  readonly device_id?: string
  readonly profit_sharing?: boolean
  /** Only in V2, of orders that take part in goods-level discounts (单品优惠). */
  readonly version?: string
  /** Only of a combined order. */
  readonly subs?: readonly SubOrder[]
}

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
  /** The WeChat user who opened the wallet from it: nobody else can use the link. */
  readonly takenBy?: string
}

export interface Trade {
  readonly kind: TradeKind
  readonly api: Api
  /** Null in V3. */
  readonly sign_type: SignType | null
  /** The merchant who signs: of a partner `sp_mchid`, of a combined order `combine_mchid`. */
  readonly mchid: string
  readonly out_trade_no: string
  /** The combined order that a sub order belongs to. */
  readonly parent: { readonly mchid: string; readonly out_trade_no: string } | null
  /** Null: the number was never ordered, a close burned it. */
  readonly order: TradeOrder | null
  readonly product: Product | null
  readonly state: TradeState
  readonly created_at: number
  /** When paying ends; null without time_expire. */
  readonly expires_at: number | null
  /** Empty in a sub order: the combined one is paid. */
  readonly prepay_id: string
  readonly prepaid_at: number
  readonly links: readonly H5Link[]
  /** Null until paid, and always in a combined order: its sub orders have one each. */
  readonly transaction_id: string | null
  readonly paid_at: number | null
  readonly payer: Payer | null
  readonly bank_type: string | null
  /** What the payer paid with besides money: of a combined order the whole, of a sub order its share. */
  readonly vouchers: readonly VoucherUse[]
}

/** Who paid, under each app of the order. */
export interface Payer {
  readonly openid: string
  readonly sub_openid?: string
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
  | { readonly kind: 'expired' | 'paid' | 'closed' | 'other-product' | 'other-settlement' }

/** A request to order. */
export interface NewOrder {
  readonly api: Api
  readonly kind: Exclude<TradeKind, 'sub'>
  readonly product: Product
  readonly order: TradeOrder
  /** Only in V2. */
  readonly signType?: SignType
}

/** What ordering a known number again means (同单号重复下单). UNVERIFIED: the list of fields that count. */
export function reorder(trade: Trade, { kind, product, order }: NewOrder, now: number): Reorder {
  if (trade.order === null) return { kind: 'different', fields: ['out_trade_no'] }
  if (isPaid(trade)) return { kind: 'paid' }
  if (trade.state === 'CLOSED') return { kind: 'closed' }
  if (trade.kind !== kind || trade.product !== product) return { kind: 'other-product' }
  const fields = differingFields(trade.order, order)
  if (fields.length > 0) return { kind: 'different', fields }
  if (settlementOf(trade.order) !== settlementOf(order)) return { kind: 'other-settlement' }
  return hasExpired(trade, now) ? { kind: 'expired' } : { kind: 'again' }
}

/** Compared when a number is ordered again, by the names of a developer's request. */
export const compared: readonly (readonly [string, (order: TradeOrder) => unknown])[] = [
  ['appid', (order) => order.appid],
  ['sub_appid', (order) => order.sub_appid],
  ['sub_mchid', (order) => order.sub_mchid],
  ['payer.openid', (order) => order.openid],
  ['payer.sub_openid', (order) => order.sub_openid],
  ['amount.total', (order) => order.total],
  ['amount.currency', (order) => order.currency],
  ['description', (order) => order.description],
  ['attach', (order) => order.attach],
  ['notify_url', (order) => order.notify_url],
  ['time_expire', (order) => order.time_expire],
  ['sub_orders', (order) => JSON.stringify(order.subs?.map((sub) => ({ ...sub, ...withoutSettlement })))],
]

const withoutSettlement = { profit_sharing: undefined, subsidy_amount: undefined } as const

function differingFields(first: TradeOrder, second: TradeOrder): readonly string[] {
  return compared.filter(([, read]) => read(first) !== read(second)).map(([name]) => name)
}

/** Only combined orders are known to compare it. */
function settlementOf({ subs = [] }: TradeOrder): string {
  return JSON.stringify(
    subs.map(({ profit_sharing, subsidy_amount }) => [profit_sharing ?? false, subsidy_amount ?? 0]),
  )
}

/** Paid at some time, whatever was refunded since. */
export function isPaid({ state }: Trade): boolean {
  return state === 'SUCCESS' || state === 'REFUND'
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

/** Whether another user has opened the wallet from this link. */
export function isLinkOfAnother(trade: Trade, digits: string, user: string): boolean {
  return trade.links.some((link) => link.digits === digits && link.takenBy !== undefined && link.takenBy !== user)
}

/** The user goes into the wallet from a link. */
export function withLinkTaken(trade: Trade, digits: string, user: string): Trade {
  return {
    ...trade,
    links: trade.links.map((link) => (link.digits === digits ? { ...link, takenBy: user } : link)),
  }
}

export function isLinkAlive(trade: Trade, digits: string, now: number): boolean {
  const link = trade.links.find((candidate) => candidate.digits === digits)
  return link !== undefined && now < link.issuedAt + lifetimesMs.h5Url
}

export type Payability = 'payable' | 'paid' | 'closed' | 'expired' | 'prepay-expired'

export function payability(trade: Trade, now: number): Payability {
  if (isPaid(trade)) return 'paid'
  if (trade.state === 'CLOSED') return 'closed'
  if (hasExpired(trade, now)) return 'expired'
  return isPrepayAlive(trade, now) ? 'payable' : 'prepay-expired'
}

export interface PaymentFacts {
  /** Null for a combined order. */
  readonly transaction_id: string | null
  readonly paid_at: number
  readonly payer: Payer
  readonly bank_type: string
  readonly vouchers: readonly VoucherUse[]
}

/**
 * Pays; null where the table has no such move.
 * @param isLate the payment began before the close: the one way out of CLOSED
 */
export function pay(trade: Trade, facts: PaymentFacts, isLate = false): Trade | null {
  const canPay = tradeCanBecome[trade.state].includes('SUCCESS') || (isLate && trade.state === 'CLOSED')
  if (trade.order === null || !canPay) return null
  return { ...trade, ...facts, state: 'SUCCESS' }
}

/** Closes; a closed trade stays as it is, and null says that it was paid. */
export function close(trade: Trade): Trade | null {
  if (trade.state === 'CLOSED') return trade
  return tradeCanBecome[trade.state].includes('CLOSED') ? { ...trade, state: 'CLOSED' } : null
}

/** When the service closes an unpaid trade; a sub order is closed with the combined one. */
export function closesItselfAt(trade: Trade): number | null {
  return trade.state === 'NOTPAY' && trade.kind !== 'sub' ? trade.created_at + lifetimesMs.withoutTimeExpire : null
}

/** The trade of a sub order, as new as its combined one. */
export function toSubTrade(combined: Trade, order: TradeOrder, sub: SubOrder): Trade {
  const { mchid, out_trade_no, description, attach, total, ...rest } = sub
  return {
    ...combined,
    kind: 'sub',
    mchid,
    out_trade_no,
    parent: { mchid: combined.mchid, out_trade_no: combined.out_trade_no },
    order: {
      appid: order.appid,
      currency: order.currency,
      notify_url: order.notify_url,
      ...(order.openid !== undefined && { openid: order.openid }),
      description,
      out_trade_no,
      attach,
      total,
      ...rest,
    },
    prepay_id: '',
    links: [],
  }
}

import type { KnownMerchant } from '../merchants/directory'
import { createPrepayId } from '../domain/numbers'
import { TradeRefusal, type Reason, type RefusalFacts } from '../domain/refusal'
import { toExpiry, toSubTrade, type Api, type NewOrder, type Trade, type TradeKind } from '../domain/trade'
import type { Store } from '../store/store'

/** Trades together with their sub orders. `put` and `begin` only inside `write`. */
export function createTradeWriter(store: Pick<Store, 'trade' | 'combined' | 'putTrade'>) {
  const known = (kind: TradeKind, mchid: string, outTradeNo: string): Trade | null =>
    kind === 'combined' ? store.combined(mchid, outTradeNo) : store.trade(mchid, outTradeNo)

  const subsOf = (combined: Trade): readonly Trade[] =>
    (combined.order?.subs ?? []).flatMap((sub) => store.trade(sub.mchid, sub.out_trade_no) ?? [])

  /** Writes a trade; the sub orders of a combined one move with it. */
  function put(trade: Trade, moveSub: (sub: Trade) => Trade | null): readonly Trade[] {
    store.putTrade(trade)
    if (trade.kind !== 'combined') return []
    return subsOf(trade).map((sub) => {
      const moved = moveSub(sub) ?? sub
      store.putTrade(moved)
      return moved
    })
  }

  function begin(merchant: KnownMerchant, request: NewOrder, now: number): Trade {
    const trade = newTrade(merchant.mchid, request, now)
    const { order } = request
    // Numbers of sub orders are numbers of their merchants. All or nothing: a refusal undoes the parts before it.
    for (const sub of order.subs ?? []) {
      const other = store.trade(sub.mchid, sub.out_trade_no)
      if (other !== null) throw new TradeRefusal(...whyTaken(other))
      store.putTrade(toSubTrade(trade, order, sub))
    }
    return trade
  }

  return { known, subsOf, put, begin }
}

function whyTaken(other: Trade): [Reason, RefusalFacts] {
  if (other.order === null) return ['different-parameters', { trade: other, fields: ['out_trade_no'] }]
  return ['number-used', { trade: other, value: other.out_trade_no }]
}

function newTrade(mchid: string, { api, kind, product, order, signType }: NewOrder, now: number): Trade {
  return {
    ...burned(kind, mchid, order.out_trade_no, api, now),
    sign_type: signType ?? null,
    order,
    product,
    state: 'NOTPAY',
    expires_at: toExpiry(order.time_expire === undefined ? null : Date.parse(order.time_expire), now),
    prepay_id: createPrepayId(now),
  }
}

/** What a close records for a number that was never ordered. */
export function burned(kind: NewOrder['kind'], mchid: string, outTradeNo: string, api: Api, now: number): Trade {
  return {
    kind,
    api,
    sign_type: null,
    mchid,
    out_trade_no: outTradeNo,
    parent: null,
    order: null,
    product: null,
    state: 'CLOSED',
    created_at: now,
    expires_at: null,
    prepay_id: '',
    prepaid_at: now,
    links: [],
    transaction_id: null,
    paid_at: null,
    payer: null,
    bank_type: null,
    vouchers: [],
  }
}

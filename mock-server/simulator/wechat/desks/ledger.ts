import { toBeijingTime, type Clock } from '../../../kit/clock'
import type { Directory, KnownMerchant } from '../merchants/directory'
import type { EventBus } from '../events'
import { createLinkDigits, createPrepayId, createTransactionId } from '../domain/numbers'
import { createPartyCheck } from './party-check'
import { burned, createTradeWriter } from './trade-writer'
import { TradeRefusal } from '../domain/refusal'
import type { Store } from '../store/store'
import * as trades from '../domain/trade'
import type { Api, NewOrder, Payer, SubOrder, Trade } from '../domain/trade'
import type { Notice } from '../domain/notice'
import { applyVoucher, type Voucher } from '../domain/voucher'

/** Orders, payments and closes of WeChat Pay, each on disk before it is answered. V2 and V3 are its doors. */
export interface Ledger {
  /** Orders, or orders again under a known number. @throws TradeRefusal */
  order(merchant: KnownMerchant, request: NewOrder): Promise<Trade>
  /** A merchant's own or a partner's trade; a combined order and its sub orders are not found here. */
  find(mchid: string, outTradeNo: string): Trade | null
  findByTransaction(mchid: string, transactionId: string): Trade | null
  findCombined(mchid: string, outTradeNo: string): { readonly combined: Trade; readonly subs: readonly Trade[] } | null
  /** Closes; a number that was never ordered is burned, as in life, or with `burnUnknown: false` left alone. @throws TradeRefusal */
  close(mchid: string, outTradeNo: string, options?: CloseOptions): Promise<void>
  /** Closes a combined order; the list must be that of the order. @throws TradeRefusal */
  closeCombined(mchid: string, outTradeNo: string, subs: readonly SubKey[]): Promise<void>
  /**
   * The payer pays: the trade, its notification and the use of a voucher reach the disk together.
   * @returns null where it can't be paid, or the voucher has been used meanwhile
   */
  pay(trade: Trade, payer: Payer, options?: PayOptions): Promise<Trade | null>
  /** Closes trades that stayed unpaid for seven days, as the service does. */
  closeOverdue(limit: number): Promise<number>
}

export type SubKey = Pick<SubOrder, 'mchid' | 'out_trade_no'>

export interface PayOptions {
  /** Default OTHERS: no card. */
  readonly bankType?: string
  /** The payment began before a close. Default false. */
  readonly isLate?: boolean
  /** What the payer also pays with. Default: nothing. */
  readonly voucher?: Voucher | null
  /** The voucher lies in no wallet: it was made for this payment. Default false. */
  readonly isVoucherNew?: boolean
}

export interface CloseOptions {
  readonly api: Api
  /** Of a partner's trade. */
  readonly subMchid?: string
  /** Milliseconds that must have passed since ordering. */
  readonly notBeforeMs?: number
}

export interface LedgerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly directory: Directory
  readonly events: EventBus
  /** Whether closing a number that was never ordered uses it up. */
  readonly burnUnknown: boolean
  readonly paymentNotice: Readonly<Record<Api, PaymentNotice>>
  /** Called when a notification was written. */
  readonly onNotice: () => void
}

export function createLedger(deps: LedgerDeps): Ledger {
  const { store, clock, directory, events, burnUnknown, onNotice } = deps
  const { known, subsOf, put, begin } = createTradeWriter(store)
  const checkParties = createPartyCheck(directory, store)

  const announce = (type: 'trade-created' | 'trade-repeated' | 'trade-paid' | 'trade-closed', trade: Trade): void =>
    events.announce({
      type,
      at: toBeijingTime(clock.now()),
      mchid: trade.mchid,
      out_trade_no: trade.out_trade_no,
      detail: { trade_state: trade.state, total: trade.order?.total, product: trade.product, kind: trade.kind },
    })

  async function closeKnown(find: () => Trade | null, burn: () => Trade, options: CloseOptions): Promise<void> {
    const now = clock.now()
    const trade = await store.write(() => {
      const present = find()
      if (present?.kind === 'sub') throw new TradeRefusal('close-of-sub-order', { trade: present })
      const { subMchid, notBeforeMs = 0 } = options
      if (present !== null && present.order !== null && present.order.sub_mchid !== subMchid)
        throw new TradeRefusal('not-found', { trade: present })
      if (present !== null && present.state === 'NOTPAY' && now < present.created_at + notBeforeMs)
        throw new TradeRefusal('close-too-soon', { trade: present })
      if (present === null && !burnUnknown) return null
      const closed = present === null ? burn() : trades.close(present)
      if (closed === null) throw new TradeRefusal('close-paid', { ...(present && { trade: present }) })
      if (closed !== present) put(closed, trades.close)
      return closed
    })
    if (trade !== null) announce('trade-closed', trade)
  }

  return {
    async order(merchant, request) {
      const { kind, product, order } = request
      checkParties(merchant, request)
      const now = clock.now()
      let isNew = false
      const trade = await store.write(() => {
        const present = known(kind, merchant.mchid, order.out_trade_no)
        isNew = present === null
        const next = present === null ? begin(merchant, request, now) : again(present, request, now)
        const issued = product === 'MWEB' ? trades.withLink(next, createLinkDigits(), now) : next
        if (issued !== present) store.putTrade(issued)
        return issued
      })
      announce(isNew ? 'trade-created' : 'trade-repeated', trade)
      return trade
    },
    find: (mchid, outTradeNo) => ordinary(store.trade(mchid, outTradeNo)),
    findByTransaction(mchid, transactionId) {
      const trade = ordinary(store.tradeByTransaction(transactionId))
      return trade?.mchid === mchid ? trade : null
    },
    findCombined(mchid, outTradeNo) {
      const combined = store.combined(mchid, outTradeNo)
      return combined === null || combined.order === null ? null : { combined, subs: subsOf(combined) }
    },
    close: (mchid, outTradeNo, options = { api: 'v3' }) =>
      closeKnown(
        () => store.trade(mchid, outTradeNo),
        () => burned('direct', mchid, outTradeNo, options.api, clock.now()),
        options,
      ),
    async closeCombined(mchid, outTradeNo, subs) {
      const present = store.combined(mchid, outTradeNo)
      if (present?.order && listOf(present.order.subs ?? []) !== listOf(subs))
        throw new TradeRefusal('close-list-differs', { trade: present })
      await closeKnown(
        () => store.combined(mchid, outTradeNo),
        () => burned('combined', mchid, outTradeNo, 'v3', clock.now()),
        { api: 'v3' },
      )
    },
    async pay(trade, payer, { bankType = 'OTHERS', isLate = false, voucher = null, isVoucherNew = false } = {}) {
      const merchant = directory.merchant(trade.mchid)
      if (merchant === undefined || trade.kind === 'sub') return null
      const now = clock.now()
      const facts = (vouchers: Trade['vouchers']): trades.PaymentFacts => ({
        transaction_id: createTransactionId(now),
        paid_at: now,
        payer,
        bank_type: bankType,
        vouchers,
      })
      const paid = await store.write(() => {
        const present = known(trade.kind, trade.mchid, trade.out_trade_no)
        const used = present?.order && voucher ? applyVoucher(present.order, voucher) : null
        const all = facts(used ? [used.use] : [])
        const next =
          present && trades.pay(present, present.kind === 'combined' ? { ...all, transaction_id: null } : all, isLate)
        if (!next) return null
        if (used && !isVoucherNew && !store.takeVoucher(used.use.coupon_id)) return null
        const shareOf = (sub: Trade): Trade['vouchers'] => {
          const share = used?.ofSubs[placeOf(next, sub)]
          return share === undefined || share.amount === 0 ? [] : [share]
        }
        const subs = put(next, (sub) => trades.pay(sub, facts(shareOf(sub)), isLate))
        store.putNotice(deps.paymentNotice[next.api](next, subs, merchant, now))
        return next
      })
      if (paid === null) return null
      announce('trade-paid', paid)
      onNotice()
      return paid
    },
    async closeOverdue(limit) {
      const overdue = store.selfClosing(clock.now(), limit)
      for (const { kind, mchid, out_trade_no } of overdue) {
        const trade = await store.write(() => {
          const present = known(kind, mchid, out_trade_no)
          const closed = present && trades.close(present)
          if (closed) put(closed, trades.close)
          return closed
        })
        if (trade) announce('trade-closed', trade)
      }
      return overdue.length
    },
  }
}

/** Combined orders are invisible to the ordinary query, and so is a number that was only burned. */
function ordinary(trade: Trade | null): Trade | null {
  return trade === null || trade.order === null || trade.kind === 'sub' ? null : trade
}

/** The place of a sub order in its combined one. */
function placeOf({ order }: Trade, { mchid, out_trade_no }: Trade): number {
  return (order?.subs ?? []).findIndex((sub) => sub.mchid === mchid && sub.out_trade_no === out_trade_no)
}

/** The same list in any order. */
function listOf(subs: readonly SubKey[]): string {
  return JSON.stringify(subs.map(({ mchid, out_trade_no }) => [mchid, out_trade_no]).sort())
}

const whyNotAgain = {
  paid: 'already-paid',
  closed: 'already-closed',
  expired: 'expired',
  'other-product': 'number-used',
  'other-settlement': 'different-settlement',
} as const

/** @throws TradeRefusal where the number can't be ordered again. @see https://pay.weixin.qq.com/doc/v3/merchant/4012525167 */
function again(trade: Trade, request: NewOrder, now: number): Trade {
  const answer = trades.reorder(trade, request, now)
  if (answer.kind === 'again') return trades.withFreshPrepay(trade, createPrepayId(now), now)
  if (answer.kind === 'different')
    throw new TradeRefusal('different-parameters', { trade, fields: answer.fields, requested: request.order })
  throw new TradeRefusal(whyNotAgain[answer.kind], { trade })
}

/** Makes the notification of a payment, in the form of the protocol that ordered. `subs` only of a combined order. */
export type PaymentNotice = (trade: Trade, subs: readonly Trade[], merchant: KnownMerchant, now: number) => Notice

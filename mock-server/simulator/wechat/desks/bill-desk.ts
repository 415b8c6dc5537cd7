import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../../kit/clock'
import {
  fundFlowBill,
  toBillDay,
  tradeBill,
  whyNoBill,
  type BillDay,
  type BilledTrade,
  type BillWriter,
  type FundAccount,
  type FundEntry,
  type TradeBillType,
  type TradeEntry,
} from '../domain/bill'
import type { KnownMerchant } from '../merchants/directory'
import { reachedAt, stateAt, type Refund } from '../domain/refund'
import type { Stretch, Timed } from '../store/refund-tables'
import { TradeRefusal } from '../domain/refusal'
import type { Store } from '../store/store'
import type { Trade } from '../domain/trade'
import { settlementRefund, settlementTotal } from '../domain/voucher'

/** Which bill. `date` is `yyyy-MM-dd`, a day in Beijing. */
export type BillRequest =
  | { readonly kind: 'trade'; readonly date: string; readonly type: TradeBillType; readonly sub_mchid?: string }
  | { readonly kind: 'fund'; readonly date: string; readonly account: FundAccount }

/** Bills from the ledger. The same request gives the same bytes for ever: a bill is as things were when it was made. */
export interface BillDesk {
  /** The hash over the whole file, hex. @throws TradeRefusal where there is no such bill */
  sha1(merchant: KnownMerchant, request: BillRequest): Promise<string>
  /** The file, piece by piece. @throws TradeRefusal where there is no such bill */
  read(merchant: KnownMerchant, request: BillRequest): AsyncIterable<string>
}

/** Rows read per turn of the event loop: they are in memory together, and other requests wait meanwhile. */
const pageRows = 500

export function createBillDesk({ store, clock }: { readonly store: Store; readonly clock: Clock }): BillDesk {
  /** One list in the order of time, a page at a time. */
  function* walk<T>(read: (stretch: Stretch, limit: number) => readonly Timed<T>[], day: BillDay): Iterable<Timed<T>> {
    let stretch: Stretch = { at: day.start, seq: -1, end: day.end }
    for (;;) {
      const rows = read(stretch, pageRows)
      yield* rows
      const last = rows.at(-1)
      if (last === undefined || rows.length < pageRows) return
      stretch = { ...stretch, at: last.at, seq: last.seq }
    }
  }

  function* tradeEntries(mchid: string, day: BillDay, type: TradeBillType, subMchid?: string): Iterable<TradeEntry> {
    const payments = function* (): Iterable<TradeEntry> {
      if (type === 'REFUND') return
      for (const { at, row } of walk((stretch, limit) => store.paidTrades(mchid, stretch, limit), day))
        yield { at, trade: toBilled(row), refund: null }
    }
    const refunds = function* (): Iterable<TradeEntry> {
      if (type === 'SUCCESS') return
      for (const { at, row } of walk((stretch, limit) => store.acceptedRefunds(mchid, stretch, limit), day)) {
        const trade = store.trade(mchid, row.out_trade_no)
        if (trade !== null) yield { at, trade: toBilled(trade), refund: toBilledRefund(row, day) }
      }
    }
    for (const entry of inOrder([payments(), refunds()]))
      if (subMchid === undefined || entry.trade.sub_mchid === subMchid) yield entry
  }

  /** What a partner's sub merchants sell moves their accounts, not his. */
  function* fundEntries(mchid: string, day: BillDay): Iterable<FundEntry> {
    const payments = function* (): Iterable<FundEntry> {
      for (const { at, row } of walk((stretch, limit) => store.paidTrades(mchid, stretch, limit), day)) {
        if (row.order === null || row.order.sub_mchid !== undefined) continue
        const id = row.transaction_id ?? ''
        const amount = settlementTotal(row.order.total, row.vouchers)
        yield { at, kind: 'payment', mchid, id, transaction_id: id, out_no: row.out_trade_no, amount }
      }
    }
    const refunds = function* (
      kind: 'refund' | 'refund-closed',
      read: (stretch: Stretch, limit: number) => readonly Timed<Refund>[],
    ): Iterable<FundEntry> {
      for (const { at, row } of walk(read, day)) {
        const { sub_mchid, refund_id: id, transaction_id, out_refund_no: out_no } = row
        const amount = settlementRefund(row.refund, row.promotions)
        if (sub_mchid === null) yield { at, kind, mchid, id, transaction_id, out_no, amount }
      }
    }
    yield* inOrder([
      payments(),
      refunds('refund', (stretch, limit) => store.acceptedRefunds(mchid, stretch, limit)),
      refunds('refund-closed', (stretch, limit) => store.closedRefunds(mchid, stretch, limit)),
    ])
  }

  /** @throws TradeRefusal */
  function dayOf(merchant: KnownMerchant, request: BillRequest): BillDay {
    const day = toBillDay(request.date)
    const reason = day === null ? 'bill-date' : whyNoBill(day, clock.now())
    if (day === null || reason !== null)
      throw new TradeRefusal(reason ?? 'bill-date', { value: request.date, location: 'query' })
    const sub = request.kind === 'trade' ? request.sub_mchid : undefined
    if (sub !== undefined && !merchant.subMerchants.has(sub))
      throw new TradeRefusal('sub-merchant-unrelated', { value: sub, location: 'query' })
    return day
  }

  function read(merchant: KnownMerchant, request: BillRequest): AsyncIterable<string> {
    const { mchid } = merchant
    const day = dayOf(merchant, request)
    if (request.kind === 'trade')
      return write(tradeBill(request.type), tradeEntries(mchid, day, request.type, request.sub_mchid))
    if (request.account !== 'BASIC') throw new TradeRefusal('bill-none')
    return write(fundFlowBill(store.balanceAt(mchid, day.start)), fundEntries(mchid, day))
  }

  return {
    read,
    async sha1(merchant, request) {
      const hash = createHash('sha1')
      for await (const piece of read(merchant, request)) hash.update(piece)
      return hash.digest('hex')
    },
  }
}

/** The bill in pieces of a page of rows, with a turn for everybody else between them. @throws TradeRefusal where it is empty */
async function* write<Entry>(writer: BillWriter<Entry>, entries: Iterable<Entry>): AsyncIterable<string> {
  let piece = ''
  let rows = 0
  for (const entry of entries) {
    const lines = writer.lines(entry)
    if (lines === '') continue
    piece += rows === 0 ? writer.head() + lines : lines
    rows += 1
    if (rows % pageRows === 0) {
      yield piece
      piece = ''
      await nextTurn()
    }
  }
  if (rows === 0) throw new TradeRefusal('bill-none')
  yield piece + writer.foot()
}

/** Merges lists that are each in the order of time; where two are as old, the first list's comes first. */
function* inOrder<T extends { readonly at: number }>(lists: readonly Iterable<T>[]): Iterable<T> {
  const heads = lists.map((list) => {
    const rest = list[Symbol.iterator]()
    return { rest, head: rest.next() }
  })
  for (;;) {
    let first: (typeof heads)[number] | null = null
    for (const candidate of heads) {
      if (candidate.head.done) continue
      if (first === null || first.head.done || candidate.head.value.at < first.head.value.at) first = candidate
    }
    if (first === null || first.head.done) return
    yield first.head.value
    first.head = first.rest.next()
  }
}

function toBilled({
  order,
  mchid,
  out_trade_no,
  transaction_id,
  payer,
  product,
  bank_type,
  vouchers,
}: Trade): BilledTrade {
  return {
    appid: order?.appid ?? '',
    mchid,
    sub_mchid: order?.sub_mchid ?? null,
    device_id: order?.device_id ?? '',
    transaction_id: transaction_id ?? '',
    out_trade_no,
    openid: payer?.openid ?? '',
    trade_type: product ?? 'JSAPI',
    bank_type: bank_type ?? 'OTHERS',
    description: order?.description ?? '',
    attach: order?.attach ?? '',
    total: order?.total ?? 0,
    vouchers,
  }
}

function toBilledRefund(refund: Refund, { existsFrom }: BillDay) {
  // Not a millisecond later: at that instant it may be read already.
  const state = stateAt(refund, existsFrom - 1)
  const { refund_id, out_refund_no, channel, created_at } = refund
  const success_at = state === 'SUCCESS' ? reachedAt(refund, 'SUCCESS') : null
  const { payer_refund, promotions } = refund
  return {
    refund_id,
    out_refund_no,
    refund: refund.refund,
    payer_refund,
    promotions,
    state,
    channel,
    created_at,
    success_at,
  }
}

import type { Sqlite } from '../../../kit/sqlite'
import { reachedAt, type Refund } from '../domain/refund'
import { settlementRefund } from '../domain/voucher'
import type { Page } from './page'
import type { Trade } from '../domain/trade'

/** A stretch of a list that is read in the order of time: after `at` and `seq`, up to `end`. */
export interface Stretch {
  readonly at: number
  readonly seq: number
  readonly end: number
}

export interface Timed<T> {
  readonly at: number
  readonly seq: number
  readonly row: T
}

/** Refunds, and what bills read. All that puts: only inside `write`. */
export interface RefundTables {
  refund(mchid: string, outRefundNo: string): Refund | null
  refundById(refundId: string): Refund | null
  /** The oldest first. */
  refundsOf(mchid: string, outTradeNo: string): readonly Refund[]
  /** Newest first; `before` pages on. */
  refunds(limit: number, before: number | null): Page<Refund>
  putRefund(refund: Refund): void
  /** Refunds whose processing time is over, the longest overdue first. */
  dueRefunds(now: number, limit: number): readonly Refund[]
  nextRefundAt(): number | null
  /** Trades that were paid, combined orders in their parts. */
  paidTrades(mchid: string, stretch: Stretch, limit: number): readonly Timed<Trade>[]
  /** Refunds by the instant they were accepted. */
  acceptedRefunds(mchid: string, stretch: Stretch, limit: number): readonly Timed<Refund>[]
  /** Refunds by the instant they were closed. */
  closedRefunds(mchid: string, stretch: Stretch, limit: number): readonly Timed<Refund>[]
  /** What the merchant's own account had at an instant: paid less refunded, each less its fee; a closed refund came back. */
  balanceAt(mchid: string, at: number): number
  clearRefunds(): void
}

const paidAt = `json_extract(data, '$.paid_at')`
/** What the merchant gets for a trade, as `settlementTotal` counts it. */
const settled = `json_extract(data, '$.order.total') - (
  SELECT COALESCE(SUM(json_extract(value, '$.amount')), 0) FROM json_each(data, '$.vouchers')
  WHERE json_extract(value, '$.type') = 'NOCASH')`
/** A fee in fen, as bill.ts counts it. */
const feeOf = (amount: string): string => `((${amount}) * 6 + 500) / 1000`

interface TimedRow {
  readonly at: number
  readonly seq: number
  readonly data: string
}

/** Reads and writes the refunds of an open ledger. */
export function openRefundTables(database: Sqlite): RefundTables {
  const prepare = (text: string) => database.prepare(text)
  const stretchOf = (table: string, at: string, condition: string) =>
    prepare(
      `SELECT ${at} AS at, seq, data FROM ${table} WHERE mchid = ? AND ${at} < ? AND ${condition}
       AND (${at} > ? OR (${at} = ? AND seq > ?)) AND ${at} >= ? ORDER BY ${at}, seq LIMIT ?`,
    )
  const sql = {
    refund: prepare('SELECT data FROM refunds WHERE mchid = ? AND out_refund_no = ?'),
    byId: prepare('SELECT data FROM refunds WHERE refund_id = ?'),
    ofTrade: prepare('SELECT data FROM refunds WHERE mchid = ? AND out_trade_no = ? ORDER BY seq LIMIT 200'),
    page: prepare('SELECT seq, data FROM refunds WHERE seq < ? ORDER BY seq DESC LIMIT ?'),
    put: prepare(
      `INSERT INTO refunds
         (mchid, out_refund_no, refund_id, out_trade_no, is_partner, amount, created_at, due_at, closed_at, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (mchid, out_refund_no) DO UPDATE SET due_at = excluded.due_at, data = excluded.data,
       closed_at = excluded.closed_at`,
    ),
    due: prepare('SELECT data FROM refunds WHERE due_at <= ? ORDER BY due_at, seq LIMIT ?'),
    nextDue: prepare('SELECT MIN(due_at) AS at FROM refunds WHERE due_at IS NOT NULL'),
    paid: stretchOf('trades', paidAt, 'transaction_id IS NOT NULL'),
    accepted: stretchOf('refunds', 'created_at', 'TRUE'),
    closed: stretchOf('refunds', 'closed_at', 'closed_at IS NOT NULL'),
    taken: prepare(
      `SELECT COALESCE(SUM(fen - ${feeOf('fen')}), 0) AS fen FROM (SELECT ${settled} AS fen FROM trades WHERE mchid = ?
       AND transaction_id IS NOT NULL AND ${paidAt} < ? AND json_extract(data, '$.order.sub_mchid') IS NULL)`,
    ),
    given: prepare(
      `SELECT COALESCE(SUM(amount - ${feeOf('amount')}), 0) AS fen FROM refunds WHERE mchid = ?
       AND created_at < ? AND (closed_at IS NULL OR closed_at >= ?) AND is_partner = 0`,
    ),
    clear: prepare('DELETE FROM refunds'),
  }

  const parse = (row: unknown): Refund | null =>
    row === undefined ? null : (JSON.parse((row as TimedRow).data) as Refund)
  const parseAll = (rows: unknown[]): Refund[] => rows.map((row) => JSON.parse((row as TimedRow).data) as Refund)
  const read = <T>(statement: ReturnType<typeof prepare>, mchid: string, stretch: Stretch, limit: number) => {
    const { at, seq, end } = stretch
    const rows = statement.all(mchid, end, at, at, seq, at, limit) as TimedRow[]
    return rows.map((row): Timed<T> => ({ at: row.at, seq: row.seq, row: JSON.parse(row.data) as T }))
  }
  const fen = (row: unknown): number => (row as { fen: number }).fen

  return {
    refund: (mchid, outRefundNo) => parse(sql.refund.get(mchid, outRefundNo)),
    refundById: (refundId) => parse(sql.byId.get(refundId)),
    refundsOf: (mchid, outTradeNo) => parseAll(sql.ofTrade.all(mchid, outTradeNo)),
    refunds(limit, before) {
      const rows = sql.page.all(before ?? Number.MAX_SAFE_INTEGER, limit + 1) as TimedRow[]
      const next = rows.length > limit ? (rows[limit - 1]?.seq ?? null) : null
      return { rows: parseAll(rows.slice(0, limit)), next }
    },
    putRefund(refund) {
      sql.put.run(
        refund.mchid,
        refund.out_refund_no,
        refund.refund_id,
        refund.out_trade_no,
        refund.sub_mchid === null ? 0 : 1,
        settlementRefund(refund.refund, refund.promotions),
        refund.created_at,
        refund.due_at,
        reachedAt(refund, 'CLOSED'),
        JSON.stringify(refund),
      )
    },
    dueRefunds: (now, limit) => parseAll(sql.due.all(now, limit)),
    nextRefundAt: () => (sql.nextDue.get() as { at: number | null } | undefined)?.at ?? null,
    paidTrades: (mchid, stretch, limit) => read<Trade>(sql.paid, mchid, stretch, limit),
    acceptedRefunds: (mchid, stretch, limit) => read<Refund>(sql.accepted, mchid, stretch, limit),
    closedRefunds: (mchid, stretch, limit) => read<Refund>(sql.closed, mchid, stretch, limit),
    balanceAt: (mchid, at) => fen(sql.taken.get(mchid, at)) - fen(sql.given.get(mchid, at, at)),
    clearRefunds: () => void sql.clear.run(),
  }
}

import type { FaultRule } from '../domain/fault-rule'
import { openSqliteOf } from '../../../kit/data-version'
import { createWriter, type Sqlite } from '../../../kit/sqlite'
import { closesItselfAt, type Trade } from '../domain/trade'
import type { MerchantIdentity } from '../identity'
import { openMiniProgramTables, type MiniProgramTables } from './mini-program-tables'
import { openRefundTables, type RefundTables } from './refund-tables'
import { openSharingTables, type SharingTables } from './sharing-tables'
import { openVoucherTables, type VoucherTables } from './voucher-tables'
import { type Notice } from '../domain/notice'
import { type Page } from './page'
import { ledgerSteps } from './steps'

/** The ledger. Reads are synchronous; a write is answered once it is on disk. */
export interface Store extends MiniProgramTables, RefundTables, SharingTables, VoucherTables {
  write<T>(work: () => T): Promise<T>
  /** A trade with a number of its merchant: direct, a partner's, or a sub order. */
  trade(mchid: string, outTradeNo: string): Trade | null
  /** A combined order: its numbers are a space of their own. */
  combined(mchid: string, outTradeNo: string): Trade | null
  tradeByTransaction(transactionId: string): Trade | null
  tradeByPrepay(prepayId: string): Trade | null
  /** Newest first; `before` pages on; `filter` is a part of the number, or a state. */
  trades(limit: number, before: number | null, filter?: string): Page<Trade>
  /** Only inside `write`. */
  putTrade(trade: Trade): void
  notice(id: string): Notice | null
  notices(limit: number, before: number | null): Page<Notice>
  /** The oldest first: a payment's, then those of its refunds. */
  noticesOf(mchid: string, outTradeNo: string): readonly Notice[]
  /** Ids, those that are due longest first. */
  dueNotices(now: number, limit: number): readonly string[]
  /** Whether a merchant's notification that is younger than this one has been tried. */
  wasOvertaken(notice: Notice): boolean
  nextNoticeAt(): number | null
  putNotice(notice: Notice): void
  /** Unpaid trades that the service closes up to `now`. */
  selfClosing(now: number, limit: number): readonly Trade[]
  nextSelfCloseAt(): number | null
  setting(name: string): string | null
  putSetting(name: string, value: string): void
  faultRules(): readonly FaultRule[]
  putFaultRule(key: string, rule: FaultRule): void
  dropFaultRule(key: string): void
  addedMerchants(): readonly MerchantIdentity[]
  addMerchant(merchant: MerchantIdentity): void
  clear(): void
  close(): Promise<void>
}

interface Row {
  readonly seq: number
  readonly data: string
}

/** Opens (or makes) the ledger in a file, or in memory with `:memory:`. */
export function openStore(file: string): Store {
  const database = openSqliteOf(file, ledgerSteps)
  const writer = createWriter(database)
  const sql = prepareAll(database)
  const miniPrograms = openMiniProgramTables(database)
  const refunds = openRefundTables(database)
  const sharing = openSharingTables(database)
  const vouchers = openVoucherTables(database)

  const parse = <T>(row: unknown): T | null => (row === undefined ? null : (JSON.parse((row as Row).data) as T))
  const parseAll = <T>(rows: unknown[]): T[] => rows.map((row) => JSON.parse((row as Row).data) as T)
  const page = <T>(rows: unknown[], limit: number): Page<T> => ({
    rows: parseAll<T>(rows.slice(0, limit)),
    next: rows.length > limit ? (rows[limit - 1] as Row).seq : null,
  })
  const first = (row: unknown): number | null => (row as { at: number | null } | undefined)?.at ?? null

  return {
    ...miniPrograms,
    ...refunds,
    ...sharing,
    ...vouchers,
    write: (work) => writer.write(work),
    trade: (mchid, outTradeNo) => parse(sql.trade.get(mchid, outTradeNo, 0)),
    combined: (mchid, outTradeNo) => parse(sql.trade.get(mchid, outTradeNo, 1)),
    tradeByTransaction: (id) => parse(sql.byTransaction.get(id)),
    tradeByPrepay: (id) => parse(sql.byPrepay.get(id)),
    trades(limit, before, filter = '') {
      const start = before ?? Number.MAX_SAFE_INTEGER
      if (filter === '') return page(sql.trades.all(start, limit + 1), limit)
      return page(sql.tradesLike.all(start, filter, filter.toUpperCase(), limit + 1), limit)
    },
    putTrade(trade) {
      const { kind, mchid, out_trade_no, prepay_id, transaction_id } = trade
      sql.putTrade.run(
        kind === 'combined' ? 1 : 0,
        mchid,
        out_trade_no,
        prepay_id === '' ? null : prepay_id,
        transaction_id,
        closesItselfAt(trade),
        JSON.stringify(trade),
      )
    },
    notice: (id) => parse(sql.notice.get(id)),
    notices: (limit, before) => page(sql.notices.all(before ?? Number.MAX_SAFE_INTEGER, limit + 1), limit),
    dueNotices: (now, limit) => sql.dueNotices.all(now, limit).map((row) => (row as { id: string }).id),
    wasOvertaken: ({ id, mchid }) => sql.overtaking.get(mchid, id) !== undefined,
    nextNoticeAt: () => first(sql.nextNotice.get()),
    noticesOf: (mchid, outTradeNo) => parseAll(sql.noticesOf.all(outTradeNo, mchid)),
    putNotice(notice) {
      const { id, mchid, out_trade_no, next_attempt_at } = notice
      sql.putNotice.run(id, mchid, out_trade_no, next_attempt_at, JSON.stringify(notice))
    },
    selfClosing: (now, limit) => parseAll(sql.selfClosing.all(now, limit)),
    nextSelfCloseAt: () => first(sql.nextSelfClose.get()),
    setting: (name) => (sql.setting.get(name) as { value: string } | undefined)?.value ?? null,
    putSetting: (name, value) => void sql.putSetting.run(name, value),
    faultRules: () => parseAll(sql.faults.all()),
    putFaultRule: (key, rule) => void sql.putFault.run(key, JSON.stringify(rule)),
    dropFaultRule: (key) => void sql.dropFault.run(key),
    addedMerchants: () => parseAll(sql.merchants.all()),
    addMerchant: (merchant) => void sql.addMerchant.run(merchant.mchid, JSON.stringify(merchant)),
    clear() {
      for (const table of ['trades', 'notices', 'settings', 'merchants', 'faults'])
        database.exec(`DELETE FROM ${table}`)
      miniPrograms.clearMiniPrograms()
      refunds.clearRefunds()
      sharing.clearSharing()
      vouchers.clearVouchers()
    },
    close: () => writer.close(),
  }
}

function prepareAll(database: Sqlite) {
  const prepare = (text: string) => database.prepare(text)
  return {
    trade: prepare('SELECT data FROM trades WHERE mchid = ? AND out_trade_no = ? AND is_combined = ?'),
    byTransaction: prepare('SELECT data FROM trades WHERE transaction_id = ?'),
    byPrepay: prepare('SELECT data FROM trades WHERE prepay_id = ?'),
    trades: prepare('SELECT seq, data FROM trades WHERE seq < ? ORDER BY seq DESC LIMIT ?'),
    tradesLike: prepare(
      `SELECT seq, data FROM trades WHERE seq < ?
       AND (instr(out_trade_no, ?) > 0 OR json_extract(data, '$.state') = ?) ORDER BY seq DESC LIMIT ?`,
    ),
    putTrade: prepare(
      `INSERT INTO trades (is_combined, mchid, out_trade_no, prepay_id, transaction_id, self_close_at, data)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (mchid, out_trade_no, is_combined) DO UPDATE SET prepay_id = excluded.prepay_id, data = excluded.data,
       transaction_id = excluded.transaction_id, self_close_at = excluded.self_close_at`,
    ),
    notice: prepare('SELECT data FROM notices WHERE id = ?'),
    notices: prepare('SELECT seq, data FROM notices WHERE seq < ? ORDER BY seq DESC LIMIT ?'),
    noticesOf: prepare('SELECT data FROM notices WHERE out_trade_no = ? AND mchid = ? ORDER BY seq LIMIT 200'),
    dueNotices: prepare('SELECT id FROM notices WHERE next_attempt_at <= ? ORDER BY next_attempt_at, seq LIMIT ?'),
    nextNotice: prepare('SELECT MIN(next_attempt_at) AS at FROM notices WHERE next_attempt_at IS NOT NULL'),
    putNotice: prepare(
      `INSERT INTO notices (id, mchid, out_trade_no, next_attempt_at, data) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET next_attempt_at = excluded.next_attempt_at, data = excluded.data`,
    ),
    selfClosing: prepare('SELECT data FROM trades WHERE self_close_at <= ? ORDER BY self_close_at LIMIT ?'),
    nextSelfClose: prepare('SELECT MIN(self_close_at) AS at FROM trades WHERE self_close_at IS NOT NULL'),
    setting: prepare('SELECT value FROM settings WHERE name = ?'),
    putSetting: prepare(
      'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ),
    overtaking: prepare(
      `SELECT 1 FROM notices WHERE mchid = ? AND seq > (SELECT seq FROM notices WHERE id = ?)
       AND json_array_length(data, '$.attempts') > 0 LIMIT 1`,
    ),
    faults: prepare('SELECT data FROM faults ORDER BY key'),
    putFault: prepare(
      'INSERT INTO faults (key, data) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET data = excluded.data',
    ),
    dropFault: prepare('DELETE FROM faults WHERE key = ?'),
    merchants: prepare('SELECT data FROM merchants ORDER BY mchid'),
    addMerchant: prepare('INSERT INTO merchants (mchid, data) VALUES (?, ?)'),
  }
}

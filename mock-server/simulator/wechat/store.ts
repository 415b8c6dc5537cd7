import { createWriter, openSqlite, type Sqlite } from '../../kit/sqlite'
import { closesItselfAt, type Trade } from './trade'
import type { MerchantIdentity } from './identity'

/** One delivery that was tried. Instants are virtual milliseconds. */
export interface Attempt {
  readonly number: number
  readonly at: number
  readonly request_headers: Readonly<Record<string, string>>
  readonly outcome: 'acknowledged' | 'refused' | 'timeout' | 'unreachable' | 'dropped'
  /** Null where no answer came. */
  readonly status: number | null
  readonly answer_body: string
  readonly latency_ms: number
}

/** A notification on its way. */
export interface Notice {
  readonly id: string
  readonly mchid: string
  readonly out_trade_no: string
  readonly notify_url: string
  readonly event_type: string
  readonly created_at: number
  /** The JSON that is sent, encrypted once. */
  readonly body: string
  readonly attempts: readonly Attempt[]
  /** How many of them the schedule made; a resend by hand is none of its. */
  readonly scheduled_attempts: number
  /** Null: delivered, or given up. */
  readonly next_attempt_at: number | null
}

export interface LoginCode {
  readonly appid: string
  readonly user: string
  readonly expires_at: number
}

export interface Page<T> {
  readonly rows: readonly T[]
  readonly next: number | null
}

/** The ledger. Reads are synchronous; a write is answered once it is on disk. */
export interface Store {
  write<T>(work: () => T): Promise<T>
  trade(mchid: string, outTradeNo: string): Trade | null
  tradeByTransaction(transactionId: string): Trade | null
  tradeByPrepay(prepayId: string): Trade | null
  /** Newest first; `before` pages on. */
  trades(limit: number, before: number | null): Page<Trade>
  /** Only inside `write`. */
  putTrade(trade: Trade): void
  notice(id: string): Notice | null
  notices(limit: number, before: number | null): Page<Notice>
  /** Ids, those that are due longest first. */
  dueNotices(now: number, limit: number): readonly string[]
  nextNoticeAt(): number | null
  putNotice(notice: Notice): void
  /** Unpaid trades that the service closes by itself up to `now`. */
  selfClosing(now: number, limit: number): readonly Trade[]
  nextSelfCloseAt(): number | null
  putCode(code: string, value: LoginCode): void
  /** Takes a code out; a second time there is none. */
  takeCode(code: string): LoginCode | 'used' | null
  /** The app that an openid belongs to. */
  appOfOpenid(openid: string): string | null
  putOpenid(openid: string, appid: string): void
  setting(name: string): string | null
  putSetting(name: string, value: string): void
  addedMerchants(): readonly MerchantIdentity[]
  addMerchant(merchant: MerchantIdentity): void
  clear(): void
  close(): Promise<void>
}

const schema = `
CREATE TABLE IF NOT EXISTS trades (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, mchid TEXT NOT NULL, out_trade_no TEXT NOT NULL, prepay_id TEXT NOT NULL,
  transaction_id TEXT, self_close_at INTEGER, data TEXT NOT NULL, UNIQUE (mchid, out_trade_no));
CREATE UNIQUE INDEX IF NOT EXISTS trades_prepay ON trades (prepay_id);
CREATE UNIQUE INDEX IF NOT EXISTS trades_transaction ON trades (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS trades_self_close ON trades (self_close_at) WHERE self_close_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS notices (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, next_attempt_at INTEGER, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS notices_next ON notices (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS codes (code TEXT PRIMARY KEY, used INTEGER NOT NULL DEFAULT 0, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS openids (openid TEXT PRIMARY KEY, appid TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS merchants (mchid TEXT PRIMARY KEY, data TEXT NOT NULL);`

/** Codes live five minutes; so many are remembered, to say of a used one that it was used. */
const codesMax = 10_000

interface Row {
  readonly seq: number
  readonly data: string
}

/** Opens (or makes) the ledger in a file, or in memory with `:memory:`. */
export function openStore(file: string): Store {
  const database = openSqlite(file)
  database.exec(schema)
  const writer = createWriter(database)
  const sql = prepareAll(database)

  const parse = <T>(row: unknown): T | null => (row === undefined ? null : (JSON.parse((row as Row).data) as T))
  const parseAll = <T>(rows: unknown[]): T[] => rows.map((row) => JSON.parse((row as Row).data) as T)
  const page = <T>(rows: unknown[], limit: number): Page<T> => ({
    rows: parseAll<T>(rows.slice(0, limit)),
    next: rows.length > limit ? (rows[limit - 1] as Row).seq : null,
  })
  const first = (row: unknown): number | null => (row as { at: number | null } | undefined)?.at ?? null

  return {
    write: (work) => writer.write(work),
    trade: (mchid, outTradeNo) => parse(sql.trade.get(mchid, outTradeNo)),
    tradeByTransaction: (id) => parse(sql.byTransaction.get(id)),
    tradeByPrepay: (id) => parse(sql.byPrepay.get(id)),
    trades: (limit, before) => page(sql.trades.all(before ?? Number.MAX_SAFE_INTEGER, limit + 1), limit),
    putTrade(trade) {
      const { mchid, out_trade_no, prepay_id, transaction_id } = trade
      sql.putTrade.run(mchid, out_trade_no, prepay_id, transaction_id, closesItselfAt(trade), JSON.stringify(trade))
    },
    notice: (id) => parse(sql.notice.get(id)),
    notices: (limit, before) => page(sql.notices.all(before ?? Number.MAX_SAFE_INTEGER, limit + 1), limit),
    dueNotices: (now, limit) => sql.dueNotices.all(now, limit).map((row) => (row as { id: string }).id),
    nextNoticeAt: () => first(sql.nextNotice.get()),
    putNotice: (notice) => void sql.putNotice.run(notice.id, notice.next_attempt_at, JSON.stringify(notice)),
    selfClosing: (now, limit) => parseAll(sql.selfClosing.all(now, limit)),
    nextSelfCloseAt: () => first(sql.nextSelfClose.get()),
    putCode(code, value) {
      sql.putCode.run(code, JSON.stringify(value))
      sql.forgetCodes.run(codesMax)
    },
    takeCode(code) {
      const row = sql.code.get(code) as (Row & { used: number }) | undefined
      if (row === undefined) return null
      if (row.used === 1) return 'used'
      sql.useCode.run(code)
      return JSON.parse(row.data) as LoginCode
    },
    appOfOpenid: (openid) => (sql.openid.get(openid) as { appid: string } | undefined)?.appid ?? null,
    putOpenid: (openid, appid) => void sql.putOpenid.run(openid, appid),
    setting: (name) => (sql.setting.get(name) as { value: string } | undefined)?.value ?? null,
    putSetting: (name, value) => void sql.putSetting.run(name, value),
    addedMerchants: () => parseAll(sql.merchants.all()),
    addMerchant: (merchant) => void sql.addMerchant.run(merchant.mchid, JSON.stringify(merchant)),
    clear() {
      for (const table of ['trades', 'notices', 'codes', 'openids', 'settings', 'merchants'])
        database.exec(`DELETE FROM ${table}`)
    },
    close: () => writer.close(),
  }
}

function prepareAll(database: Sqlite) {
  const prepare = (text: string) => database.prepare(text)
  return {
    trade: prepare('SELECT data FROM trades WHERE mchid = ? AND out_trade_no = ?'),
    byTransaction: prepare('SELECT data FROM trades WHERE transaction_id = ?'),
    byPrepay: prepare('SELECT data FROM trades WHERE prepay_id = ?'),
    trades: prepare('SELECT seq, data FROM trades WHERE seq < ? ORDER BY seq DESC LIMIT ?'),
    putTrade: prepare(
      `INSERT INTO trades (mchid, out_trade_no, prepay_id, transaction_id, self_close_at, data) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (mchid, out_trade_no) DO UPDATE SET prepay_id = excluded.prepay_id, data = excluded.data,
       transaction_id = excluded.transaction_id, self_close_at = excluded.self_close_at`,
    ),
    notice: prepare('SELECT data FROM notices WHERE id = ?'),
    notices: prepare('SELECT seq, data FROM notices WHERE seq < ? ORDER BY seq DESC LIMIT ?'),
    dueNotices: prepare('SELECT id FROM notices WHERE next_attempt_at <= ? ORDER BY next_attempt_at, seq LIMIT ?'),
    nextNotice: prepare('SELECT MIN(next_attempt_at) AS at FROM notices WHERE next_attempt_at IS NOT NULL'),
    putNotice: prepare(
      `INSERT INTO notices (id, next_attempt_at, data) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET next_attempt_at = excluded.next_attempt_at, data = excluded.data`,
    ),
    selfClosing: prepare('SELECT data FROM trades WHERE self_close_at <= ? ORDER BY self_close_at LIMIT ?'),
    nextSelfClose: prepare('SELECT MIN(self_close_at) AS at FROM trades WHERE self_close_at IS NOT NULL'),
    putCode: prepare('INSERT INTO codes (code, data) VALUES (?, ?)'),
    forgetCodes: prepare('DELETE FROM codes WHERE rowid <= (SELECT MAX(rowid) FROM codes) - ?'),
    code: prepare('SELECT 0 AS seq, used, data FROM codes WHERE code = ?'),
    useCode: prepare('UPDATE codes SET used = 1 WHERE code = ?'),
    openid: prepare('SELECT appid FROM openids WHERE openid = ?'),
    putOpenid: prepare('INSERT INTO openids (openid, appid) VALUES (?, ?) ON CONFLICT (openid) DO NOTHING'),
    setting: prepare('SELECT value FROM settings WHERE name = ?'),
    putSetting: prepare(
      'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ),
    merchants: prepare('SELECT data FROM merchants ORDER BY mchid'),
    addMerchant: prepare('INSERT INTO merchants (mchid, data) VALUES (?, ?)'),
  }
}

import { openSqliteOf } from '../../../kit/data-version'
import { createWriter } from '../../../kit/sqlite'
import type { QqProxiedCall } from '../../../wire/qq'
import { qqSteps } from './steps'

/** An order that went through the proxy. Instants are virtual milliseconds. */
export interface ProxiedOrder {
  readonly kind: QqProxiedCall['kind']
  /** `h5_url`, or V2's `mweb_url`. */
  readonly h5_url: string
  /** Of the QQ mini program. */
  readonly appid: string
  readonly mchid: string
  readonly out_trade_no: string
  /** Null: neither the order nor the console names one. */
  readonly real_notify_url: string | null
  readonly created_at: number
}

/** A notification that was passed on to the merchant. */
export interface Relay {
  readonly mchid: string
  readonly out_trade_no: string
  readonly real_notify_url: string | null
  readonly at: number
  readonly outcome: 'answered' | 'timeout' | 'unreachable' | 'unknown-order'
  /** Null where the merchant gave no answer. */
  readonly status: number | null
  readonly answer_body: string
  readonly latency_ms: number
}

export interface LoginCode {
  readonly appid: string
  readonly user: string
  readonly expires_at: number
}

export interface Page<T> {
  readonly rows: readonly T[]
  /** Hand it in as `before` for the next page; null on the last. */
  readonly next: number | null
}

/** What QQ remembers. Reads are synchronous; a write is answered once it is on disk. */
export interface Store {
  write<T>(work: () => T): Promise<T>
  /** Appid of a token that is alive. */
  appidOfToken(token: string, now: number): string | null
  /** A new token; the app's other ones end at `othersEndAt` at the latest. Only inside `write`, like all that put. */
  putToken(token: string, appid: string, expiresAt: number, othersEndAt: number): void
  putCode(code: string, value: LoginCode): void
  code(code: string): LoginCode | null
  /** A code is good once. */
  dropCode(code: string): void
  putOrder(order: ProxiedOrder): void
  /** The last order under a merchant's number: each repetition may name another address. */
  orderByNumber(mchid: string, outTradeNo: string): ProxiedOrder | null
  orderByUrl(appid: string, h5Url: string): ProxiedOrder | null
  orders(limit: number, before: number | null): Page<ProxiedOrder>
  putRelay(relay: Relay): void
  relays(limit: number, before: number | null): Page<Relay>
  setting(name: string): string | null
  putSetting(name: string, value: string): void
  clear(): void
  close(): Promise<void>
}

/** Entries kept at most: codes live five minutes and tokens two hours, so older ones are useless. */
const codesMax = 10_000
const tokensMax = 10_000

interface Row {
  readonly seq: number
  readonly data: string
}

/** Opens (or makes) the store in a file, or in memory with `:memory:`. */
export function openStore(file: string): Store {
  const database = openSqliteOf(file, qqSteps)
  const writer = createWriter(database)
  const prepare = (text: string) => database.prepare(text)
  const sql = {
    token: prepare('SELECT appid FROM tokens WHERE token = ? AND expires_at > ?'),
    shorten: prepare('UPDATE tokens SET expires_at = MIN(expires_at, ?) WHERE appid = ?'),
    putToken: prepare('INSERT INTO tokens (token, appid, expires_at) VALUES (?, ?, ?)'),
    putCode: prepare('INSERT INTO codes (code, data, expires_at) VALUES (?, ?, ?)'),
    forgetCodes: prepare('DELETE FROM codes WHERE rowid <= (SELECT MAX(rowid) FROM codes) - ?'),
    forgetTokens: prepare('DELETE FROM tokens WHERE rowid <= (SELECT MAX(rowid) FROM tokens) - ?'),
    code: prepare('SELECT 0 AS seq, data FROM codes WHERE code = ?'),
    dropCode: prepare('DELETE FROM codes WHERE code = ?'),
    putOrder: prepare('INSERT INTO orders (appid, h5_url, mchid, out_trade_no, data) VALUES (?, ?, ?, ?, ?)'),
    byNumber: prepare('SELECT seq, data FROM orders WHERE mchid = ? AND out_trade_no = ? ORDER BY seq DESC LIMIT 1'),
    byUrl: prepare('SELECT seq, data FROM orders WHERE h5_url = ? AND appid = ? ORDER BY seq DESC LIMIT 1'),
    orders: prepare('SELECT seq, data FROM orders WHERE seq < ? ORDER BY seq DESC LIMIT ?'),
    putRelay: prepare('INSERT INTO relays (data) VALUES (?)'),
    relays: prepare('SELECT seq, data FROM relays WHERE seq < ? ORDER BY seq DESC LIMIT ?'),
    setting: prepare('SELECT value FROM settings WHERE name = ?'),
    putSetting: prepare(
      'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ),
  }
  const parse = <T>(row: unknown): T | null => (row === undefined ? null : (JSON.parse((row as Row).data) as T))
  const page = <T>(rows: readonly unknown[], limit: number): Page<T> => ({
    rows: rows.slice(0, limit).map((row) => JSON.parse((row as Row).data) as T),
    next: rows.length > limit ? (rows[limit - 1] as Row).seq : null,
  })

  return {
    write: (work) => writer.write(work),
    appidOfToken: (token, now) => (sql.token.get(token, now) as { appid: string } | undefined)?.appid ?? null,
    putToken(token, appid, expiresAt, othersEndAt) {
      sql.shorten.run(othersEndAt, appid)
      sql.putToken.run(token, appid, expiresAt)
      sql.forgetTokens.run(tokensMax)
    },
    putCode(code, value) {
      sql.putCode.run(code, JSON.stringify(value), value.expires_at)
      sql.forgetCodes.run(codesMax)
    },
    code: (code) => parse(sql.code.get(code)),
    dropCode: (code) => void sql.dropCode.run(code),
    putOrder(order) {
      sql.putOrder.run(order.appid, order.h5_url, order.mchid, order.out_trade_no, JSON.stringify(order))
    },
    orderByNumber: (mchid, outTradeNo) => parse(sql.byNumber.get(mchid, outTradeNo)),
    orderByUrl: (appid, h5Url) => parse(sql.byUrl.get(h5Url, appid)),
    orders: (limit, before) => page(sql.orders.all(before ?? Number.MAX_SAFE_INTEGER, limit + 1), limit),
    putRelay: (relay) => void sql.putRelay.run(JSON.stringify(relay)),
    relays: (limit, before) => page(sql.relays.all(before ?? Number.MAX_SAFE_INTEGER, limit + 1), limit),
    setting: (name) => (sql.setting.get(name) as { value: string } | undefined)?.value ?? null,
    putSetting: (name, value) => void sql.putSetting.run(name, value),
    clear() {
      for (const table of ['tokens', 'codes', 'orders', 'relays', 'settings']) database.exec(`DELETE FROM ${table}`)
    },
    close: () => writer.close(),
  }
}

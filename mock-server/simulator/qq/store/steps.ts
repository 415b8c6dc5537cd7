import type { SqliteStep } from '../../../kit/data-version'
import type { Sqlite } from '../../../kit/sqlite'

/** The shape of QQ's store, step by step. Never edit a step that has run anywhere: add another. */
export const qqSteps: readonly SqliteStep[] = [createFirst]

/** `IF NOT EXISTS`: files from before steps were counted have all of it. */
const first = `
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, appid TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS codes (code TEXT PRIMARY KEY, data TEXT NOT NULL, expires_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS orders (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, appid TEXT NOT NULL, h5_url TEXT NOT NULL, mchid TEXT NOT NULL,
  out_trade_no TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS orders_number ON orders (mchid, out_trade_no, seq);
CREATE INDEX IF NOT EXISTS orders_url ON orders (h5_url);
CREATE TABLE IF NOT EXISTS relays (seq INTEGER PRIMARY KEY AUTOINCREMENT, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);`

function createFirst(database: Sqlite): void {
  database.exec(first)
}

import type { SqliteStep } from '../../../kit/data-version'
import type { Sqlite } from '../../../kit/sqlite'

/** The shape of the ledger, step by step. Never edit a step that has run anywhere: add another. */
export const ledgerSteps: readonly SqliteStep[] = [createFirst, addUnfreezings, addVouchers]

/** `IF NOT EXISTS`: files from before steps were counted have all of it. */
const first = `
CREATE TABLE IF NOT EXISTS trades (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, is_combined INTEGER NOT NULL, mchid TEXT NOT NULL, out_trade_no TEXT NOT NULL,
  prepay_id TEXT, transaction_id TEXT, self_close_at INTEGER, data TEXT NOT NULL,
  UNIQUE (mchid, out_trade_no, is_combined));
CREATE UNIQUE INDEX IF NOT EXISTS trades_prepay ON trades (prepay_id) WHERE prepay_id IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS trades_transaction ON trades (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS trades_self_close ON trades (self_close_at) WHERE self_close_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS trades_paid ON trades (mchid, json_extract(data, '$.paid_at')) WHERE transaction_id IS NOT NULL;
CREATE TABLE IF NOT EXISTS notices (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, mchid TEXT NOT NULL, out_trade_no TEXT NOT NULL,
  next_attempt_at INTEGER, data TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS notices_trade ON notices (out_trade_no, mchid);
CREATE INDEX IF NOT EXISTS notices_next ON notices (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS faults (key TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS merchants (mchid TEXT PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refunds (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, mchid TEXT NOT NULL, out_refund_no TEXT NOT NULL, refund_id TEXT NOT NULL UNIQUE,
  out_trade_no TEXT NOT NULL, is_partner INTEGER NOT NULL, amount INTEGER NOT NULL, created_at INTEGER NOT NULL,
  due_at INTEGER, closed_at INTEGER, data TEXT NOT NULL, UNIQUE (mchid, out_refund_no));
CREATE INDEX IF NOT EXISTS refunds_trade ON refunds (mchid, out_trade_no);
CREATE INDEX IF NOT EXISTS refunds_due ON refunds (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS refunds_created ON refunds (mchid, created_at);
CREATE INDEX IF NOT EXISTS refunds_closed ON refunds (mchid, closed_at) WHERE closed_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS personal_codes (code TEXT PRIMARY KEY, is_used INTEGER NOT NULL DEFAULT 0, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS openids (openid TEXT PRIMARY KEY, appid TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (openid TEXT PRIMARY KEY, session_key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS blocked_users (user TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS access_tokens (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, appid TEXT NOT NULL, kind TEXT NOT NULL,
  issued_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, is_forced INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS access_tokens_app ON access_tokens (appid, kind, seq);
CREATE TABLE IF NOT EXISTS shippings (
  mchid TEXT NOT NULL, out_trade_no TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (mchid, out_trade_no));`

function createFirst(database: Sqlite): void {
  if (isOfFirstWeeks(database)) database.exec(setAside)
  database.exec(first)
}

function addUnfreezings(database: Sqlite): void {
  database.exec(`
CREATE TABLE unfreezings (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, mchid TEXT NOT NULL, out_order_no TEXT NOT NULL, transaction_id TEXT NOT NULL,
  data TEXT NOT NULL, UNIQUE (mchid, out_order_no));
CREATE INDEX unfreezings_trade ON unfreezings (mchid, transaction_id);`)
}

/** Wallets with vouchers. Orders and refunds from before then were paid in money. */
function addVouchers(database: Sqlite): void {
  database.exec(`
CREATE TABLE vouchers (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, coupon_id TEXT NOT NULL UNIQUE, user TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX vouchers_user ON vouchers (user, seq);
UPDATE trades SET data = json_set(data, '$.vouchers', json('[]'));
UPDATE refunds SET data = json_set(data, '$.payer_total', json_extract(data, '$.total'),
  '$.settlement_total', json_extract(data, '$.total'), '$.payer_refund', json_extract(data, '$.refund'),
  '$.promotions', json('[]'));`)
}

/** Before combined orders and V2, trades had another shape, which nothing reads any more. */
function isOfFirstWeeks(database: Sqlite): boolean {
  const columns = database.prepare("SELECT name FROM pragma_table_info('trades')").all() as { name: string }[]
  return columns.length > 0 && !columns.some(({ name }) => name === 'is_combined')
}

/** Keeps the rows under other names. Indices would keep their names with them. */
const setAside = `
DROP INDEX IF EXISTS trades_prepay;
DROP INDEX IF EXISTS trades_transaction;
DROP INDEX IF EXISTS trades_self_close;
DROP INDEX IF EXISTS notices_next;
ALTER TABLE trades RENAME TO first_trades;
ALTER TABLE notices RENAME TO first_notices;
ALTER TABLE merchants RENAME TO first_merchants;`

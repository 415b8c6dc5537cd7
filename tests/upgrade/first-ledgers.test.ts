import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'libsql'
import { createWechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'

/** Tables of the first weeks, as commit f8a215b made them: no combined orders, no V2. */
const firstLedger = `
CREATE TABLE trades (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, mchid TEXT NOT NULL, out_trade_no TEXT NOT NULL, prepay_id TEXT NOT NULL,
  transaction_id TEXT, self_close_at INTEGER, data TEXT NOT NULL, UNIQUE (mchid, out_trade_no));
CREATE UNIQUE INDEX trades_prepay ON trades (prepay_id);
CREATE UNIQUE INDEX trades_transaction ON trades (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE INDEX trades_self_close ON trades (self_close_at) WHERE self_close_at IS NOT NULL;
CREATE TABLE notices (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, next_attempt_at INTEGER, data TEXT NOT NULL);
CREATE INDEX notices_next ON notices (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE TABLE codes (code TEXT PRIMARY KEY, used INTEGER NOT NULL DEFAULT 0, data TEXT NOT NULL);
CREATE TABLE openids (openid TEXT PRIMARY KEY, appid TEXT NOT NULL);
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE merchants (mchid TEXT PRIMARY KEY, data TEXT NOT NULL);
INSERT INTO trades (mchid, out_trade_no, prepay_id, data) VALUES ('1600000000', 'of-the-first-weeks', 'wx1', '{}');
INSERT INTO settings VALUES ('clock', '3600000');`

it('starts on a ledger of the first weeks, and keeps its rows under another name', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ledger-'))
  const file = path.join(folder, 'wechat.db')
  const database = new Database(file)
  database.exec(firstLedger)
  database.close()
  for (let start = 0; start < 2; start += 1) {
    const wechat = await createWechatSimulator({ dataFile: file })
    const answer = await fetch(`${wechat.controlUrl}/control/trades`)
    expect(await answer.json()).toEqual({ trades: [], next: null })
    // Time goes on where it was.
    expect(wechat.now() - Date.now()).toBeGreaterThan(3_500_000)
    await wechat.close()
  }
  const after = new Database(file)
  expect(after.prepare('SELECT out_trade_no FROM first_trades').all()).toEqual([{ out_trade_no: 'of-the-first-weeks' }])
  after.close()
  rmSync(folder, { recursive: true })
})

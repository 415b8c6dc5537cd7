import type { Sqlite } from '../../../kit/sqlite'
import type { Shipping } from '../domain/shipping-rules'

/** What a code was made for: one of `wx.login`, or one of the phone number button. They do not stand for each other. */
export type CodePurpose = 'login' | 'phone'

export interface PersonalCode {
  readonly purpose: CodePurpose
  readonly appid: string
  readonly user: string
  readonly expires_at: number
}

/** A server token (接口调用凭据). `plain` and `stable` ones do not touch each other. */
export interface AccessToken {
  readonly token: string
  readonly appid: string
  readonly kind: 'plain' | 'stable'
  readonly issued_at: number
  readonly expires_at: number
  /** When it ends: earlier than `expires_at` once another one replaced it. */
  readonly ends_at: number
  /** A stable token made for force_refresh. */
  readonly is_forced: boolean
}

/** What WeChat keeps about mini programs and their people. All that puts or changes: only inside `write`. */
export interface MiniProgramTables {
  putCode(code: string, value: PersonalCode): void
  code(code: string): (PersonalCode & { readonly isUsed: boolean }) | null
  useCode(code: string): void
  /** The app that an openid belongs to. */
  appOfOpenid(openid: string): string | null
  putOpenid(openid: string, appid: string): void
  sessionKey(openid: string): string | null
  putSession(openid: string, sessionKey: string): void
  isBlocked(user: string): boolean
  setBlocked(user: string, isBlocked: boolean): void
  blocked(): readonly string[]
  token(token: string): AccessToken | null
  latestToken(appid: string, kind: AccessToken['kind']): AccessToken | null
  /** When force_refresh was obeyed since an instant, the last one first. */
  forcedSince(appid: string, since: number): readonly number[]
  /** A new token; the app's others of this kind end at `othersEndAt` at the latest. */
  putToken(token: AccessToken, othersEndAt: number): void
  shipping(mchid: string, outTradeNo: string): Shipping | null
  putShipping(mchid: string, outTradeNo: string, shipping: Shipping): void
  clearMiniPrograms(): void
}

/** Entries kept at most: codes live five minutes and tokens two hours, so older ones are useless. */
const keptMax = 10_000

/** Reads and writes the tables of an open ledger. */
export function openMiniProgramTables(database: Sqlite): MiniProgramTables {
  const prepare = (text: string) => database.prepare(text)
  const forget = (table: string) => prepare(`DELETE FROM ${table} WHERE rowid <= (SELECT MAX(rowid) FROM ${table}) - ?`)
  const sql = {
    putCode: prepare('INSERT INTO personal_codes (code, data) VALUES (?, ?)'),
    forgetCodes: forget('personal_codes'),
    code: prepare('SELECT is_used, data FROM personal_codes WHERE code = ?'),
    useCode: prepare('UPDATE personal_codes SET is_used = 1 WHERE code = ?'),
    openid: prepare('SELECT appid FROM openids WHERE openid = ?'),
    putOpenid: prepare('INSERT INTO openids (openid, appid) VALUES (?, ?) ON CONFLICT (openid) DO NOTHING'),
    session: prepare('SELECT session_key FROM sessions WHERE openid = ?'),
    putSession: prepare(
      'INSERT INTO sessions (openid, session_key) VALUES (?, ?) ON CONFLICT (openid) DO UPDATE SET session_key = excluded.session_key',
    ),
    isBlocked: prepare('SELECT 1 FROM blocked_users WHERE user = ?'),
    block: prepare('INSERT INTO blocked_users (user) VALUES (?) ON CONFLICT (user) DO NOTHING'),
    unblock: prepare('DELETE FROM blocked_users WHERE user = ?'),
    blocked: prepare('SELECT user FROM blocked_users ORDER BY user'),
    token: prepare('SELECT * FROM access_tokens WHERE token = ?'),
    latest: prepare('SELECT * FROM access_tokens WHERE appid = ? AND kind = ? ORDER BY seq DESC LIMIT 1'),
    forced: prepare(
      'SELECT issued_at FROM access_tokens WHERE appid = ? AND is_forced = 1 AND issued_at >= ? ORDER BY seq DESC',
    ),
    shorten: prepare('UPDATE access_tokens SET ends_at = MIN(ends_at, ?) WHERE appid = ? AND kind = ?'),
    putToken: prepare(
      'INSERT INTO access_tokens (token, appid, kind, issued_at, expires_at, ends_at, is_forced) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    forgetTokens: forget('access_tokens'),
    shipping: prepare('SELECT data FROM shippings WHERE mchid = ? AND out_trade_no = ?'),
    putShipping: prepare(
      `INSERT INTO shippings (mchid, out_trade_no, data) VALUES (?, ?, ?)
       ON CONFLICT (mchid, out_trade_no) DO UPDATE SET data = excluded.data`,
    ),
  }
  const toToken = (row: unknown): AccessToken | null => {
    if (row === undefined) return null
    const { is_forced, ...rest } = row as Omit<AccessToken, 'is_forced'> & { is_forced: number }
    return { ...rest, is_forced: is_forced === 1 }
  }

  return {
    putCode(code, value) {
      sql.putCode.run(code, JSON.stringify(value))
      sql.forgetCodes.run(keptMax)
    },
    code(code) {
      const row = sql.code.get(code) as { is_used: number; data: string } | undefined
      return row === undefined ? null : { ...(JSON.parse(row.data) as PersonalCode), isUsed: row.is_used === 1 }
    },
    useCode: (code) => void sql.useCode.run(code),
    appOfOpenid: (openid) => (sql.openid.get(openid) as { appid: string } | undefined)?.appid ?? null,
    putOpenid: (openid, appid) => void sql.putOpenid.run(openid, appid),
    sessionKey: (openid) => (sql.session.get(openid) as { session_key: string } | undefined)?.session_key ?? null,
    putSession: (openid, sessionKey) => void sql.putSession.run(openid, sessionKey),
    isBlocked: (user) => sql.isBlocked.get(user) !== undefined,
    setBlocked: (user, isBlocked) => void (isBlocked ? sql.block : sql.unblock).run(user),
    blocked: () => sql.blocked.all().map((row) => (row as { user: string }).user),
    token: (token) => toToken(sql.token.get(token)),
    latestToken: (appid, kind) => toToken(sql.latest.get(appid, kind)),
    forcedSince: (appid, since) => sql.forced.all(appid, since).map((row) => (row as { issued_at: number }).issued_at),
    putToken({ token, appid, kind, issued_at, expires_at, ends_at, is_forced }, othersEndAt) {
      sql.shorten.run(othersEndAt, appid, kind)
      sql.putToken.run(token, appid, kind, issued_at, expires_at, ends_at, is_forced ? 1 : 0)
      sql.forgetTokens.run(keptMax)
    },
    shipping(mchid, outTradeNo) {
      const row = sql.shipping.get(mchid, outTradeNo) as { data: string } | undefined
      return row === undefined ? null : (JSON.parse(row.data) as Shipping)
    },
    putShipping: (mchid, outTradeNo, shipping) => void sql.putShipping.run(mchid, outTradeNo, JSON.stringify(shipping)),
    clearMiniPrograms() {
      for (const table of ['personal_codes', 'openids', 'sessions', 'blocked_users', 'access_tokens', 'shippings'])
        database.exec(`DELETE FROM ${table}`)
    },
  }
}

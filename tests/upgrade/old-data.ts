import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Database from 'libsql'
import { createTestSchema, type TestSchema } from '../support/postgres'

/** Fresh copies of the data that version d558558 left behind; see the README beside it. */

const source = path.join(__dirname, 'data-of-d558558')

interface Guests {
  /** The wall clock of the moment at which the servers were killed. */
  readonly stoppedAtMs: number
  /** Guests' sessions, which a browser keeps: order number to token. */
  readonly guests: Readonly<Record<string, string>>
}

export const { stoppedAtMs, guests } = JSON.parse(readFileSync(path.join(source, 'guests.json'), 'utf8')) as Guests

/** Private keys stand in the repository under a name that no scanner of secrets takes for one. */
function read(name: string): string {
  return readFileSync(path.join(source, name), 'utf8').replaceAll('SIMULATED KEY-----', 'PRIVATE KEY-----')
}

const wallNow = Date.now.bind(Date)

/** The wall clock goes on from the moment of the kill: certificates end, whenever these tests run. Jest restores it. */
export function goBackTo(atMs: number): void {
  const shiftMs = wallNow() - atMs
  jest.spyOn(Date, 'now').mockImplementation(() => wallNow() - shiftMs)
}

export interface OldFolder {
  readonly folder: string
  readonly file: (name: string) => string
  remove(): void
}

/** `.data` as `npm run mock` kept it, or the files of both shops and the simulators before them. */
export function copyFolder(name: 'mock' | 'shops'): OldFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'upgrade-'))
  const file = (of: string): string => path.join(folder, of)
  mkdirSync(folder, { recursive: true })
  writeFileSync(file('installation.json'), read('installation.json'))
  const databases = name === 'mock' ? ['wechat', 'qq', 'merchant'] : ['wechat', 'qq', 'v2-merchant']
  for (const database of databases) restore(file(`${database}.db`), read(`${name}/${database}.sql`))
  if (name === 'mock') for (const pem of ['ca.pem', 'ca_key.pem']) writeFileSync(file(pem), read(`mock/${pem}`))
  return { folder, file, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function restore(file: string, dump: string): void {
  const database = new Database(file)
  // The dump names its tables in the order of the alphabet.
  database.exec('PRAGMA foreign_keys = OFF')
  database.exec(dump)
  database.close()
}

/** The shop's PostgreSQL database, in a schema of its own. */
export async function copyPostgres(): Promise<TestSchema> {
  const schema = await createTestSchema()
  await schema.query(read('shops/postgres.sql').replaceAll('old_shop', schema.name))
  return schema
}

/** Reads a shop's database before the shop is started on it. */
export type Ask = <T>(text: string) => Promise<readonly T[]>

export function askFile(file: string): Ask {
  return async <T>(text: string) => {
    const database = new Database(file)
    try {
      return database.prepare(text).all() as T[]
    } finally {
      database.close()
    }
  }
}

export interface OldOrder {
  readonly id: number
  readonly orderNo: string
  readonly status: string
  readonly client: 'weapp' | 'qq' | 'h5'
  readonly totalFen: number
  readonly couponId: number | null
  readonly points: number
  readonly userId: number
}
export interface OldAttempt {
  readonly orderId: number
  readonly outTradeNo: string
  readonly client: 'weapp' | 'qq' | 'h5'
  readonly status: string
  /** The prepay_id, or a link with it. */
  readonly instruction: string | null
}
export interface OldRefund {
  readonly refundNo: string
  readonly orderId: number
  readonly status: string
  readonly amountFen: number
}
export interface OldHold {
  readonly id: number
  readonly outTradeNo: string
  readonly transactionId: string
  readonly reason: string
}

/** What the shop's tables held at the kill. */
export interface OldRows {
  readonly orders: readonly OldOrder[]
  readonly attempts: readonly OldAttempt[]
  readonly refunds: readonly OldRefund[]
  readonly holds: readonly OldHold[]
  readonly balances: readonly { readonly userId: number; readonly balance: number }[]
  readonly jobs: readonly { readonly id: number; readonly subject: string; readonly status: string }[]
}

export async function readRows(ask: Ask): Promise<OldRows> {
  const all = <T>(table: string) => ask<T>(`select * from "${table}" order by id`)
  return {
    orders: (await all<OldOrder & { id: number | string }>('orders')).map(withNumbers),
    attempts: (await all<OldAttempt>('attempts')).map(withNumbers),
    refunds: (await all<OldRefund>('refunds')).map(withNumbers),
    holds: (await all<OldHold>('holds')).map(withNumbers),
    balances: (await ask<OldRows['balances'][number]>('select * from "pointAccounts"')).map(withNumbers),
    jobs: (await all<OldRows['jobs'][number]>('jobs')).map(withNumbers),
  }
}

/** PostgreSQL's client gives 64-bit numbers as text. */
function withNumbers<T extends object>(row: T): T {
  const numeric = ['id', 'orderId', 'userId', 'couponId', 'balance']
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      numeric.includes(name) && typeof value === 'string' ? Number(value) : (value as unknown),
    ]),
  ) as T
}

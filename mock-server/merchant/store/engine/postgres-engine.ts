import { Kysely, sql } from 'kysely'
import { Pool, types, type ClientConfig } from 'pg'
import type { Engine, HitCounter } from './engine'
import { migrate } from '../migrations/migrations'
import { OwnSchemaDialect } from './own-schema'
import { createPostgresBroadcast } from './postgres-broadcast'
import { createPostgresLock } from './postgres-lock'
import { onLoss } from './postgres-loss'
import type { Tables } from '../schema'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; `?options=-csearch_path%3Dname` chooses a schema. */
  readonly url: string
  /** Connections of this process, in addition to one for locks. Default 16. */
  readonly poolSize?: number
  /** Called when a connection is lost, idle or in use: what ran on it fails, and the next use opens another. */
  readonly onConnectionLost?: (error: unknown) => void
}

/** Transactions that conflict with another are run again. */
const triesMax = 12
const retryAfter: ReadonlySet<unknown> = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '23505', // unique_violation: another process stored the same row, and the next try finds it
])
/** A unique violation that remains after these tries is a defect of ours. */
const uniqueTriesMax = 3

/**
 * Connects and migrates the database. Any number of processes may do so at once.
 * @throws NewerDataError
 */
export async function openPostgresEngine({ url, poolSize = 16, onConnectionLost }: PostgresOptions): Promise<Engine> {
  const connection: ClientConfig = {
    connectionString: url,
    application_name: 'merchant',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // A process that hangs in a transaction must not block the others forever.
    idle_in_transaction_session_timeout: 30_000,
    types: { getTypeParser: numbersAsNumbers },
  }
  const pool = new Pool({ ...connection, max: poolSize })
  // The pool listens only to connections that nobody uses.
  pool.on('connect', (client) => onLoss(client, (error) => onConnectionLost?.(error)))
  // Told above. Without a listener the pool would end the process as well.
  pool.on('error', () => {})
  const db = new Kysely<Tables>({ dialect: new OwnSchemaDialect({ pool }) })
  try {
    const schema = await currentSchema(db)
    await migrate(db, { kind: 'postgres', schema, name: `The PostgreSQL schema ${schema}` })
    const { lock, close: closeLock } = createPostgresLock({ connection, space: schema, onConnectionLost })
    let isClosed = false
    return {
      db,
      transact: (work) => transact(db, work),
      lock,
      hits: createHitCounter(db),
      broadcast: createPostgresBroadcast({ db, connection, space: schema, onConnectionLost }),
      async close() {
        if (isClosed) return
        isClosed = true
        await closeLock()
        await db.destroy()
      },
    }
  } catch (error) {
    await db.destroy()
    throw error
  }
}

async function currentSchema(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(db)
  const name = rows[0]?.name ?? null
  if (name === null) throw new Error('The schema that the search_path of DATABASE_URL names does not exist.')
  return name
}

async function transact<T>(db: Kysely<Tables>, work: (transaction: Kysely<Tables>) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      const code = (error as { code?: unknown }).code
      if (!retryAfter.has(code) || tries >= (code === '23505' ? uniqueTriesMax : triesMax)) throw error
      await new Promise((again) => setTimeout(again, Math.random() * 2 ** Math.min(tries, 7)))
    }
  }
}

/** Reads BIGINT and NUMERIC as numbers: ours are ids, instants and fen, all far below 2^53. */
const numbersAsNumbers = ((oid: number, format?: 'text' | 'binary') => {
  if (oid !== types.builtins.INT8 && oid !== types.builtins.NUMERIC) return types.getTypeParser(oid, format as 'text')
  return (text: string): number => {
    const value = Number(text)
    if (oid === types.builtins.INT8 && !Number.isSafeInteger(value)) throw new Error(`${text} is beyond 2^53.`)
    return value
  }
}) as typeof types.getTypeParser

/** Counts in an unlogged table: writes do not wait for the disk, and a crash of the database loses the counts. */
function createHitCounter(db: Kysely<Tables>): HitCounter {
  return {
    async add(key, windowMs) {
      const { rows } = await sql<{ count: number; endsAtMs: number; nowMs: number }>`
        insert into "hits" as h ("key", "count", "endsAtMs")
        values (${key}, 1, (extract(epoch from clock_timestamp()) * 1000)::bigint + ${windowMs}::bigint)
        on conflict ("key") do update set
          "count" = case when h."endsAtMs" <= excluded."endsAtMs" - ${windowMs}::bigint then 1 else h."count" + 1 end,
          "endsAtMs" = case
            when h."endsAtMs" <= excluded."endsAtMs" - ${windowMs}::bigint then excluded."endsAtMs" else h."endsAtMs"
          end
        returning "count", "endsAtMs", (extract(epoch from clock_timestamp()) * 1000)::bigint as "nowMs"`.execute(db)
      const [row] = rows
      if (!row) throw new Error('The count of a rate limit was not returned.')
      return { count: row.count, endsInMs: Math.max(0, row.endsAtMs - row.nowMs) }
    },
    async forget() {
      await sql`delete from "hits" where "endsAtMs" < (extract(epoch from clock_timestamp()) * 1000)::bigint`.execute(
        db,
      )
    },
  }
}

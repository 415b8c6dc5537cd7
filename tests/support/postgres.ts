import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

/** A real PostgreSQL for the tests that need one. */

const url = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test'

/** Jest wants to know what it will run before it runs anything: asked once, in a process that can be waited for. */
function whyUnreachable(): string | null {
  const script = `const { Client } = require('pg')
    const client = new Client({ connectionString: process.argv[1], connectionTimeoutMillis: 3000 })
    client.connect().then(() => client.end()).catch((e) => { process.stderr.write(e.message || e.code); process.exit(1) })`
  const { status, stderr } = spawnSync(process.execPath, ['-e', script, url], { encoding: 'utf8', cwd: __dirname })
  return status === 0 ? null : `no PostgreSQL at ${url.replace(/:[^:@/]*@/, ':…@')}: ${stderr.trim()}`
}

/** Asked once; undefined before. */
let skipReason: string | null | undefined

/** `describe` where PostgreSQL answers. Where none does the suite is skipped and says why; CI must have one. */
export function describeOnPostgres(name: string, body: () => void): void {
  if (process.env.CI === undefined) skipReason ??= whyUnreachable()
  if (typeof skipReason !== 'string') return describe(name, body)
  process.stderr.write(`skipped: ${name} (${skipReason})\n`)
  describe.skip(`${name} (${skipReason})`, body)
}

/** Whether the merchant's tests shall all run on PostgreSQL: `TEST_MERCHANT_ENGINE=postgres`. */
export const isPostgresWanted = process.env.TEST_MERCHANT_ENGINE === 'postgres'

export interface TestSchema {
  readonly name: string
  /** Leads into an empty schema of its own. */
  readonly url: string
  query<T>(text: string): Promise<T[]>
  /** Deletes all rows but those of the migrations, and counts ids from one again: cheaper than another schema. */
  empty(): Promise<void>
  drop(): Promise<void>
}

/** Tables in the order of their making, backwards: the later refer to the earlier. */
const emptyAll = `do $$
  declare part record;
  begin
    for part in
      select oid, relname, relkind from pg_class
      where relnamespace = current_schema()::regnamespace and relname not in ('migrations', 'migrationLock')
      order by oid desc
    loop
      if part.relkind = 'r' then execute format('delete from %I', part.relname); end if;
      if part.relkind = 'S' then perform setval(part.oid::regclass, 1, false); end if;
    end loop;
  end $$`

/** No test cuts the power of PostgreSQL: its commits need not wait for the disk. A client that dies loses nothing by it. */
const withoutWaiting = '-csynchronous_commit=off'

export async function createTestSchema(): Promise<TestSchema> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const client = new Client({ connectionString: url, options: withoutWaiting })
  await client.connect()
  await client.query(`create schema ${name}`)
  await client.query(`set search_path to ${name}`)
  const own = new URL(url)
  own.searchParams.set('options', `-csearch_path=${name} ${withoutWaiting}`)
  return {
    name,
    url: own.href,
    query: async <T>(text: string) => (await client.query(text)).rows as T[],
    empty: async () => void (await client.query(emptyAll)),
    async drop() {
      await client.query(`drop schema ${name} cascade`)
      await client.end()
    },
  }
}

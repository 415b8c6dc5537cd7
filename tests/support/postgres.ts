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
  drop(): Promise<void>
}

export async function createTestSchema(): Promise<TestSchema> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`create schema ${name}`)
  await client.query(`set search_path to ${name}`)
  const own = new URL(url)
  own.searchParams.set('options', `-csearch_path=${name}`)
  return {
    name,
    url: own.href,
    query: async <T>(text: string) => (await client.query(text)).rows as T[],
    async drop() {
      await client.query(`drop schema ${name} cascade`)
      await client.end()
    },
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { catalogue } from '../../../../../mock-server/merchant/domain/catalogue'
import type { Store } from '../../../../../mock-server/merchant/store/port'
import { openPostgresEngine } from '../../../../../mock-server/merchant/store/engine/postgres-engine'
import { createSqlStore } from '../../../../../mock-server/merchant/store/sql-store'
import { openSqliteEngine } from '../../../../../mock-server/merchant/store/engine/sqlite-engine'
import { createTestSchema, describeOnPostgres } from '../../../../support/postgres'

/** An empty database, opened as often as a test likes: on PostgreSQL each opening is like another process. */
export interface TestDatabase {
  open(options?: { readonly initialStock?: number }): Promise<Store>
  /** Rows of a table, as whatever tool would show them. */
  drop(): Promise<void>
}

export interface EngineUnderTest {
  readonly name: string
  readonly describe: (name: string, body: () => void) => void
  create(): Promise<TestDatabase>
}

const goods = catalogue

export const engines: readonly EngineUnderTest[] = [
  {
    name: 'SQLite',
    describe,
    async create() {
      const folder = mkdtempSync(path.join(tmpdir(), 'store-'))
      const opened: Store[] = []
      return {
        async open({ initialStock = 1000 } = {}) {
          const engine = await openSqliteEngine(path.join(folder, 'shop.db'))
          const store = await createSqlStore(engine, { goods, initialStock })
          opened.push(store)
          return store
        },
        async drop() {
          for (const store of opened) await store.close()
          rmSync(folder, { recursive: true })
        },
      }
    },
  },
  {
    name: 'PostgreSQL',
    describe: describeOnPostgres,
    async create() {
      const schema = await createTestSchema()
      const opened: Store[] = []
      return {
        async open({ initialStock = 1000 } = {}) {
          const engine = await openPostgresEngine({ url: schema.url })
          const store = await createSqlStore(engine, { goods, initialStock })
          opened.push(store)
          return store
        },
        async drop() {
          for (const store of opened) await store.close()
          await schema.drop()
        },
      }
    },
  },
]

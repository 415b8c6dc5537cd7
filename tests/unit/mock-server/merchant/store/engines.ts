import { copyFileSync, existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { catalogue } from '../../../../../mock-server/merchant/domain/catalogue'
import type { Store } from '../../../../../mock-server/merchant/store/port'
import type { Engine } from '../../../../../mock-server/merchant/store/engine/engine'
import { openPostgresEngine } from '../../../../../mock-server/merchant/store/engine/postgres-engine'
import { createSqlStore } from '../../../../../mock-server/merchant/store/sql-store'
import { openSqliteEngine } from '../../../../../mock-server/merchant/store/engine/sqlite-engine'
import { createTestSchema, describeOnPostgres } from '../../../../support/postgres'
import { createQuickFolder } from '../../../../support/quick-folder'

/** A database, opened as often as a test likes: on PostgreSQL each opening is like another process. */
export interface TestDatabase {
  open(options?: { readonly initialStock?: number }): Promise<Store>
  /** Closes what is open, and forgets everything. */
  empty(): Promise<void>
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
      const folder = createQuickFolder('store-')
      const template = path.join(folder, 'template.db')
      await (await openSqliteEngine(template)).close()
      let turn = 0
      return createTestDatabase({
        openEngine() {
          const file = path.join(folder, `shop-${turn}.db`)
          if (!existsSync(file)) copyFileSync(template, file)
          return openSqliteEngine(file)
        },
        empty: async () => void (turn += 1),
        drop: async () => rmSync(folder, { recursive: true }),
      })
    },
  },
  {
    name: 'PostgreSQL',
    describe: describeOnPostgres,
    async create() {
      const schema = await createTestSchema()
      return createTestDatabase({ ...schema, openEngine: () => openPostgresEngine({ url: schema.url }) })
    },
  },
]

interface DatabaseParts extends Pick<TestDatabase, 'empty' | 'drop'> {
  openEngine(): Promise<Engine>
}

function createTestDatabase({ openEngine, empty, drop }: DatabaseParts): TestDatabase {
  let opened: Store[] = []
  async function closeAll(): Promise<void> {
    const stores = opened
    opened = []
    for (const store of stores) await store.close()
  }
  return {
    async open({ initialStock = 1000 } = {}) {
      const store = await createSqlStore(await openEngine(), { goods, initialStock })
      opened.push(store)
      return store
    },
    async empty() {
      await closeAll()
      await empty()
    },
    async drop() {
      await closeAll()
      await drop()
    },
  }
}

import { Kysely, SqliteDialect, type KyselyPlugin, type SqliteDatabase, type SqliteStatement } from 'kysely'
import { createCommitQueue } from '../../../kit/commit-queue'
import { createKeyedLock } from '../../../kit/keyed-lock'
import { openSqlite, type Sqlite } from '../../../kit/sqlite'
import type { Engine } from './engine'
import { migrate } from '../migrations/migrations'
import { toScript } from './sqlite-copy'
import type { Tables } from '../schema'

type Work = (transaction: Kysely<Tables>) => Promise<unknown>

/**
 * Opens a file, or `:memory:`, and migrates it. With group commit: a transaction that throws undoes only itself.
 * @throws NewerDataError
 */
export async function openSqliteEngine(file: string): Promise<Engine> {
  const database = openSqlite(file)
  const db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: withStatementCache(database) }),
    plugins: [withoutRowLocks],
  })
  try {
    if (file === inMemory) await migrateInMemory(database, db)
    else await migrate(db, { kind: 'sqlite', name: file })
  } catch (error) {
    await db.destroy()
    throw error
  }
  const control = createControl(database)
  const queue = createCommitQueue<Work>((batch) =>
    db.connection().execute((connection) => commitTogether(control, connection, batch)),
  )
  let closing: Promise<void> | null = null

  return {
    db,
    transact: <T>(work: (transaction: Kysely<Tables>) => Promise<T>) => queue.add(work) as Promise<T>,
    // One process opens the file: its own memory is enough.
    lock: createKeyedLock(),
    hits: null,
    broadcast: null,
    close: () => (closing ??= queue.close().then(() => db.destroy())),
  }
}

const inMemory = ':memory:'

/** What the migrations make of an empty database; null before they ran. */
let migrated: string | null = null

/** A database in memory is always empty: this process runs the migrations for the first, and the others are copies. */
async function migrateInMemory(database: Sqlite, db: Kysely<Tables>): Promise<void> {
  if (migrated !== null) return void database.exec(migrated)
  await migrate(db, { kind: 'sqlite', name: inMemory })
  migrated = toScript(database)
}

/** Removes `for update`: only one transaction runs at a time, and SQLite does not know the clause. */
const withoutRowLocks: KyselyPlugin = {
  transformQuery: ({ node }) =>
    node.kind === 'SelectQueryNode' && node.endModifiers ? { ...node, endModifiers: undefined } : node,
  transformResult: async ({ result }) => result,
}

/** The statements that control transactions, prepared once: they run several times for each payment. */
interface Control {
  begin(): void
  commit(): void
  rollback(): void
  save(): void
  release(): void
  undo(): void
}

function createControl(database: Sqlite): Control {
  const prepare = (text: string) => {
    const statement = database.prepare(text)
    return () => void statement.run()
  }
  return {
    begin: prepare('BEGIN IMMEDIATE'),
    commit: prepare('COMMIT'),
    rollback: () => {
      if (database.inTransaction) database.exec('ROLLBACK')
    },
    save: prepare('SAVEPOINT item'),
    release: prepare('RELEASE item'),
    undo: prepare('ROLLBACK TO item'),
  }
}

async function commitTogether(
  control: Control,
  connection: Kysely<Tables>,
  batch: readonly Work[],
): Promise<readonly PromiseSettledResult<unknown>[]> {
  try {
    control.begin()
    const results = await runAll(control, connection, batch)
    control.commit()
    return results
  } catch (error) {
    control.rollback()
    throw error
  }
}

async function runAll(
  control: Control,
  connection: Kysely<Tables>,
  batch: readonly Work[],
): Promise<readonly PromiseSettledResult<unknown>[]> {
  const [only] = batch
  // A single piece of work needs no savepoint: when it throws, the whole transaction is rolled back.
  if (only !== undefined && batch.length === 1) return [{ status: 'fulfilled', value: await only(connection) }]
  const results: PromiseSettledResult<unknown>[] = []
  for (const work of batch) {
    control.save()
    try {
      results.push({ status: 'fulfilled', value: await work(connection) })
    } catch (reason) {
      control.undo()
      results.push({ status: 'rejected', reason })
    }
    control.release()
  }
  return results
}

const statementsMax = 500

/** Keeps prepared statements: Kysely prepares at every call, and preparing costs more than running. */
function withStatementCache(database: Sqlite): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => {
      statements.clear()
      database.close()
    },
    prepare(text) {
      const cached = statements.get(text)
      if (cached) return cached
      if (statements.size >= statementsMax) statements.clear()
      const statement = database.prepare(text) as unknown as SqliteStatement
      statements.set(text, statement)
      return statement
    },
  }
}

import { Kysely, SqliteDialect, type KyselyPlugin, type SqliteDatabase, type SqliteStatement } from 'kysely'
import { openSqlite, type Sqlite } from '../../../kit/sqlite'
import { createKeyedLock } from '../../../kit/keyed-lock'
import type { Engine } from './engine'
import { migrate } from '../migrations/migrations'
import type { Tables } from '../schema'

interface Pending {
  readonly work: (transaction: Kysely<Tables>) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Opens a file, or `:memory:`. Transactions that arrive in one turn of the event loop share one COMMIT, which is what
 * costs: each has a savepoint of its own, and is answered only after that COMMIT.
 */
export async function openSqliteEngine(file: string): Promise<Engine> {
  const database = openSqlite(file)
  const db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: withStatementCache(database) }),
    plugins: [withoutRowLocks],
  })
  await migrate(db, { kind: 'sqlite' })
  const control = createControl(database)

  let pending: Pending[] = []
  let running: Promise<void> | null = null
  let isClosed = false

  /** Empties the queue. `running` falls in the same breath as the last look at it, or late work would wait for ever. */
  async function flush(): Promise<void> {
    await new Promise((turn) => setImmediate(turn))
    while (pending.length > 0) {
      const batch = pending
      pending = []
      try {
        await db.connection().execute((connection) => commitTogether(control, connection, batch))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    running = null
  }

  return {
    db,
    transact<T>(work: (transaction: Kysely<Tables>) => Promise<T>) {
      return new Promise<T>((resolve, reject) => {
        if (isClosed) return reject(new Error('The database is closed.'))
        pending.push({ work, resolve: resolve as (value: unknown) => void, reject })
        running ??= flush()
      })
    },
    // One process opens the file: its own memory is enough.
    lock: createKeyedLock(),
    hits: null,
    broadcast: null,
    async close() {
      if (isClosed) return
      isClosed = true
      while (running) await running
      await db.destroy()
    },
  }
}

/** A transaction is alone here: `for update` says nothing, and SQLite has no such words. */
const withoutRowLocks: KyselyPlugin = {
  transformQuery: ({ node }) =>
    node.kind === 'SelectQueryNode' && node.endModifiers ? { ...node, endModifiers: undefined } : node,
  transformResult: async ({ result }) => result,
}

/** Prepared once: they run several times for each payment. */
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

async function commitTogether(control: Control, connection: Kysely<Tables>, batch: readonly Pending[]): Promise<void> {
  const answers: (() => void)[] = []
  // Alone in its transaction, a piece of work needs no savepoint: the transaction itself is rolled back.
  const isAlone = batch.length === 1
  try {
    control.begin()
    for (const { work, resolve, reject } of batch) {
      if (!isAlone) control.save()
      try {
        const value = await work(connection)
        answers.push(() => resolve(value))
      } catch (error) {
        if (isAlone) throw error
        control.undo()
        answers.push(() => reject(error))
      }
      if (!isAlone) control.release()
    }
    control.commit()
  } catch (error) {
    control.rollback()
    for (const { reject } of batch) reject(error)
    return
  }
  for (const answer of answers) answer()
}

const statementsMax = 500

/** Kysely prepares at every call; preparing costs more than running. */
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

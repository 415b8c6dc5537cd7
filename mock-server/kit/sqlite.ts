import Database from 'libsql'

export type Sqlite = Database.Database

/** Opens a file (or `:memory:`) so that a commit which was answered survives a crash: WAL, synchronous FULL. */
export function openSqlite(file: string): Sqlite {
  const database = new Database(file)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
  )
  return database
}

/**
 * Group commit: writes that arrive in one turn of the event loop share one COMMIT, which is what costs.
 * Each runs in a savepoint of its own, so that one that throws undoes only itself.
 */
export interface Writer {
  /** Runs `work` and answers its result once it is on disk. */
  write<T>(work: () => T): Promise<T>
  /** Answers when everything handed in so far is on disk. */
  drained(): Promise<void>
  /** Drains, then closes the database. Later writes are refused: libsql would abort the process on a closed handle. */
  close(): Promise<void>
}

interface Pending {
  readonly work: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

export function createWriter(database: Sqlite): Writer {
  let pending: Pending[] = []
  let scheduled: Promise<void> | null = null
  let closed = false

  function flush(): void {
    const batch = pending
    pending = []
    scheduled = null
    const settled: (() => void)[] = []
    try {
      database.exec('BEGIN IMMEDIATE')
      for (const item of batch) settled.push(runInSavepoint(item))
      database.exec('COMMIT')
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      for (const item of batch) item.reject(error)
      return
    }
    for (const settle of settled) settle()
  }

  function runInSavepoint({ work, resolve, reject }: Pending): () => void {
    database.exec('SAVEPOINT item')
    try {
      const value = work()
      database.exec('RELEASE item')
      return () => resolve(value)
    } catch (error) {
      database.exec('ROLLBACK TO item; RELEASE item')
      return () => reject(error)
    }
  }

  return {
    write<T>(work: () => T) {
      return new Promise<T>((resolve, reject) => {
        if (closed) return reject(new Error('The database is closed.'))
        pending.push({ work, resolve: resolve as (value: unknown) => void, reject })
        scheduled ??= new Promise<void>((done) => {
          setImmediate(() => {
            flush()
            done()
          })
        })
      })
    },
    async drained() {
      while (scheduled) await scheduled
    },
    async close() {
      if (closed) return
      closed = true
      while (scheduled) await scheduled
      database.close()
    },
  }
}

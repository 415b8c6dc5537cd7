import Database from 'libsql'
import { createCommitQueue } from './commit-queue'

export type Sqlite = Database.Database

/** Opens a file (or `:memory:`) so that a commit which was answered survives a crash: WAL, synchronous FULL. */
export function openSqlite(file: string): Sqlite {
  const database = new Database(file)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
  )
  return database
}

/** Writes with group commit. A write that throws undoes only itself. */
export interface Writer {
  /** Runs `work` and answers its result once it is on disk. */
  write<T>(work: () => T): Promise<T>
  /** Answers when everything handed in so far is on disk. */
  drained(): Promise<void>
  /** Drains, then closes the database. Later writes are refused: libsql would abort the process on a closed handle. */
  close(): Promise<void>
}

export function createWriter(database: Sqlite): Writer {
  const queue = createCommitQueue<() => unknown>((batch) => {
    try {
      database.exec('BEGIN IMMEDIATE')
      const results = batch.map((work) => runInSavepoint(database, work))
      database.exec('COMMIT')
      return results
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      throw error
    }
  })
  let closing: Promise<void> | null = null

  return {
    write: <T>(work: () => T) => queue.add(work) as Promise<T>,
    drained: queue.drained,
    close: () => (closing ??= queue.close().then(() => void database.close())),
  }
}

function runInSavepoint(database: Sqlite, work: () => unknown): PromiseSettledResult<unknown> {
  database.exec('SAVEPOINT item')
  try {
    const value = work()
    database.exec('RELEASE item')
    return { status: 'fulfilled', value }
  } catch (reason) {
    database.exec('ROLLBACK TO item; RELEASE item')
    return { status: 'rejected', reason }
  }
}

import Database from 'libsql'

/** A lock that the operating system frees when the process ends, however that happens. */
export interface FileLock {
  release(): void
}

/** How long to wait for a lock: a process that is ending, and a call that only looks, each hold it for a moment. */
const waitMs = 300

/**
 * Takes the lock of a file, which is made where it is missing. SQLite takes it in the way that each system knows, so a
 * `kill -9` leaves nothing behind.
 * @returns null where another process holds it
 * @throws when the file cannot be written
 */
export function takeFileLock(file: string): FileLock | null {
  const database = new Database(file)
  try {
    // A write-ahead log has locks of another kind.
    database.exec(`PRAGMA busy_timeout = ${waitMs}; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE`)
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw error
  }
  return {
    release() {
      database.exec('ROLLBACK')
      database.close()
    },
  }
}

/** Whether a process holds the lock of a file. A file that cannot be read counts as not held. */
export function isFileLocked(file: string): boolean {
  let database: Database.Database
  try {
    database = new Database(file, { readonly: true, fileMustExist: true })
  } catch {
    // There is no such file: nobody ever took the lock.
    return false
  }
  try {
    database.prepare('SELECT COUNT(*) FROM sqlite_master').get()
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw error
  } finally {
    database.close()
  }
}

function isBusy(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'SQLITE_BUSY'
}

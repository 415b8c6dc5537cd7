import { openSqlite, type Sqlite } from './sqlite'

/** A newer version of this program wrote the data. This version leaves the data alone, because it could destroy what it does not know. */
export class NewerDataError extends Error {
  override readonly name = 'NewerDataError'
  readonly code = 'DATA_NEWER'
  /** @param what the file, or the part of a database, as its owner knows it */
  constructor(what: string) {
    super(`${what} was written by a newer version of this program.`)
  }
}

/**
 * One change of a database's shape or content. The place in the list is its number: never edit, move or remove a step that
 * has run anywhere, add another.
 */
export type SqliteStep = (database: Sqlite) => void

/**
 * Opens a file (or `:memory:`) and runs the steps that it lacks, all of them in one transaction. `PRAGMA user_version` says
 * how many have run; it is 0 in a new file, and in files from before steps were counted.
 * @throws NewerDataError
 */
export function openSqliteOf(file: string, steps: readonly SqliteStep[]): Sqlite {
  const database = openSqlite(file)
  try {
    if (versionOf(database) !== steps.length) runMissing(database, file, steps)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function runMissing(database: Sqlite, file: string, steps: readonly SqliteStep[]): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    const version = versionOf(database)
    if (version > steps.length) throw new NewerDataError(file)
    for (const step of steps.slice(version)) step(database)
    database.exec(`PRAGMA user_version = ${steps.length}`)
    database.exec('COMMIT')
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function versionOf(database: Sqlite): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version
}

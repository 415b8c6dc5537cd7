import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { NewerDataError, openSqliteOf, type SqliteStep } from '../../../../mock-server/kit/data-version'
import { openSqlite, type Sqlite } from '../../../../mock-server/kit/sqlite'

describe('a database with steps', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'steps-'))
    file = path.join(folder, 'some.db')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const first: SqliteStep = (database) => database.exec('CREATE TABLE IF NOT EXISTS entries (name TEXT)')
  const second: SqliteStep = (database) => database.exec("INSERT INTO entries VALUES ('by the second step')")
  const failing: SqliteStep = (database) => database.exec('INSERT INTO missing VALUES (1)')

  /** What is in the file, and how many steps have run on it. */
  function look(): { names: string[]; version: number } {
    const database = openSqlite(file)
    const names = database.prepare('SELECT name FROM entries').all() as { name: string }[]
    const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
    database.close()
    return { names: names.map(({ name }) => name), version: user_version }
  }
  const open = (steps: readonly SqliteStep[]): void => void openSqliteOf(file, steps).close()

  it('runs each step once', () => {
    open([first])
    expect(look()).toEqual({ names: [], version: 1 })
    for (let start = 0; start < 3; start += 1) open([first, second])
    expect(look()).toEqual({ names: ['by the second step'], version: 2 })
  })

  it('takes a file from before steps were counted', () => {
    const database: Sqlite = openSqlite(file)
    database.exec("CREATE TABLE entries (name TEXT); INSERT INTO entries VALUES ('of before')")
    database.close()
    open([first, second])
    expect(look()).toEqual({ names: ['of before', 'by the second step'], version: 2 })
  })

  it('leaves the file as it was when one of its steps fails, and runs them all the next time', () => {
    open([first])
    expect(() => open([first, second, failing])).toThrow('missing')
    expect(look()).toEqual({ names: [], version: 1 })
    open([first, second])
    expect(look()).toEqual({ names: ['by the second step'], version: 2 })
  })

  it('refuses a file of a newer version, and leaves it as it is', () => {
    open([first, second])
    expect(() => open([first])).toThrow(NewerDataError)
    expect(() => open([first])).toThrow(`${file} was written by a newer version of this program.`)
    expect(look()).toEqual({ names: ['by the second step'], version: 2 })
  })
})

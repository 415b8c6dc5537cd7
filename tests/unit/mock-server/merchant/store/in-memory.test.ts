import path from 'node:path'
import { rmSync } from 'node:fs'
import { sql } from 'kysely'
import { openSqliteEngine } from '../../../../../mock-server/merchant/store/engine/sqlite-engine'
import { createQuickFolder } from '../../../../support/quick-folder'

/** Databases in memory are copies of the first, and a file is migrated step by step: they must not differ. */

let folder: string

beforeEach(() => {
  folder = createQuickFolder('in-memory-')
})
afterEach(() => rmSync(folder, { recursive: true }))

async function read<T>(file: string, query: string): Promise<T[]> {
  const engine = await openSqliteEngine(file)
  try {
    return (await sql.raw<T>(query).execute(engine.db)).rows
  } finally {
    await engine.close()
  }
}

describe('a database in memory', () => {
  it.each(['the first', 'the second'])('has the tables, indices and steps of a file: %s', async () => {
    const file = path.join(folder, 'shop.db')
    const parts = 'select type, name, tbl_name, sql from sqlite_master order by type, name'
    const inFile = await read<{ name: string }>(file, parts)
    expect(inFile.map(({ name }) => name)).toContain('orders')
    expect(await read(':memory:', parts)).toEqual(inFile)
    for (const rows of ['select name from migrations order by name', 'select * from "migrationLock"']) {
      expect(await read(':memory:', rows)).toEqual(await read(file, rows))
    }
  })

  it('has nothing of what was written to another', async () => {
    const first = await openSqliteEngine(':memory:')
    await sql`insert into tokens values ('qq', 'secret', 1)`.execute(first.db)
    expect(await read(':memory:', 'select * from tokens')).toEqual([])
    await first.close()
  })
})

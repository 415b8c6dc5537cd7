import type { Sqlite } from '../../../kit/sqlite'

/** Answers a script that makes the same tables, indices and rows in an empty database. For a database of few rows. */
export function toScript(database: Sqlite): string {
  const parts = database
    .prepare(
      `select type, name, sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid`,
    )
    .all() as { readonly type: string; readonly name: string; readonly sql: string }[]
  const rows = parts.filter(({ type }) => type === 'table').flatMap(({ name }) => toInserts(database, name))
  return ['BEGIN', ...parts.map(({ sql }) => sql), ...rows, 'COMMIT'].join(';\n')
}

function toInserts(database: Sqlite, table: string): string[] {
  const rows = database.prepare(`select * from "${table}"`).all() as Record<string, string | number | null>[]
  return rows.map((row) => `insert into "${table}" values (${Object.values(row).map(toLiteral).join(', ')})`)
}

const toLiteral = (value: string | number | null): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)

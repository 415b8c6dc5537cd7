import { PostgresDialect, sql, type DatabaseIntrospector, type Kysely, type TableMetadata } from 'kysely'

/**
 * PostgreSQL seen through one schema. Kysely asks the catalogue about every schema of the database before it migrates, and
 * fails when somebody else drops or alters a table in another one at that moment.
 */
export class OwnSchemaDialect extends PostgresDialect {
  // Kysely's own signature.
  override createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    const whole = super.createIntrospector(db as never)
    const getTables = async (): Promise<TableMetadata[]> => {
      const { rows } = await sql<{ name: string; schema: string }>`
        select relname as name, current_schema() as schema from pg_catalog.pg_class
        where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')`.execute(db)
      return rows.map((table) => ({ ...table, isView: false, columns: [] }))
    }
    return {
      getSchemas: () => whole.getSchemas(),
      getTables,
      getMetadata: async () => ({ tables: await getTables() }),
    }
  }
}

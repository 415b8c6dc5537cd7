import type { ColumnDefinitionBuilder } from 'kysely'

/** Column definitions that differ between the engines. */
export interface ColumnWords {
  readonly kind: 'sqlite' | 'postgres'
  /** Type of ids and of foreign keys. */
  readonly id: 'integer' | 'bigint'
  /** Makes the id a primary key that the database numbers. */
  numbered(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder
}

export const columnWords: Readonly<Record<ColumnWords['kind'], ColumnWords>> = {
  sqlite: { kind: 'sqlite', id: 'integer', numbered: (column) => column.primaryKey() },
  postgres: {
    kind: 'postgres',
    id: 'bigint',
    numbered: (column) => column.primaryKey().generatedByDefaultAsIdentity(),
  },
}

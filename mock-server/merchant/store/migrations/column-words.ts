import type { ColumnDefinitionBuilder } from 'kysely'

/** Where the engines' words for a column differ. */
export interface ColumnWords {
  readonly kind: 'sqlite' | 'postgres'
  /** Type of an id and of what refers to one. */
  readonly id: 'integer' | 'bigint'
  /** Makes the id a primary key that counts by itself. */
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

import type { Kysely } from 'kysely'
import type { Tables } from './schema'

/** A database engine under the store: SQLite in a file today; PostgreSQL fits the same three. */
export interface Engine {
  /** For reads outside a transaction. */
  readonly db: Kysely<Tables>
  /**
   * Runs `work` in a transaction and answers its result once it is on disk. When it throws nothing of it remains.
   * `work` awaits its own queries and nothing else: others may be waiting behind it.
   */
  transact<T>(work: (transaction: Kysely<Tables>) => Promise<T>): Promise<T>
  close(): Promise<void>
}

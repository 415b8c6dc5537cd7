import type { Kysely } from 'kysely'
import type { KeyedLock } from '../../../kit/keyed-lock'
import type { Tables } from '../schema'

/** A database engine under the store: SQLite in a file, or PostgreSQL with any number of processes on it. */
export interface Engine {
  /** For reads outside a transaction. */
  readonly db: Kysely<Tables>
  /**
   * Runs `work` in a transaction and answers its result once it is on disk. When `work` throws, nothing of it remains.
   * `work` must await nothing but its own queries, because other work waits for it. It may run more than once after a
   * conflict. On PostgreSQL other transactions write between its statements: rows that a decision depends on are read
   * with `.forUpdate()` (SQLite runs one transaction at a time and ignores it), or the update names the expected state.
   */
  transact<T>(work: (transaction: Kysely<Tables>) => Promise<T>): Promise<T>
  /** Excludes all processes that work on this database. */
  readonly lock: KeyedLock
  /** Counts of all processes together; null where this process is the only one. */
  readonly hits: HitCounter | null
  /** Reaches the other processes; null where this process is the only one. */
  readonly broadcast: Broadcast | null
  close(): Promise<void>
}

/** Sends lines to all processes that listen now. Lines are not kept: anything that must not be lost is in a table. */
export interface Broadcast {
  send(lines: readonly string[]): Promise<void>
  /**
   * Answers once it listens.
   * @param onLost called when the connection is lost, and lines with it
   * @returns how to stop
   */
  listen(onLine: (line: string) => void, onLost: () => void): Promise<() => Promise<void>>
}

/** Counts calls in a window of time that begins with the first call. */
export interface HitCounter {
  add(key: string, windowMs: number): Promise<{ readonly count: number; readonly endsInMs: number }>
  /** Deletes windows that have ended. */
  forget(): Promise<void>
}

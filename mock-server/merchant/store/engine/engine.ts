import type { Kysely } from 'kysely'
import type { KeyedLock } from '../../../kit/keyed-lock'
import type { Tables } from '../schema'

/** A database engine under the store: SQLite in a file, or PostgreSQL with any number of processes on it. */
export interface Engine {
  /** For reads outside a transaction. */
  readonly db: Kysely<Tables>
  /**
   * Runs `work` in a transaction and answers its result once it is on disk. When it throws nothing of it remains.
   * `work` awaits its own queries and nothing else: others may be waiting behind it. It may run more than once, when
   * somebody else was quicker. On PostgreSQL others write between its statements: what it reads to decide on, it reads
   * with `.forUpdate()` (SQLite, where it is alone, ignores that), or it names the state that it expects in its update.
   */
  transact<T>(work: (transaction: Kysely<Tables>) => Promise<T>): Promise<T>
  /** Holds for every process that works on this database. */
  readonly lock: KeyedLock
  /** Counts what all processes did together; null where this process is the only one. */
  readonly hits: HitCounter | null
  /** Tells the other processes; null where this process is the only one. */
  readonly broadcast: Broadcast | null
  close(): Promise<void>
}

/** Lines to whoever listens now, in whatever process. They are not kept: what must not be lost is in a table. */
export interface Broadcast {
  send(lines: readonly string[]): Promise<void>
  /**
   * Answers when it listens, and how to stop.
   * @param onLost the connection ended by itself: lines are being missed
   */
  listen(onLine: (line: string) => void, onLost: () => void): Promise<() => Promise<void>>
}

/** Counts calls in a window of time that begins with the first of them. */
export interface HitCounter {
  add(key: string, windowMs: number): Promise<{ readonly count: number; readonly endsInMs: number }>
  /** Forgets the windows that ended. */
  forget(): Promise<void>
}

import { createHash } from 'node:crypto'
import { Client, type ClientConfig } from 'pg'
import { createKeyedLock, type KeyedLock } from '../../../kit/keyed-lock'
import { onLoss } from './postgres-loss'

export interface PostgresLockOptions {
  readonly connection: ClientConfig
  /** Locks of different spaces are independent. */
  readonly space: string
  readonly onConnectionLost: ((error: unknown) => void) | undefined
}

/** Another process held the key for too long. */
export class LockTimeoutError extends Error {
  override readonly name = 'LockTimeoutError'
  readonly code = 'LOCK_TIMEOUT'
}

/** Longer than a prepay with its retry, a close and a query may take together. */
const waitMaxMs = 25_000
const firstPauseMs = 4
const pauseMaxMs = 100

/**
 * Advisory locks: the database releases them as soon as the process that holds them dies. Work under a lock calls WeChat
 * Pay, so it must not keep a connection: one session holds all locks of this process, and a caller that waits asks
 * repeatedly. A lost connection loses its locks, so work under a lock still names the state that it expects.
 */
export function createPostgresLock(options: PostgresLockOptions): { readonly lock: KeyedLock; close(): Promise<void> } {
  const session = createSession(options)
  // Callers of this process queue here, so that only one of them asks the database.
  const local = createKeyedLock()

  return {
    lock: {
      run: (key, work) =>
        local.run(key, async () => {
          const id = toLockId(`${options.space}\n${key}`)
          const release = await acquire(session, id, key)
          try {
            return await work()
          } finally {
            await release()
          }
        }),
    },
    close: () => session.close(),
  }
}

async function acquire(session: Session, id: bigint, key: string): Promise<() => Promise<void>> {
  const startedMs = performance.now()
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
    const release = await session.tryLock(id)
    if (release !== null) return release
    if (performance.now() - startedMs > waitMaxMs) throw new LockTimeoutError(`${key} is held by another process.`)
    await new Promise((again) => setTimeout(again, pauseMs * (0.5 + Math.random())))
  }
}

interface Session {
  /** Answers how to release the lock, or null when another process holds it. */
  tryLock(id: bigint): Promise<(() => Promise<void>) | null>
  close(): Promise<void>
}

interface Call {
  readonly word: 'lock' | 'unlock'
  readonly id: bigint
  readonly resolve: (isDone: boolean) => void
  readonly reject: (reason: unknown) => void
}

function createSession({ connection, onConnectionLost }: PostgresLockOptions): Session {
  let opening: Promise<Client> | null = null
  let waiting: Call[] = []
  let running: Promise<void> | null = null

  function open(): Promise<Client> {
    if (opening !== null) return opening
    // Its own only: a connection ends some time after its error, and by then the next one may hold locks.
    const forget = (): void => {
      if (opening === mine) opening = null
    }
    const mine = connect(forget).catch((error: unknown) => {
      forget()
      throw error
    })
    opening = mine
    return mine
  }

  async function connect(forget: () => void): Promise<Client> {
    const client = new Client(connection)
    onLoss(client, (error) => {
      forget()
      onConnectionLost?.(error)
    })
    client.on('end', forget)
    await client.connect()
    return client
  }

  /** Sends all calls that arrived during the last round trip in one query. */
  async function ask(): Promise<void> {
    while (waiting.length > 0) {
      const calls = waiting
      waiting = []
      try {
        const client = await open()
        const { rows } = await client.query<{ done: boolean }>(
          `select case word when 'lock' then pg_try_advisory_lock(id) else pg_advisory_unlock(id) end as done
           from unnest($1::text[], $2::bigint[]) with ordinality as calls(word, id, place) order by place`,
          [calls.map(({ word }) => word), calls.map(({ id }) => String(id))],
        )
        calls.forEach(({ resolve }, place) => resolve(rows[place]?.done === true))
      } catch (error) {
        for (const { reject } of calls) reject(error)
      }
    }
    running = null
  }

  function call(word: Call['word'], id: bigint): Promise<boolean> {
    return new Promise((resolve, reject) => {
      waiting.push({ word, id, resolve, reject })
      running ??= ask()
    })
  }

  return {
    async tryLock(id) {
      if (!(await call('lock', id))) return null
      return async () => {
        try {
          await call('unlock', id)
        } catch (error) {
          // The lock is gone with its connection. The work itself is done.
          onConnectionLost?.(error)
        }
      }
    },
    async close() {
      await running
      const client = await opening?.catch(() => null)
      await client?.end()
    },
  }
}

function toLockId(text: string): bigint {
  return createHash('sha256').update(text).digest().readBigInt64BE()
}

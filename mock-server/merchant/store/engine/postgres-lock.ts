import { createHash } from 'node:crypto'
import { Client, type ClientConfig } from 'pg'
import { createKeyedLock, type KeyedLock } from '../../../kit/keyed-lock'
import { onLoss } from './postgres-loss'

export interface PostgresLockOptions {
  readonly connection: ClientConfig
  /** Locks of different spaces do not meet. */
  readonly space: string
  readonly onConnectionLost: ((error: unknown) => void) | undefined
}

/** Somebody else held the key for longer than anybody should. */
export class LockTimeoutError extends Error {
  override readonly name = 'LockTimeoutError'
  readonly code = 'LOCK_TIMEOUT'
}

/** Longer than a prepay with its repetition, a close and a query may take. */
const waitMaxMs = 25_000
const firstPauseMs = 4
const pauseMaxMs = 100

/**
 * Advisory locks: the database gives them back the moment that the process which holds them dies. Work under a lock
 * calls WeChat Pay, so no connection is taken for its time: one session holds all locks of this process, and whoever
 * waits asks again. What is done under a lock still names the state that it expects: a lost connection loses its locks.
 */
export function createPostgresLock(options: PostgresLockOptions): { readonly lock: KeyedLock; close(): Promise<void> } {
  const session = createSession(options)
  // Those of this process queue here: only one of them asks the database.
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
  /** Answers how to give it back, or null when somebody else has it. */
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

  /** What came while the last question was out goes together: one way there and back for all of it. */
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
          // The connection is gone, and the lock with it. The work is done all the same.
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

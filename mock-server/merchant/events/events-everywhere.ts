import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { DatedEvent, ShopEvents } from './events'
import type { Broadcast } from '../store/engine/engine'

export interface EventsEverywhereOptions {
  readonly events: ShopEvents
  /** Null where this process is the only one. */
  readonly broadcast: Broadcast | null
  readonly logger: Logger
}

/** What a stream of events is, once the other processes are heard. */
export interface Feed {
  /** @returns how to stop listening */
  subscribe(listener: (event: DatedEvent) => void): () => void
  /** For a reader who is gone before it began. */
  close(): void
}

export interface EventsEverywhere {
  /**
   * Answers when everything that any process announces from now on will be heard. Nothing is repeated: what was missed
   * is in the lists. `onLost` comes when the others can no longer be heard: let the reader come again, and look anew.
   */
  open(onLost: () => void): Promise<Feed>
  close(): Promise<void>
}

/** So many a second at most does a process tell the others, however much happens. */
const tellEveryMs = 100

/** The events of all processes on one database. Metrics count those of their own process alone. */
export function createEventsEverywhere({ events, broadcast, logger }: EventsEverywhereOptions): EventsEverywhere {
  if (broadcast === null) {
    return { open: async () => ({ subscribe: events.subscribe, close: () => {} }), close: async () => {} }
  }
  const origin = randomUUID()
  const tell = createTeller(broadcast, origin, logger)
  const stopTelling = events.subscribe(tell.add)
  const ears = createEars(broadcast, origin)
  return {
    async open(onLost) {
      const leave = await ears.join(onLost)
      return {
        subscribe(listener) {
          const stops = [events.subscribe(listener), ears.subscribe(listener), leave]
          return () => stops.forEach((stop) => stop())
        },
        close: leave,
      }
    },
    async close() {
      stopTelling()
      await tell.flush()
      await ears.close()
    },
  }
}

/** Equal lines of one transaction arrive once: the number makes each another. */
interface Line {
  readonly origin: string
  readonly number: number
  readonly event: DatedEvent
}

function createTeller(broadcast: Broadcast, origin: string, logger: Logger) {
  let waiting: string[] = []
  let timer: NodeJS.Timeout | null = null
  let number = 0

  async function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const lines = waiting
    waiting = []
    if (lines.length === 0) return
    try {
      await broadcast.send(lines)
    } catch (error) {
      logger.warn({ err: error, count: lines.length }, 'other processes not told')
    }
  }

  return {
    add(event: DatedEvent): void {
      waiting.push(JSON.stringify({ origin, number: (number += 1), event } satisfies Line))
      timer ??= setTimeout(() => void flush(), tellEveryMs).unref()
    },
    flush,
  }
}

/** One connection listens for all streams of this process, and only while there is one. */
function createEars(broadcast: Broadcast, origin: string) {
  const listeners = new Set<(event: DatedEvent) => void>()
  const members = new Set<() => void>()
  let listening: Promise<() => Promise<void>> | null = null

  function hear(text: string): void {
    // Written by a process of this program.
    const line = JSON.parse(text) as Line
    if (line.origin !== origin) for (const listener of listeners) listener(line.event)
  }

  function lose(): void {
    listening = null
    const lost = [...members]
    members.clear()
    for (const tell of lost) tell()
  }

  async function stop(): Promise<void> {
    const stopping = listening
    listening = null
    const end = await stopping?.catch(() => null)
    await end?.()
  }

  return {
    /** @returns how to leave */
    async join(onLost: () => void): Promise<() => void> {
      const member = (): void => onLost()
      members.add(member)
      const mine = (listening ??= broadcast.listen(hear, lose))
      try {
        await mine
      } catch (error) {
        members.delete(member)
        if (listening === mine) listening = null
        throw error
      }
      return () => {
        if (members.delete(member) && members.size === 0) stop().catch(() => undefined)
      }
    },
    subscribe(listener: (event: DatedEvent) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: stop,
  }
}

import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Broadcast } from '../store/engine/engine'
import type { DatedEvent, ShopEvents } from './events'

export interface EventsEverywhereOptions {
  readonly events: ShopEvents
  /** Null where this process is the only one. */
  readonly broadcast: Broadcast | null
  readonly logger: Logger
}

/** The events of all processes, once the connection to the others is up. */
export interface Feed {
  /** @returns how to stop listening */
  subscribe(listener: (event: DatedEvent) => void): () => void
  /** For a reader who left before subscribing. */
  close(): void
}

export interface EventsEverywhere {
  /**
   * Answers when every event from now on will be heard. Earlier events are not repeated: the lists of the operator API
   * show what they changed. `onLost` is called when the other processes can no longer be heard: the reader must open
   * another feed and load the lists again.
   */
  open(onLost: () => void): Promise<Feed>
  close(): Promise<void>
}

/** Events to other processes are sent in batches: at most ten a second per process. */
const sendEveryMs = 100

/** The events of all processes on one database. Metrics count those of their own process only. */
export function createEventsEverywhere({ events, broadcast, logger }: EventsEverywhereOptions): EventsEverywhere {
  if (broadcast === null) {
    return { open: async () => ({ subscribe: events.subscribe, close: () => {} }), close: async () => {} }
  }
  const origin = randomUUID()
  const outgoing = createOutgoingEvents(broadcast, origin, logger)
  const incoming = createIncomingEvents(broadcast, origin)
  const stopSending = events.subscribe(outgoing.add)
  return {
    async open(onLost) {
      const leave = await incoming.join(onLost)
      return {
        subscribe(listener) {
          const stops = [events.subscribe(listener), incoming.subscribe(listener), leave]
          return () => stops.forEach((stop) => stop())
        },
        close: leave,
      }
    },
    async close() {
      stopSending()
      await outgoing.flush()
      await incoming.close()
    },
  }
}

/** NOTIFY drops duplicate payloads within a transaction; the number makes each unique. */
interface Line {
  readonly origin: string
  readonly number: number
  readonly event: DatedEvent
}

function createOutgoingEvents(broadcast: Broadcast, origin: string, logger: Logger) {
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
      timer ??= setTimeout(() => void flush(), sendEveryMs).unref()
    },
    flush,
  }
}

/** One connection serves all feeds of this process, and is open only while there is a feed. */
function createIncomingEvents(broadcast: Broadcast, origin: string) {
  const listeners = new Set<(event: DatedEvent) => void>()
  const members = new Set<() => void>()
  let listening: Promise<() => Promise<void>> | null = null

  function receive(text: string): void {
    // Only processes of this program write to the channel, so the line needs no check.
    const line = JSON.parse(text) as Line
    if (line.origin !== origin) for (const listener of listeners) listener(line.event)
  }

  function loseAll(): void {
    listening = null
    const lost = [...members]
    members.clear()
    for (const onLost of lost) onLost()
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
      const mine = (listening ??= broadcast.listen(receive, loseAll))
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

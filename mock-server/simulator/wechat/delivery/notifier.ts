import type { OnDefect } from '../../../kit/http/http-server'
import type { VirtualClock } from '../clock'
import { createDueTimer } from '../due-timer'
import { createDeliver, type DeliverDeps } from './deliver'

const deliveriesMax = 16
const retryAfterDefectMs = 1000
/** Delivers notifications when they are due, a bounded number at a time. */
export interface Notifier {
  /** Looks for due notices now, and plans the next look. */
  wake(): void
  /** Answers when nothing is due at the present virtual time and nothing is under way. */
  settled(): Promise<void>
  /** Delivers once more, outside the schedule. @returns false for an unknown notice */
  resend(id: string): Promise<boolean>
  stop(): Promise<void>
}

export interface NotifierDeps extends Omit<DeliverDeps, 'stopping'> {
  readonly clock: VirtualClock
  readonly onDefect: OnDefect
}

export function createNotifier({ onDefect, ...deps }: NotifierDeps): Notifier {
  const { store, clock } = deps
  const stopping = new AbortController()
  const deliver = createDeliver({ ...deps, stopping: stopping.signal })
  const timer = createDueTimer(clock, look)
  const underway = new Map<string, Promise<void>>()
  let looking: NodeJS.Immediate | null = null

  /** Many payments in one turn of the event loop cause one look. */
  function wake(): void {
    looking ??= setImmediate(() => {
      looking = null
      look()
    })
  }

  function look(): void {
    if (stopping.signal.aborted) return
    if (underway.size < deliveriesMax) {
      for (const id of store.dueNotices(clock.now(), deliveriesMax + underway.size)) {
        if (underway.size >= deliveriesMax) break
        if (!underway.has(id)) start(id)
      }
    }
    // While deliveries run, their end looks again.
    if (underway.size === 0) timer.plan(store.nextNoticeAt())
  }

  function start(id: string): void {
    const notice = store.notice(id)
    if (notice === null) return
    const run = deliver(notice, true)
      .then(wake, (error: unknown) => {
        // Only the store can fail here; the notice stays due, and is delivered again a little later.
        onDefect(new Error(`Notice ${id} could not be delivered or written down.`, { cause: error }))
        timer.plan(clock.now() + retryAfterDefectMs)
      })
      .finally(() => underway.delete(id))
    underway.set(id, run)
  }

  return {
    wake,
    async settled() {
      for (;;) {
        look()
        if (underway.size === 0) return
        await Promise.all(underway.values())
      }
    },
    async resend(id) {
      const notice = store.notice(id)
      if (notice === null) return false
      await underway.get(id)
      await deliver(store.notice(id) ?? notice, false)
      wake()
      return true
    },
    async stop() {
      stopping.abort()
      if (looking) clearImmediate(looking)
      timer.stop()
      await Promise.all(underway.values())
    },
  }
}

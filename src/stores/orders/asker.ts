import type { Clock } from '../clock'

/** Asks one question at a time, now or later. */
export interface Asker {
  /** Asks now; while a question is under way, gives that one. */
  ask(): Promise<void>
  /** Asks once, later; replaces what was planned before. */
  later(delayMs: number): void
  /** Calls off what is planned. A question that is under way goes on. */
  stop(): void
  /** Stops, and does not wait any more for a question that is under way: its answer is not wanted. */
  drop(): void
}

export function createAsker(clock: Clock, question: () => Promise<void>): Asker {
  let asking: Promise<void> | null = null
  let callOff = (): void => undefined

  function ask(): Promise<void> {
    if (asking !== null) return asking
    callOff()
    const present = question().finally(() => {
      if (asking === present) asking = null
    })
    asking = present
    return present
  }

  return {
    ask,
    later(delayMs) {
      callOff()
      callOff = clock.after(delayMs, () => void ask())
    },
    stop: () => callOff(),
    drop() {
      callOff()
      asking = null
    },
  }
}

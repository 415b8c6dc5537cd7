import type { VirtualClock } from './clock'

/** `setTimeout` takes 24 days at most, and virtual time may jump: a long wait is cut into pieces. */
const waitMaxMs = 3_600_000

/** Wakes work up when it falls due in virtual time. */
export interface DueTimer {
  /** Wakes up at `next`, or earlier. Null: nothing will fall due. While time stands still nothing is planned. */
  plan(next: number | null): void
  /** From now on nothing is planned. */
  stop(): void
}

export function createDueTimer(clock: VirtualClock, wake: () => void): DueTimer {
  let timer: NodeJS.Timeout | null = null
  let isStopped = false

  function cancel(): void {
    if (timer) clearTimeout(timer)
    timer = null
  }

  return {
    plan(next) {
      cancel()
      if (next === null || clock.isStill || isStopped) return
      timer = setTimeout(wake, Math.min(Math.max(next - clock.now(), 0), waitMaxMs))
      timer.unref()
    },
    stop() {
      isStopped = true
      cancel()
    },
  }
}

import type { Clock } from '../../kit/clock'

export interface MinuteCounter {
  /** Counts one more of a key. @returns its count in the present minute */
  count(key: string): number
  reset(): void
}

/** Counts within the present minute; older counts are dropped together, so memory stays bounded. */
export function createMinuteCounter(clock: Clock): MinuteCounter {
  let minute = 0
  let counts = new Map<string, number>()
  return {
    count(key) {
      const present = Math.floor(clock.now() / 60_000)
      if (present !== minute) {
        minute = present
        counts = new Map()
      }
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return count
    },
    reset: () => counts.clear(),
  }
}

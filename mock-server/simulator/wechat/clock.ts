import type { Clock } from '../../kit/clock'

/**
 * Virtual time drives business only: lifetimes, expiry, retries and the instants in answers. Signatures use the wall
 * clock, so that an unmodified SDK goes on working after time was advanced.
 */
export interface VirtualClock extends Clock {
  /** How far virtual time is ahead of the wall clock, in milliseconds. */
  readonly offsetMs: number
  /** Moves forward to an instant; never back. */
  moveTo(at: number): void
  /** Takes up an offset that was stored. */
  setOffset(offsetMs: number): void
}

export function createVirtualClock(wall: Clock): VirtualClock {
  let offsetMs = 0
  return {
    now: () => wall.now() + offsetMs,
    get offsetMs() {
      return offsetMs
    },
    moveTo(at) {
      offsetMs = Math.max(offsetMs, at - wall.now())
    },
    setOffset(value) {
      offsetMs = value
    },
  }
}

import type { Clock } from '../../kit/clock'

/**
 * Virtual time drives business only: lifetimes, expiry, retries and the instants in answers. Signatures use the wall
 * clock, so that an unmodified SDK goes on working after time was advanced.
 */
export interface VirtualClock extends Clock {
  /** How far virtual time is ahead of the wall clock, in milliseconds. */
  readonly offsetMs: number
  /** Whether time stands still: then it moves by `moveTo` only. */
  readonly isStill: boolean
  /** Moves forward to an instant; never back. */
  moveTo(at: number): void
  /** Stops time where it is, or lets it run on from there. */
  setStill(still: boolean): void
  /** Restores what `kept` said. */
  restore(kept: string): void
  /** The state of the clock, for the store. */
  readonly kept: string
  /** Returns to the wall clock, running. */
  reset(): void
}

export function createVirtualClock(wall: Clock): VirtualClock {
  let offsetMs = 0
  let stoodStillAt: number | null = null
  const now = (): number => stoodStillAt ?? wall.now() + offsetMs
  return {
    now,
    get offsetMs() {
      return now() - wall.now()
    },
    get isStill() {
      return stoodStillAt !== null
    },
    moveTo(at) {
      if (stoodStillAt === null) offsetMs = Math.max(offsetMs, at - wall.now())
      else stoodStillAt = Math.max(stoodStillAt, at)
    },
    setStill(still) {
      if (still === (stoodStillAt !== null)) return
      if (still) stoodStillAt = now()
      else {
        // Virtual time continues where it stood.
        offsetMs = now() - wall.now()
        stoodStillAt = null
      }
    },
    get kept() {
      return stoodStillAt === null ? String(offsetMs) : `still ${stoodStillAt}`
    },
    restore(kept) {
      const still = /^still (\d+)$/.exec(kept)
      if (still) stoodStillAt = Number(still[1])
      else offsetMs = Number(kept)
    },
    reset() {
      offsetMs = 0
      stoodStillAt = null
    },
  }
}

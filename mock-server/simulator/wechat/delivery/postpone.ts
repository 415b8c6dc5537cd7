import type { Clock } from '../../../kit/clock'
import type { Notice } from '../domain/notice'
import type { Faults } from '../faults/faults'
import type { Store } from '../store/store'

/** How often a held-back notification checks for a later one, and the longest it waits. */
const overtakeLookMs = 5000
const overtakeMaxMs = 60_000

export interface PostponeDeps {
  readonly store: Pick<Store, 'write' | 'putNotice' | 'wasOvertaken'>
  readonly clock: Clock
  readonly faults: Faults
}

/**
 * Puts a scheduled delivery off where a fault asks for it: for a given time (`delay-notices`), or until a later notification
 * has overtaken it (`reorder-notices`). Each scheduled delivery is put off at most once.
 */
export function createPostpone({ store, clock, faults }: PostponeDeps) {
  const write = (notice: Notice): Promise<void> => store.write(() => store.putNotice(notice))

  /** @returns whether the delivery was put off */
  return async function postpone(notice: Notice): Promise<boolean> {
    const { put_off, scheduled_attempts } = notice
    const now = clock.now()
    if (put_off?.attempt === scheduled_attempts) {
      // Only a held-back notification comes here before `until`: a later one has gone first.
      if (put_off.until <= now || store.wasOvertaken(notice)) return false
      await write({ ...notice, next_attempt_at: Math.min(now + overtakeLookMs, put_off.until) })
      return true
    }
    if (faults.isQuiet('notice')) return false
    const delaySec = await faults.take('delay-notices', notice)
    const overtaken = delaySec === null ? await faults.take('reorder-notices', notice) : null
    if (delaySec === null && (overtaken === null || store.wasOvertaken(notice))) return false
    const until = now + (delaySec === null ? overtakeMaxMs : delaySec * 1000)
    const next_attempt_at = delaySec === null ? Math.min(now + overtakeLookMs, until) : until
    await write({ ...notice, put_off: { attempt: scheduled_attempts, until }, next_attempt_at })
    return true
  }
}

import type { OnDefect } from '../../kit/http/http-server'
import type { VirtualClock } from './clock'
import type { TimeControl } from './control/control-clock'
import type { Notifier } from './delivery/notifier'
import type { Ledger } from './desks/ledger'
import type { RefundDesk } from './desks/refund-desk'
import type { EventBus } from './events'
import type { PlatformKeys } from './merchants/platform-keys'
import type { Store } from './store/store'

/** Virtual time, and the work that falls due in it. */
export interface Time extends TimeControl {
  /** Answers when no refund and no delivery is due or under way. */
  settled(): Promise<void>
  /** Takes up the work that a crash left over, and starts the regular work. */
  start(): Promise<void>
  /** Stops the regular work. */
  stop(): void
}

export interface TimeDeps {
  readonly store: Store
  readonly clock: VirtualClock
  readonly events: EventBus
  readonly ledger: Ledger
  readonly refundDesk: RefundDesk
  readonly notifier: Notifier
  readonly platformKeys: PlatformKeys
  readonly onDefect: OnDefect
}

const clockSetting = 'clock'
/** Trades closed in one go. */
const closeBatch = 500
const housekeepingEveryMs = 60_000

/** Restores virtual time from the store. */
export function restoreClock(clock: VirtualClock, store: Pick<Store, 'setting'>): void {
  clock.restore(store.setting(clockSetting) ?? '0')
}

export function createTime(deps: TimeDeps): Time {
  const { store, clock, events, ledger, refundDesk, notifier, platformKeys, onDefect } = deps
  let advancing: Promise<void> = Promise.resolve()
  let housekeeping: NodeJS.Timeout | null = null

  const nextAt = (): number | null => earliest(store.nextNoticeAt(), store.nextSelfCloseAt(), store.nextRefundAt())

  const keep = (): Promise<void> => store.write(() => store.putSetting(clockSetting, clock.kept))

  const announce = (detail: Readonly<Record<string, unknown>>): void =>
    events.announce({ type: 'clock', at: new Date(clock.now()).toISOString(), detail })

  async function settled(): Promise<void> {
    while ((await refundDesk.settleDue()) > 0) continue
    await notifier.settled()
  }

  /** Stops at each instant at which something falls due, so that the work is done in order. */
  async function advanceNow(seconds: number): Promise<void> {
    const target = clock.now() + Math.round(seconds * 1000)
    for (;;) {
      const due = earliest(nextAt(), platformKeys.nextAt())
      if (due === null || due > target) break
      clock.moveTo(due)
      await platformKeys.rotateWhereDue()
      await ledger.closeOverdue(closeBatch)
      await settled()
    }
    clock.moveTo(target)
    await keep()
    await settled()
    announce({ seconds })
  }

  return {
    nextAt,
    settled,
    /** Runs one call after the other: two callers who advance at once both get all their seconds. */
    advance(seconds) {
      const run = advancing.then(() => advanceNow(seconds))
      advancing = run.catch(() => undefined)
      return run
    },
    async setStill(still) {
      clock.setStill(still)
      await keep()
      notifier.wake()
      refundDesk.wake()
      announce({ still })
    },
    async start() {
      notifier.wake()
      refundDesk.wake()
      await ledger.closeOverdue(closeBatch)
      await platformKeys.rotateWhereDue()
      housekeeping = setInterval(() => {
        ledger.closeOverdue(closeBatch).catch(onDefect)
        platformKeys.rotateWhereDue().catch(onDefect)
      }, housekeepingEveryMs)
      housekeeping.unref()
    },
    stop() {
      if (housekeeping) clearInterval(housekeeping)
    },
  }
}

function earliest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null)
  return known.length === 0 ? null : Math.min(...known)
}

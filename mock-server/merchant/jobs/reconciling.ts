import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import { billDaysAfter, reconcile, type BillDay } from '../domain/reconciliation'
import type { ShopEvents } from '../events/events'
import type { BillGateway } from '../gateway/port'
import type { KeyedLock } from '../../kit/keyed-lock'
import type { Store } from '../store/port'

export interface ReconcilingOptions {
  readonly store: Store
  readonly bills: BillGateway
  readonly lock: KeyedLock
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
}

/** Checks the bills that are new, once in all processes; what cannot be had is tried again later. Never rejects. */
export type Reconcile = () => Promise<void>

const againMs = 30 * 60_000

/** Of one bill; whoever has more than these has one mistake, not thousands. */
const differencesMax = 1000

/** Once a day, our books against WeChat Pay's: every difference is said aloud, and kept. Days that were missed come, too. */
export function createReconcile({ store, bills, lock, events, clock, logger }: ReconcilingOptions): Reconcile {
  let nextAtMs = -Infinity

  const daysToCheck = async () => billDaysAfter((await store.newestBill())?.day ?? null, clock.now())

  async function check({ day, fromMs, toMs }: BillDay): Promise<void> {
    const bill = await bills.tradeBill(day)
    const found = reconcile(bill, await store.booksOf(bill), await store.booksBetween(fromMs, toMs))
    const counts = { lineCount: bill.length, differenceCount: found.length }
    const differences = found.slice(0, differencesMax)
    if (!(await store.saveBill({ day, checkedAtMs: clock.now(), ...counts, differences }))) return
    for (const { kind, of, number, ourFen, theirFen } of differences) {
      logger.warn({ day, kind, of, number, ourFen, theirFen }, 'bill differs')
      events.announce({
        type: 'bill.difference',
        subject: number,
        reason: `${of}:${kind}`,
        from: String(ourFen),
        to: String(theirFen),
      })
    }
    events.announce({
      type: 'bill.checked',
      subject: day,
      reason: `${counts.lineCount} lines, ${counts.differenceCount} differences`,
    })
  }

  return async () => {
    if (clock.now() < nextAtMs) return
    nextAtMs = clock.now() + againMs
    try {
      if ((await daysToCheck()).length === 0) return
      await lock.run('daily', async () => {
        // Somebody else may have looked while we waited.
        for (const day of await daysToCheck()) await check(day)
      })
    } catch (error) {
      logger.warn({ err: error }, 'bill not checked')
    }
  }
}

import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import { billDaysAfter, reconcile, type BillDay } from '../domain/reconciliation'
import type { ShopEvents } from '../events/events'
import type { BillGateway } from '../gateway/port'
import type { KeyedLock } from '../../kit/keyed-lock'
import type { Store } from '../store/port'

export interface ReconcilingOptions {
  readonly store: Pick<Store, 'newestBill' | 'booksOf' | 'booksBetween' | 'saveBill'>
  readonly bills: BillGateway
  readonly lock: KeyedLock
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
}

/** Checks bills that have not been checked, in one process at a time. Tries again later on failure. Never rejects. */
export type Reconcile = () => Promise<void>

const checkEveryMs = 30 * 60_000

/** Stored per bill at most; beyond this the differences share one cause. */
const differencesMax = 1000

/** Compares each day's bill with our books, keeps and announces every difference. Catches up on missed days. */
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
    nextAtMs = clock.now() + checkEveryMs
    try {
      if ((await daysToCheck()).length === 0) return
      await lock.run('daily', async () => {
        // Another process may have checked them while this one waited for the lock.
        for (const day of await daysToCheck()) await check(day)
      })
    } catch (error) {
      logger.warn({ err: error }, 'bill not checked')
    }
  }
}

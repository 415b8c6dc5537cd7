import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import { billDayAt, reconcile } from '../domain/reconciliation'
import type { ShopEvents } from '../events'
import type { BillGateway } from '../gateway/port'
import type { KeyedLock } from '../keyed-lock'
import type { Store } from '../store/port'

export interface ReconcilingOptions {
  readonly store: Store
  readonly bills: BillGateway
  readonly lock: KeyedLock
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
}

/** Checks the newest bill, once in all processes; one that cannot be had is tried again later. Never rejects. */
export type Reconcile = () => Promise<void>

const againMs = 30 * 60_000

/** Once a day, our books against WeChat Pay's: every difference is said aloud. */
export function createReconcile({ store, bills, lock, events, clock, logger }: ReconcilingOptions): Reconcile {
  let nextAtMs = -Infinity
  let checkedDay = ''

  async function check(): Promise<void> {
    const { day, fromMs, toMs } = billDayAt(clock.now())
    if (day === checkedDay) return
    await lock.run(day, async () => {
      // What WeChat Pay gave us for that day, remembered beside the tokens that it gave us.
      const name = `bill:${day}`
      if ((await store.findToken(name)) === null) {
        const bill = await bills.tradeBill(day)
        const differences = reconcile(bill, await store.booksOf(bill), await store.booksBetween(fromMs, toMs))
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
          reason: `${bill.length} lines, ${differences.length} differences`,
        })
        await store.saveToken(name, { value: String(differences.length), renewAtMs: clock.now() })
      }
      checkedDay = day
    })
  }

  return async () => {
    if (clock.now() < nextAtMs) return
    nextAtMs = clock.now() + againMs
    try {
      await check()
    } catch (error) {
      logger.warn({ err: error }, 'bill not checked')
    }
  }
}

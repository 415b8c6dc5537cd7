import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import type { Attempts } from '../actions/attempts'
import type { Attempt } from '../domain/order'
import { jobLanes, type JobKind } from '../domain/outbox'
import { queryWaitMs } from '../domain/schedule'
import type { Expiring } from '../actions/expire-order'
import type { Store } from '../store/port'
import type { Outbox } from './outbox'
import type { Reconcile } from './reconciling'

export interface SweepOptions {
  readonly store: Store
  readonly attempts: Attempts
  readonly expiring: Expiring
  readonly outbox: Outbox
  readonly reconcile: Reconcile
  readonly clock: Clock
  readonly logger: Logger
}

export interface Sweep {
  /** One round of what is due now; never rejects. Rounds do not overlap: a call during a round joins it. */
  run(): Promise<void>
  /** Begins nothing new; answers when what was begun is done. */
  stop(): Promise<void>
}

const batchSize = 50
const batchesMax = 40
const forgetEveryMs = 3_600_000
/** What one process has taken is nobody else's for this long: longer than asking takes. */
const claimMs = 60_000
/** WeChat Pay closes within five minutes: no need to hurry, nor to be long after them. */
const tooSoonWaitMs = 30_000

/**
 * Asks about payments whose notification is late, closes at WeChat Pay what an order that was paid left open, closes
 * orders whose time is up, does what is in the outbox, each lane at its own pace, forgets what ended.
 */
export function createSweep({ store, attempts, expiring, outbox, reconcile, clock, logger }: SweepOptions): Sweep {
  let isStopping = false
  let forgottenAtMs = -Infinity

  async function askForLate(): Promise<number> {
    const due = await store.claimDueAttempts(clock.now(), batchSize, clock.now() + claimMs)
    await Promise.all(
      due.map(async (attempt) => {
        const waitMs = await lookAfter(attempt)
        await store.postponeQuery(attempt, clock.now() + waitMs)
      }),
    )
    return due.length
  }

  /** Asks about an attempt, or closes it where its order needs no more money. Answers how long to wait before the next time. */
  async function lookAfter(attempt: Attempt): Promise<number> {
    const waitMs = queryWaitMs(attempt.queries + 1)
    try {
      const found = await store.findOrderById(attempt.orderId)
      if (found?.order.status === 'pending') await attempts.ask(attempt)
      else if ((await attempts.end(attempt)) === 'tooSoon') return tooSoonWaitMs
    } catch (error) {
      logger.warn({ err: error, outTradeNo: attempt.outTradeNo }, 'late query failed')
    }
    return waitMs
  }

  async function expireOverdue(): Promise<number> {
    const due = await store.claimDueOrders(clock.now(), batchSize, clock.now() + claimMs)
    await Promise.all(due.map((orderId) => expiring.expire(orderId)))
    return due.length
  }

  /** Batch after batch; what keeps coming back waits for the next round. */
  async function untilDone(work: () => Promise<number>): Promise<void> {
    for (let batch = 0; batch < batchesMax && !isStopping; batch++) if ((await work()) < batchSize) return
  }

  async function doHousework(): Promise<void> {
    if (isStopping) return
    await reconcile()
    if (clock.now() - forgottenAtMs < forgetEveryMs) return
    forgottenAtMs = clock.now()
    await store.forgetExpired(clock.now())
    await store.forgetPeople(clock.now())
  }

  /** Rounds of one lane do not overlap. */
  function createLane(round: () => Promise<void>): () => Promise<void> {
    let running: Promise<void> | null = null
    return async () => {
      if (running === null && isStopping) return
      running ??= round()
        .catch((error: unknown) => logger.error({ err: error }, 'sweep failed'))
        .finally(() => (running = null))
      await running
    }
  }

  const emptyOutbox = (kinds: readonly JobKind[]) => untilDone(() => outbox.run(kinds, batchSize))
  const watchPayments = createLane(async () => {
    await untilDone(askForLate)
    await untilDone(expireOverdue)
    await emptyOutbox(jobLanes.wechat)
    await doHousework()
  })
  const tellOwner = createLane(() => emptyOutbox(jobLanes.owner))

  /** What a late query settles is told to the owner in the same round. */
  async function run(): Promise<void> {
    await watchPayments()
    await tellOwner()
  }

  return {
    run,
    async stop() {
      isStopping = true
      await run()
    },
  }
}

import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import type { Attempts } from '../actions/attempts'
import { jobLanes, type JobKind } from '../domain/outbox'
import { queryWaitMs, type Attempt } from '../domain/order'
import type { Expiring } from '../actions/expire-order'
import type { Store } from '../store/port'
import type { Outbox } from './outbox'
import type { Reconcile } from './reconcile'

export interface SweepOptions {
  readonly store: Pick<
    Store,
    'claimDueAttempts' | 'postponeQuery' | 'findOrderById' | 'claimDueOrders' | 'forgetExpired' | 'forgetPeople'
  >
  readonly attempts: Pick<Attempts, 'ask' | 'end'>
  readonly expiring: Pick<Expiring, 'expire'>
  readonly outbox: Outbox
  readonly reconcile: Reconcile
  readonly clock: Clock
  readonly logger: Logger
}

export interface Sweep {
  /** Does one round of what is due now. Never rejects. A call during a round joins that round. */
  run(): Promise<void>
  /** Starts nothing new and answers when all running work is done. */
  stop(): Promise<void>
}

const batchSize = 50
const batchesMax = 40
const forgetEveryMs = 3_600_000
/** How long a process keeps what it has claimed: longer than a query takes. */
const claimMs = 60_000
/** WeChat Pay refuses a close for at most five minutes: often enough to be close behind them. */
const tooSoonWaitMs = 30_000

/**
 * Queries payments whose notification is late, closes attempts that a paid order left open, closes orders whose time is
 * up, runs the jobs of the outbox and deletes expired data. The lanes of the outbox do not wait for each other.
 */
export function createSweep({ store, attempts, expiring, outbox, reconcile, clock, logger }: SweepOptions): Sweep {
  let isStopping = false
  let forgottenAtMs = -Infinity

  async function queryLate(): Promise<number> {
    const due = await store.claimDueAttempts(clock.now(), batchSize, clock.now() + claimMs)
    await Promise.all(
      due.map(async (attempt) => {
        const waitMs = await queryOrEnd(attempt)
        await store.postponeQuery(attempt, clock.now() + waitMs)
      }),
    )
    return due.length
  }

  /** Queries an attempt, or closes it where its order is not pending. Answers how long to wait before the next look. */
  async function queryOrEnd(attempt: Attempt): Promise<number> {
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

  /** Runs batch after batch. Work that becomes due again at once waits for the next round. */
  async function untilDone(work: () => Promise<number>): Promise<void> {
    for (let batch = 0; batch < batchesMax && !isStopping; batch++) if ((await work()) < batchSize) return
  }

  async function reconcileAndForget(): Promise<void> {
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
  const sweepPayments = createLane(async () => {
    await untilDone(queryLate)
    await untilDone(expireOverdue)
    await emptyOutbox(jobLanes.wechat)
    await reconcileAndForget()
  })
  const runOwnerJobs = createLane(() => emptyOutbox(jobLanes.owner))

  /** In this order, so that the owner hears in the same round of what a late query settled. */
  async function run(): Promise<void> {
    await sweepPayments()
    await runOwnerJobs()
  }

  return {
    run,
    async stop() {
      isStopping = true
      await run()
    },
  }
}

import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import { afterTry, type Job, type JobKind, type JobOutcome } from '../domain/outbox'
import type { ShopEvents } from '../events/events'
import type { WorkStore } from '../store/work/work-port'

/** Does one job. A rejection is a failed try. */
export type Work = (job: Job) => Promise<JobOutcome>

export interface OutboxOptions {
  readonly store: WorkStore
  readonly work: Readonly<Record<JobKind, Work>>
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
}

export interface Outbox {
  /** One batch of what is due now of these kinds; answers how many there were. */
  run(kinds: readonly JobKind[], limit: number): Promise<number>
}

/** Longer than any try takes: a process that dies with a job holds it up for no longer. */
const claimMs = 60_000

/** Does what was written down for the outside world, until it is done or has failed for long enough. */
export function createOutbox({ store, work, events, clock, logger }: OutboxOptions): Outbox {
  async function tryOnce(job: Job): Promise<void> {
    const outcome = await outcomeOf(job)
    const after = afterTry(job, outcome, clock.now())
    await store.saveJob(after)
    const facts = { jobId: job.id, job: job.kind, subject: job.subject }
    if (after.status === 'waiting') {
      if (after.tries > job.tries) logger.warn({ ...facts, tries: after.tries, reason: after.note }, 'job failed')
      return
    }
    events.announce({
      type: `job.${after.status}`,
      ...facts,
      ...(after.note !== null && { reason: after.note }),
    })
  }

  async function outcomeOf(job: Job): Promise<JobOutcome> {
    try {
      return await work[job.kind](job)
    } catch (error) {
      logger.warn({ err: error, jobId: job.id, job: job.kind, subject: job.subject }, 'job threw')
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) }
    }
  }

  return {
    async run(kinds, limit) {
      const jobs = await store.claimJobs(kinds, clock.now(), limit, clock.now() + claimMs)
      await Promise.all(jobs.map(tryOnce))
      return jobs.length
    },
  }
}

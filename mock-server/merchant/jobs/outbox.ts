import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import { afterTry, type Job, type JobKind, type JobOutcome } from '../domain/outbox'
import type { ShopEvents } from '../events/events'
import type { Store } from '../store/port'

/** Does one job. A rejection counts as a failed try. */
export type Work = (job: Job) => Promise<JobOutcome>

export interface OutboxOptions {
  readonly store: Pick<Store, 'claimJobs' | 'saveJob'>
  readonly work: Readonly<Record<JobKind, Work>>
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
}

export interface Outbox {
  /** Runs one batch of due jobs of these kinds and answers their number. */
  run(kinds: readonly JobKind[], limit: number): Promise<number>
}

/** Longer than any try takes. A job whose process died is taken up again after this. */
const claimMs = 60_000

/** Runs the jobs of the outbox until each is done or has failed for too long. */
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

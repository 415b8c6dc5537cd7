/**
 * Calls to the outside world. A job is stored in the transaction that makes it necessary, and tried until it is done:
 * - `refund`: asks for a refund and queries it until it ends
 * - `deliver`: marks goods as shipped that nobody has to send, and reports the shipping to WeChat (发货信息录入)
 * - `hook`: calls the owner's own step after a payment
 * - `hookRefund`: the same after a refund of that payment
 */
export type JobKind = 'refund' | 'deliver' | 'hook' | 'hookRefund'

/** Lanes do not wait for one another: an owner's server that does not answer must not delay refunds. */
export const jobLanes = {
  wechat: ['refund', 'deliver'],
  owner: ['hook', 'hookRefund'],
} as const satisfies Record<string, readonly JobKind[]>

export type JobStatus = 'waiting' | 'done' | 'skipped' | 'dead'

/** `skipped`: not needed after all, with the reason. `dead`: given up; a person looks at it and may retry it. */
export const jobCanBecome: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  waiting: ['done', 'skipped', 'dead'],
  done: [],
  skipped: [],
  dead: ['waiting'],
}

export interface Job {
  readonly id: number
  readonly kind: JobKind
  /** What the job is for: the number of a refund or an order. Unique within a kind. */
  readonly subject: string
  readonly orderId: number
  readonly status: JobStatus
  readonly dueAtMs: number
  /** Tries that failed. */
  readonly tries: number
  readonly note: string | null
  readonly createdAtMs: number
}

export type JobDraft = Pick<Job, 'kind' | 'subject' | 'orderId' | 'dueAtMs'>

export type JobOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Nothing went wrong, but there is more to do later. */
  | { readonly kind: 'later'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly reason: string }
  /** Trying again will not help. */
  | { readonly kind: 'hopeless'; readonly reason: string }

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** Wait after each failure. After the last one the job is dead, about a day and a half after the first try. */
export const retryWaitsMs: readonly number[] = [
  10 * secondMs,
  30 * secondMs,
  minuteMs,
  5 * minuteMs,
  15 * minuteMs,
  30 * minuteMs,
  hourMs,
  3 * hourMs,
  6 * hourMs,
  12 * hourMs,
  12 * hourMs,
]

/** Characters of a reason that are kept. */
const noteMax = 300

/** A job after a try. */
export function afterTry(job: Job, outcome: JobOutcome, nowMs: number): Job {
  switch (outcome.kind) {
    case 'done':
      return { ...job, status: 'done', note: null }
    case 'skipped':
      return { ...job, status: 'skipped', note: outcome.reason.slice(0, noteMax) }
    case 'later':
      return { ...job, dueAtMs: nowMs + outcome.afterMs, tries: 0, note: null }
    case 'hopeless':
      return { ...job, status: 'dead', tries: job.tries + 1, note: outcome.reason.slice(0, noteMax) }
    case 'failed': {
      const waitMs = retryWaitsMs[job.tries]
      const failed = { ...job, tries: job.tries + 1, note: outcome.reason.slice(0, noteMax) }
      return waitMs === undefined ? { ...failed, status: 'dead' } : { ...failed, dueAtMs: nowMs + waitMs }
    }
  }
}

/** A dead job with all its tries before it again. */
export function revive(job: Job, nowMs: number): Job {
  return { ...job, status: 'waiting', dueAtMs: nowMs, tries: 0 }
}

/** WeChat accepts the report about a minute after the payment. */
export const uploadNotBeforeMs = minuteMs

const refundAskWaitsMs = [5, 15, 30, 60, 300, 900].map((seconds) => seconds * secondMs)

/** How long to wait before the next query of a refund that was approved `ageMs` ago. */
export function refundAskWaitMs(ageMs: number): number {
  return refundAskWaitsMs.find((waitMs) => ageMs < waitMs * 4) ?? hourMs
}

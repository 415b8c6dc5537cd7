/**
 * Work for the outside world, written down in the transaction that makes it necessary, and done until it is done:
 * - `refund`: give money back, and ask until it is there
 * - `deliver`: send off what goes by itself, and tell WeChat (发货信息录入)
 * - `hook`: the owner's own step after a payment
 * - `hookRefund`: the same after money of that payment went back
 */
export type JobKind = 'refund' | 'deliver' | 'hook' | 'hookRefund'

/** Lanes do not wait for one another: an owner's server that hangs must not hold refunds up. */
export const jobLanes = {
  wechat: ['refund', 'deliver'],
  owner: ['hook', 'hookRefund'],
} as const satisfies Record<string, readonly JobKind[]>

export type JobStatus = 'waiting' | 'done' | 'skipped' | 'dead'

/** `skipped`: not needed after all, with the reason. `dead`: tried for long enough; a person looks and tries again. */
export const jobCanBecome: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  waiting: ['done', 'skipped', 'dead'],
  done: [],
  skipped: [],
  dead: ['waiting'],
}

export interface Job {
  readonly id: number
  readonly kind: JobKind
  /** Names what it is for, once: a refund's number, an order's. */
  readonly subject: string
  readonly orderId: number
  readonly status: JobStatus
  readonly dueAtMs: number
  /** Failed ones. */
  readonly tries: number
  readonly note: string | null
  readonly createdAtMs: number
}

export type JobDraft = Pick<Job, 'kind' | 'subject' | 'orderId' | 'dueAtMs'>

export type JobOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Nothing went wrong, but it is not over. */
  | { readonly kind: 'later'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly reason: string }
  /** Trying again will not help. */
  | { readonly kind: 'hopeless'; readonly reason: string }

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** Waits after each failure; after the last one the job is dead. Together about a day and a half. */
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

/** The most that is kept of a reason. */
const noteMax = 300

/** A job after one try. */
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

/** A dead job, to be tried from the start. */
export function revive(job: Job, nowMs: number): Job {
  return { ...job, status: 'waiting', dueAtMs: nowMs, tries: 0 }
}

/** WeChat knows an order about a minute after it was paid. */
export const uploadNotBeforeMs = minuteMs

const refundAskWaitsMs = [5, 15, 30, 60, 300, 900].map((seconds) => seconds * secondMs)

/** How long to wait before asking again how a refund stands that has been on its way for `ageMs`. */
export function refundAskWaitMs(ageMs: number): number {
  return refundAskWaitsMs.find((waitMs) => ageMs < waitMs * 4) ?? hourMs
}

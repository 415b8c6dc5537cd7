import type { Kysely } from 'kysely'
import type { JobDraft } from '../../domain/outbox'
import type { Tables } from '../schema'

/** Adds jobs to the outbox, in the transaction that makes them necessary. A known subject is ignored. */
export async function addJobs(tx: Kysely<Tables>, drafts: readonly JobDraft[], nowMs: number): Promise<void> {
  if (drafts.length === 0) return
  await tx
    .insertInto('jobs')
    .values(drafts.map((draft) => ({ ...draft, status: 'waiting' as const, tries: 0, note: null, createdAtMs: nowMs })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

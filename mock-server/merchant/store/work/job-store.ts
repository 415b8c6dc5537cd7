import { sql } from 'kysely'
import { revive } from '../../domain/outbox'
import type { Engine } from '../engine/engine'
import { jobColumns } from '../rows'
import type { JobStore } from './work-port'

export function createJobStore({ db, transact }: Engine): JobStore {
  return {
    claimJobs: (kinds, nowMs, limit, untilMs) =>
      transact(async (tx) => {
        const rows = await tx
          .selectFrom('jobs')
          .select(jobColumns)
          .where('status', '=', sql.lit('waiting'))
          .where('dueAtMs', '<=', nowMs)
          .where('kind', 'in', kinds)
          .orderBy('dueAtMs')
          .limit(limit)
          .forUpdate()
          .skipLocked()
          .execute()
        const ids = rows.map(({ id }) => id)
        if (ids.length > 0) await tx.updateTable('jobs').set({ dueAtMs: untilMs }).where('id', 'in', ids).execute()
        return rows
      }),

    saveJob: ({ id, status, dueAtMs, tries, note }) =>
      transact(async (tx) => {
        await tx
          .updateTable('jobs')
          .set({ status, dueAtMs, tries, note })
          .where('id', '=', id)
          .where('status', '=', 'waiting')
          .execute()
      }),

    retryJob: (id, nowMs) =>
      transact(async (tx) => {
        const job = await tx.selectFrom('jobs').select(jobColumns).where('id', '=', id).forUpdate().executeTakeFirst()
        if (!job) return 'unknown'
        if (job.status !== 'dead') return 'wrongState'
        const { status, dueAtMs, tries } = revive(job, nowMs)
        await tx.updateTable('jobs').set({ status, dueAtMs, tries }).where('id', '=', id).execute()
        return 'done'
      }),

    async listJobs({ status, orderId, limit, beforeId }) {
      let query = db
        .selectFrom('jobs')
        .innerJoin('orders', 'orders.id', 'jobs.orderId')
        .select(jobColumns)
        .select('orders.orderNo')
      if (status !== null) query = query.where('jobs.status', '=', status)
      if (orderId !== null) query = query.where('jobs.orderId', '=', orderId)
      if (beforeId !== null) query = query.where('jobs.id', '<', beforeId)
      return query.orderBy('jobs.id', 'desc').limit(limit).execute()
    },
  }
}

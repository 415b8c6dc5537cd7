import { sql } from 'kysely'
import type { Engine } from './engine/engine'
import type { DueStore } from './port'
import { attemptColumns, toAttempt } from './rows'

export function createDueStore({ db, transact }: Engine): DueStore {
  return {
    claimDueOrders: (nowMs, limit, untilMs, orderId) =>
      transact(async (tx) => {
        let due = tx
          .selectFrom('orders')
          .select('id')
          .where('status', '=', sql.lit('pending'))
          .where('expireCheckAtMs', '<=', nowMs)
        if (orderId !== undefined) due = due.where('id', '=', orderId)
        const rows = await due.orderBy('expireCheckAtMs').limit(limit).forUpdate().skipLocked().execute()
        const ids = rows.map(({ id }) => id)
        if (ids.length > 0) {
          await tx.updateTable('orders').set({ expireCheckAtMs: untilMs }).where('id', 'in', ids).execute()
        }
        return ids
      }),

    postponeExpiry: (orderId, checkAtMs) =>
      transact(async (tx) => {
        await tx.updateTable('orders').set({ expireCheckAtMs: checkAtMs }).where('id', '=', orderId).execute()
      }),

    claimDueAttempts: (nowMs, limit, untilMs) =>
      transact(async (tx) => {
        const rows = await tx
          .selectFrom('attempts')
          .select(attemptColumns)
          .where('nextQueryAtMs', 'is not', null)
          .where('nextQueryAtMs', '<=', nowMs)
          .orderBy('nextQueryAtMs')
          .limit(limit)
          .forUpdate()
          .skipLocked()
          .execute()
        const ids = rows.map(({ id }) => id)
        if (ids.length > 0) {
          await tx.updateTable('attempts').set({ nextQueryAtMs: untilMs }).where('id', 'in', ids).execute()
        }
        return rows.map(toAttempt)
      }),

    postponeQuery: (attempt, nextQueryAtMs) =>
      transact(async (tx) => {
        await tx
          .updateTable('attempts')
          .set({ nextQueryAtMs, queries: attempt.queries + 1 })
          .where('id', '=', attempt.id)
          .where('status', '=', 'live')
          .execute()
      }),

    async queueDepths(nowMs) {
      const queries = await db
        .selectFrom('attempts')
        .select((eb) => eb.fn.countAll<number>().as('due'))
        .where('nextQueryAtMs', 'is not', null)
        .where('nextQueryAtMs', '<=', nowMs)
        .executeTakeFirstOrThrow()
      const expiry = await db
        .selectFrom('orders')
        .select((eb) => eb.fn.countAll<number>().as('due'))
        .where('status', '=', sql.lit('pending'))
        .where('expireCheckAtMs', '<=', nowMs)
        .executeTakeFirstOrThrow()
      const outbox = await db
        .selectFrom('jobs')
        .select((eb) => eb.fn.countAll<number>().as('due'))
        .where('status', '=', sql.lit('waiting'))
        .where('dueAtMs', '<=', nowMs)
        .executeTakeFirstOrThrow()
      return { late_queries: queries.due, expiry: expiry.due, outbox: outbox.due }
    },
  }
}

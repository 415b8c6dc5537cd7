import { sql } from 'kysely'
import { canResolve, type HoldDecision } from '../../domain/hold'
import { canConfirmReceipt, canShip } from '../../domain/fulfilment'
import { withoutPerson } from '../../domain/delivery'
import { revive } from '../../domain/outbox'
import type { createBooks } from './books'
import type { Engine } from '../engine/engine'
import { addJobs } from './jobs'
import { partsOfPayment } from '../orders/payment-parts'
import { closeFrom } from '../orders/placing'
import { addAutomaticRefund } from '../refunds/refunds'
import { holdColumns, jobColumns, orderColumns, toOrder } from '../rows'
import { lockKnownOrder, lockOrder } from '../orders/lock-order'
import { savePaid } from '../orders/settlement-store'
import type { WorkStore } from './work-port'

/** At one go. */
const forgetMax = 500

/** What is done after the payment: by the outbox, and by the people of the shop. */
export function createWorkStore(
  { db, transact }: Engine,
  { hasHook }: { readonly hasHook: boolean },
): Omit<WorkStore, keyof ReturnType<typeof createBooks>> {
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

    async findParcel(orderNo) {
      const row = await db.selectFrom('orders').select(orderColumns).where('orderNo', '=', orderNo).executeTakeFirst()
      if (!row) return null
      const order = toOrder(row)
      const paidBy = await db
        .selectFrom('attempts')
        .select(['outTradeNo', 'client'])
        .where('orderId', '=', order.id)
        .where('transactionId', '=', order.transactionId)
        .executeTakeFirst()
      const user = await db.selectFrom('users').select('openid').where('id', '=', order.userId).executeTakeFirst()
      return {
        order,
        client: paidBy?.client ?? null,
        outTradeNo: paidBy?.outTradeNo ?? null,
        openid: user?.openid ?? null,
        parts: order.transactionId === null ? [] : await partsOfPayment(db, order.transactionId),
      }
    },

    shipOrder: (orderNo, { carrier, trackingNo }, nowMs) =>
      transact(async (tx) => {
        const order = await lockOrder(tx, { orderNo })
        if (order === null) return 'unknown'
        if (!canShip(order)) return 'wrongState'
        await tx
          .updateTable('orders')
          .set({ fulfilment: 'shipped', shippedAtMs: nowMs, carrier, trackingNo })
          .where('id', '=', order.id)
          .execute()
        await addJobs(tx, [{ kind: 'deliver', subject: orderNo, orderId: order.id, dueAtMs: nowMs }], nowMs)
        return 'done'
      }),

    confirmReceipt: (orderId, nowMs) =>
      transact(async (tx) => {
        const order = await lockKnownOrder(tx, orderId)
        if (!canConfirmReceipt(order)) return order.fulfilment === 'completed'
        await tx
          .updateTable('orders')
          .set({ fulfilment: 'completed', completedAtMs: nowMs })
          .where('id', '=', orderId)
          .execute()
        return true
      }),

    forgetPeople: (nowMs) =>
      transact(async (tx) => {
        const rows = await tx
          .selectFrom('orders')
          .select(orderColumns)
          .where('forgetAtMs', '<=', nowMs)
          .limit(forgetMax)
          .execute()
        for (const order of rows.map(toOrder)) {
          const delivery = JSON.stringify(withoutPerson(order.delivery))
          await tx.updateTable('orders').set({ delivery, forgetAtMs: null }).where('id', '=', order.id).execute()
        }
      }),

    async listHolds({ isOpen, limit, beforeId }) {
      let query = db
        .selectFrom('holds')
        .leftJoin('attempts', 'attempts.outTradeNo', 'holds.outTradeNo')
        .leftJoin('orders', 'orders.id', 'attempts.orderId')
        .select(holdColumns)
        .select('orders.orderNo')
        .where('holds.resolvedAtMs', isOpen ? 'is' : 'is not', null)
      if (beforeId !== null) query = query.where('holds.id', '<', beforeId)
      return query.orderBy('holds.id', 'desc').limit(limit).execute()
    },

    resolveHold: (id, decision, note, nowMs) =>
      transact(async (tx) => {
        const named = await tx
          .selectFrom('holds')
          .innerJoin('attempts', 'attempts.outTradeNo', 'holds.outTradeNo')
          .select('attempts.orderId')
          .where('holds.id', '=', id)
          .executeTakeFirst()
        const order = named ? await lockKnownOrder(tx, named.orderId) : null
        const hold = await tx
          .selectFrom('holds')
          .select(holdColumns)
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst()
        if (!hold) return 'unknown'
        if (!canResolve(hold, decision, order)) return 'wrongState'
        await tx.updateTable('holds').set({ resolvedAtMs: nowMs, decision, note }).where('id', '=', id).execute()
        if (order === null) return 'done'
        await actOn(decision, order)
        return 'done'

        async function actOn(made: HoldDecision, current: NonNullable<typeof order>): Promise<void> {
          const { transactionId, outTradeNo, totalFen } = hold!
          if (made === 'accept') {
            const paid = { ...current, paidAtMs: hold!.createdAtMs, transactionId }
            return savePaid(tx, paid, { nowMs, hasHook })
          }
          if (made === 'refund') {
            const payment = { outTradeNo, transactionId, totalFen }
            const refundNo = `R${outTradeNo}-H${id}`
            await addAutomaticRefund(tx, { orderId: current.id, payment, cause: 'held', nowMs, refundNo })
          }
          if (current.status !== 'held') return
          const others = await tx
            .selectFrom('holds')
            .innerJoin('attempts', 'attempts.outTradeNo', 'holds.outTradeNo')
            .select('holds.id')
            .where('attempts.orderId', '=', current.id)
            .where('holds.resolvedAtMs', 'is', null)
            .executeTakeFirst()
          // With nothing left to look at the order ends; the payer may order anew.
          if (!others) await closeFrom(tx, current.id, 'held', nowMs)
        }
      }),
  }
}

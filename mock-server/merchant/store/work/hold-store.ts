import type { Kysely } from 'kysely'
import { canResolve, type Hold, type HoldDecision } from '../../domain/hold'
import type { Order } from '../../domain/order'
import type { Engine } from '../engine/engine'
import { lockKnownOrder } from '../orders/lock-order'
import { closeFrom } from '../orders/placing'
import { savePaid } from '../orders/settlement-store'
import { addAutomaticRefund } from '../refunds/refunds'
import { holdColumns } from '../rows'
import type { Tables } from '../schema'
import type { HoldStore } from './work-port'

export function createHoldStore({ db, transact }: Engine, { hasHook }: { readonly hasHook: boolean }): HoldStore {
  return {
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
        if (order !== null) await carryOut(tx, decision, { hold, order, nowMs, hasHook })
        return 'done'
      }),
  }
}

interface Held {
  readonly hold: Hold
  readonly order: Order
  readonly nowMs: number
  readonly hasHook: boolean
}

async function carryOut(tx: Kysely<Tables>, decision: HoldDecision, held: Held): Promise<void> {
  const { hold, order, nowMs, hasHook } = held
  const { transactionId, outTradeNo, totalFen, payerFen } = hold
  if (decision === 'accept') {
    return savePaid(tx, { ...order, paidAtMs: hold.createdAtMs, transactionId, payerFen }, { nowMs, hasHook })
  }
  if (decision === 'refund') {
    const payment = { outTradeNo, transactionId, totalFen }
    const refundNo = `R${outTradeNo}-H${hold.id}`
    await addAutomaticRefund(tx, { orderId: order.id, payment, cause: 'held', nowMs, refundNo })
  }
  // With nothing left for a person to look at the order ends; the payer may order anew.
  if (order.status === 'held' && !(await hasOpenHold(tx, order.id))) await closeFrom(tx, order.id, 'held', nowMs)
}

async function hasOpenHold(tx: Kysely<Tables>, orderId: number): Promise<boolean> {
  const open = await tx
    .selectFrom('holds')
    .innerJoin('attempts', 'attempts.outTradeNo', 'holds.outTradeNo')
    .select('holds.id')
    .where('attempts.orderId', '=', orderId)
    .where('holds.resolvedAtMs', 'is', null)
    .executeTakeFirst()
  return open !== undefined
}

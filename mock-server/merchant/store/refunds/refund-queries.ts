import type { Kysely } from 'kysely'
import type { Refund } from '../../domain/refund'
import { refundColumns, refundPartColumns } from '../rows'
import type { Tables } from '../schema'
import type { RefundStore } from './refund-port'

type RefundQueries = Pick<
  RefundStore,
  'findRefund' | 'findRefundTask' | 'refundsOf' | 'refundPartsOf' | 'newestRefunds' | 'listRefunds'
>

export function createRefundQueries(db: Kysely<Tables>): RefundQueries {
  return {
    findRefund: (refundNo) => findRefund(db, refundNo),

    async findRefundTask(refundNo) {
      const part = await db
        .selectFrom('refundParts')
        .innerJoin('refunds', 'refunds.refundNo', 'refundParts.ofRefundNo')
        .select(refundPartColumns)
        .select(['refunds.reason', 'refunds.requestedAtMs', 'refunds.decidedAtMs'])
        .where('refundParts.refundNo', '=', refundNo)
        .executeTakeFirst()
      if (part) return part
      const whole = await findRefund(db, refundNo)
      return whole ? { ...whole, subMchid: null } : null
    },

    refundsOf: (orderId) => refundsOf(db, orderId),

    refundPartsOf: (orderId) =>
      db.selectFrom('refundParts').select(refundPartColumns).where('orderId', '=', orderId).orderBy('id').execute(),

    async newestRefunds(orderIds) {
      if (orderIds.length === 0) return new Map()
      const rows = await db
        .selectFrom('refunds')
        .select(refundColumns)
        .where('orderId', 'in', [...orderIds])
        .orderBy('id')
        .execute()
      return new Map(rows.map((row) => [row.orderId, row]))
    },

    async listRefunds({ status, limit, beforeId }) {
      let query = db
        .selectFrom('refunds')
        .innerJoin('orders', 'orders.id', 'refunds.orderId')
        .select(refundColumns)
        .select('orders.orderNo')
      if (status !== null) query = query.where('refunds.status', '=', status)
      if (beforeId !== null) query = query.where('refunds.id', '<', beforeId)
      return query.orderBy('refunds.id', 'desc').limit(limit).execute()
    },
  }
}

async function findRefund(db: Kysely<Tables>, refundNo: string): Promise<Refund | null> {
  const row = await db.selectFrom('refunds').select(refundColumns).where('refundNo', '=', refundNo).executeTakeFirst()
  return row ?? null
}

/** Every refund of an order, oldest first. */
export async function refundsOf(db: Kysely<Tables>, orderId: number): Promise<readonly Refund[]> {
  return db.selectFrom('refunds').select(refundColumns).where('orderId', '=', orderId).orderBy('id').execute()
}

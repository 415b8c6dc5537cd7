import type { Kysely } from 'kysely'
import type { Engine } from '../engine/engine'
import type { OrderStore, OrderWithAttempts } from '../port'
import { attemptColumns, orderColumns, toAttempt, toOrder, type OrderRow } from '../rows'
import type { Tables } from '../schema'
import { closeOrder, insertOrder, toPlacement } from './placing'

/** More coupons than anybody looks through. */
const couponsMax = 100

export function createOrderStore({ db, transact }: Engine): OrderStore {
  return {
    async availableStock() {
      const rows = await db.selectFrom('stock').select(['goodsId', 'available']).execute()
      return new Map(rows.map(({ goodsId, available }) => [goodsId, available]))
    },

    async benefitsOf(userId, nowMs) {
      const account = await db
        .selectFrom('pointAccounts')
        .select('balance')
        .where('userId', '=', userId)
        .executeTakeFirst()
      const coupons = await db
        .selectFrom('coupons')
        .select(['id', 'name', 'kind', 'discountFen', 'minFen', 'expiresAtMs'])
        .where('userId', '=', userId)
        .where('status', '=', 'available')
        .where('expiresAtMs', '>', nowMs)
        .orderBy('expiresAtMs')
        .orderBy('id')
        .limit(couponsMax)
        .execute()
      return { points: Math.max(0, account?.balance ?? 0), coupons }
    },

    async placeOrder(draft) {
      try {
        return await transact((tx) => insertOrder(tx, draft))
      } catch (error) {
        return toPlacement(error)
      }
    },

    closeOrder: (orderId, nowMs) => transact((tx) => closeOrder(tx, orderId, nowMs)),

    async findByRequest(userId, requestId) {
      const row = await db
        .selectFrom('orders')
        .select(['id as orderId', 'content'])
        .where('userId', '=', userId)
        .where('requestId', '=', requestId)
        .executeTakeFirst()
      return row ?? null
    },

    async findOrder(orderNo) {
      const row = await db.selectFrom('orders').select(orderColumns).where('orderNo', '=', orderNo).executeTakeFirst()
      return row ? withAttempts(db, row) : null
    },

    async findOrderById(orderId) {
      const row = await db.selectFrom('orders').select(orderColumns).where('id', '=', orderId).executeTakeFirst()
      return row ? withAttempts(db, row) : null
    },

    async listOrders({ userId, orderId, group, limit, beforeId }) {
      let query = db.selectFrom('orders').select(orderColumns).where('userId', '=', userId)
      if (orderId !== null) query = query.where('id', '=', orderId)
      if (beforeId !== null) query = query.where('id', '<', beforeId)
      if (group === 'pending') query = query.where('status', '=', 'pending')
      if (group === 'shipping') {
        query = query.where('status', '=', 'paid').where('fulfilment', 'in', ['preparing', 'shipped'])
      }
      if (group === 'refund') {
        query = query.where((eb) =>
          eb.exists(eb.selectFrom('refunds').select('refunds.id').whereRef('refunds.orderId', '=', 'orders.id')),
        )
      }
      return (await query.orderBy('id', 'desc').limit(limit).execute()).map(toOrder)
    },

    async listAllOrders(limit, beforeId) {
      let query = db
        .selectFrom('orders')
        .leftJoin('attempts', (join) =>
          join.on('attempts.id', '=', (eb) =>
            eb
              .selectFrom('attempts as newest')
              .select((inner) => inner.fn.max('newest.id').as('id'))
              .whereRef('newest.orderId', '=', 'orders.id'),
          ),
        )
        .select(orderColumns)
        .select(['attempts.outTradeNo as outTradeNo', 'attempts.client as attemptClient'])
      if (beforeId !== null) query = query.where('orders.id', '<', beforeId)
      const rows = await query.orderBy('orders.id', 'desc').limit(limit).execute()
      return rows.map(({ outTradeNo, attemptClient, ...order }) => ({
        order: toOrder(order),
        outTradeNo,
        attemptClient,
      }))
    },
  }
}

async function withAttempts(db: Kysely<Tables>, row: OrderRow): Promise<OrderWithAttempts> {
  const attempts = await db
    .selectFrom('attempts')
    .select(attemptColumns)
    .where('orderId', '=', row.id)
    .orderBy('id')
    .execute()
  return { order: toOrder(row), attempts: attempts.map(toAttempt) }
}

import { sql, type Kysely } from 'kysely'
import type { CatalogueItem } from '../domain/catalogue'
import type { OrderItem } from '../domain/cart'
import type { Engine } from './engine'
import type { OrderDraft, OrderWithAttempts, Placement, Store } from './port'
import { attemptColumns, orderColumns, toAttempt, toOrder, type AttemptRow } from './rows'
import type { Tables } from './schema'
import { createSessionStore } from './session-store'
import { createSettlementStore } from './settlement-store'

export interface SqlStoreOptions {
  readonly goods: readonly CatalogueItem[]
  /** Pieces of each item in a new shop. */
  readonly initialStock: number
}

/** The store over any engine that Kysely speaks to. */
export async function createSqlStore(engine: Engine, options: SqlStoreOptions): Promise<Store> {
  const { db, transact } = engine
  await transact((tx) =>
    tx
      .insertInto('stock')
      .values(options.goods.map(({ goodsId }) => ({ goodsId, available: options.initialStock, reserved: 0, sold: 0 })))
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  )

  async function withAttempts(row: Parameters<typeof toOrder>[0] | undefined): Promise<OrderWithAttempts | null> {
    if (!row) return null
    const attempts = await db
      .selectFrom('attempts')
      .select(attemptColumns)
      .where('orderId', '=', row.id)
      .orderBy('id')
      .execute()
    return { order: toOrder(row), attempts: attempts.map(toAttempt) }
  }

  return {
    ...createSessionStore(engine),
    ...createSettlementStore(engine),

    async availableStock() {
      const rows = await db.selectFrom('stock').select(['goodsId', 'available']).execute()
      return new Map(rows.map(({ goodsId, available }) => [goodsId, available]))
    },

    async placeOrder(draft) {
      try {
        return await transact((tx) => insertOrder(tx, draft))
      } catch (error) {
        if (error instanceof OutOfStockError) return { kind: 'outOfStock', goodsId: error.goodsId }
        throw error
      }
    },

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
      return withAttempts(
        await db.selectFrom('orders').select(orderColumns).where('orderNo', '=', orderNo).executeTakeFirst(),
      )
    },

    async findOrderById(orderId) {
      return withAttempts(
        await db.selectFrom('orders').select(orderColumns).where('id', '=', orderId).executeTakeFirst(),
      )
    },

    async listOrders(userId, orderId, limit) {
      let query = db.selectFrom('orders').select(orderColumns).where('userId', '=', userId)
      if (orderId !== null) query = query.where('id', '=', orderId)
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

    addAttempt: (orderId, outTradeNo, client, payerClientIp) =>
      transact(async (tx) => {
        const row = await insertAttempt(tx, { orderId, outTradeNo, client, payerClientIp })
        return row === undefined ? null : toAttempt(row)
      }),

    instructAttempt: (attempt, instruction, nowMs, nextQueryAtMs) =>
      transact(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('attempts')
          .set({ status: 'live', instruction, instructedAtMs: nowMs, nextQueryAtMs })
          .where('id', '=', attempt.id)
          .where('status', 'in', ['new', 'live'])
          .executeTakeFirst()
        return numUpdatedRows === 0n ? null : { ...attempt, status: 'live', instruction, instructedAtMs: nowMs }
      }),

    closeAttempt: (attemptId) =>
      transact(async (tx) => {
        await tx
          .updateTable('attempts')
          .set({ status: 'closed', nextQueryAtMs: null })
          .where('id', '=', attemptId)
          .where('status', 'in', ['new', 'live'])
          .execute()
      }),

    closeOrder: (orderId) => transact((tx) => closeOrder(tx, orderId)),

    async dueOrders(nowMs, limit) {
      const rows = await db
        .selectFrom('orders')
        .select('id')
        .where('status', '=', sql.lit('pending'))
        .where('expireCheckAtMs', '<=', nowMs)
        .orderBy('expireCheckAtMs')
        .limit(limit)
        .execute()
      return rows.map(({ id }) => id)
    },

    postponeExpiry: (orderId, checkAtMs) =>
      transact(async (tx) => {
        await tx.updateTable('orders').set({ expireCheckAtMs: checkAtMs }).where('id', '=', orderId).execute()
      }),

    async dueAttempts(nowMs, limit) {
      const rows = await db
        .selectFrom('attempts')
        .select(attemptColumns)
        .where('nextQueryAtMs', 'is not', null)
        .where('nextQueryAtMs', '<=', nowMs)
        .orderBy('nextQueryAtMs')
        .limit(limit)
        .execute()
      return rows.map(toAttempt)
    },

    postponeQuery: (attempt, nextQueryAtMs) =>
      transact(async (tx) => {
        await tx
          .updateTable('attempts')
          .set({ nextQueryAtMs, queries: attempt.queries + 1 })
          .where('id', '=', attempt.id)
          .where('status', '=', 'live')
          .execute()
      }),

    close: () => engine.close(),
  }
}

async function insertOrder(tx: Kysely<Tables>, draft: OrderDraft): Promise<Placement> {
  const { outTradeNo, payerClientIp, items, ...values } = draft
  const inserted = await tx
    .insertInto('orders')
    .values({
      ...values,
      items: JSON.stringify(items),
      status: 'pending',
      expireCheckAtMs: draft.expiresAtMs,
      paidAtMs: null,
      transactionId: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) {
    const known = await tx
      .selectFrom('orders')
      .select(['id as orderId', 'content'])
      .where('userId', '=', draft.userId)
      .where('requestId', '=', draft.requestId)
      .executeTakeFirst()
    return known ? { kind: 'known', ...known } : { kind: 'numberTaken' }
  }
  for (const { goodsId, quantity } of items) {
    const { numUpdatedRows } = await tx
      .updateTable('stock')
      .set((eb) => ({ available: eb('available', '-', quantity), reserved: eb('reserved', '+', quantity) }))
      .where('goodsId', '=', goodsId)
      .where('available', '>=', quantity)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw new OutOfStockError(goodsId)
  }
  const attempt = await insertAttempt(tx, { orderId: inserted.id, outTradeNo, client: draft.client, payerClientIp })
  return {
    kind: 'placed',
    order: {
      id: inserted.id,
      orderNo: draft.orderNo,
      userId: draft.userId,
      client: draft.client,
      status: 'pending',
      items,
      goodsFen: draft.goodsFen,
      shippingFen: draft.shippingFen,
      totalFen: draft.totalFen,
      createdAtMs: draft.createdAtMs,
      expiresAtMs: draft.expiresAtMs,
      paidAtMs: null,
      transactionId: null,
    },
    attempts: attempt ? [toAttempt(attempt)] : [],
  }
}

function insertAttempt(
  tx: Kysely<Tables>,
  values: Pick<AttemptRow, 'orderId' | 'outTradeNo' | 'client' | 'payerClientIp'>,
): Promise<AttemptRow | undefined> {
  return tx
    .insertInto('attempts')
    .values({
      ...values,
      status: 'new',
      instruction: null,
      instructedAtMs: null,
      transactionId: null,
      nextQueryAtMs: null,
      queries: 0,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(attemptColumns)
    .executeTakeFirst()
}

async function closeOrder(tx: Kysely<Tables>, orderId: number): Promise<boolean> {
  const open = await tx
    .selectFrom('attempts')
    .select('id')
    .where('orderId', '=', orderId)
    .where('status', 'in', ['new', 'live'])
    .executeTakeFirst()
  if (open) return false
  const closed = await tx
    .updateTable('orders')
    .set({ status: 'closed' })
    .where('id', '=', orderId)
    .where('status', '=', 'pending')
    .returning('items')
    .executeTakeFirst()
  if (!closed) return false
  for (const { goodsId, quantity } of JSON.parse(closed.items) as readonly OrderItem[]) {
    await tx
      .updateTable('stock')
      .set((eb) => ({ available: eb('available', '+', quantity), reserved: eb('reserved', '-', quantity) }))
      .where('goodsId', '=', goodsId)
      .execute()
  }
  return true
}

/** Undoes the transaction it is thrown in. */
class OutOfStockError extends Error {
  override readonly name = 'OutOfStockError'
  constructor(readonly goodsId: string) {
    super(`Not enough of ${goodsId} is left.`)
  }
}

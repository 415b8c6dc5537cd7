import { sql } from 'kysely'
import type { CatalogueItem } from '../domain/catalogue'
import { createBooks } from './work/books'
import type { Engine } from './engine/engine'
import { closeOrder, insertAttempt, insertOrder, toPlacement } from './orders/placing'
import type { OrderWithAttempts, Store } from './port'
import { createRefundStore } from './refunds/refund-store'
import { attemptColumns, orderColumns, toAttempt, toOrder } from './rows'
import { lockKnownOrder, lockOrder } from './orders/lock-order'
import { createSessionStore } from './session-store'
import { createSettlementStore } from './orders/settlement-store'
import { createWorkStore } from './work/work-store'

export interface SqlStoreOptions {
  readonly goods: readonly CatalogueItem[]
  /** Pieces of each item in a new shop. */
  readonly initialStock: number
  /** The owner has a step of his own after each payment. Default false. */
  readonly hasHook?: boolean
}

/** More than anybody looks through. */
const couponsMax = 100

/** The store over any engine that Kysely speaks to. */
export async function createSqlStore(engine: Engine, options: SqlStoreOptions): Promise<Store> {
  const { db, transact } = engine
  const hasHook = options.hasHook ?? false
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
    ...createSettlementStore(engine, { hasHook }),
    ...createRefundStore(engine, { hasHook }),
    ...createWorkStore(engine, { hasHook }),
    ...createBooks(engine),

    async availableStock() {
      const rows = await db.selectFrom('stock').select(['goodsId', 'available']).execute()
      return new Map(rows.map(({ goodsId, available }) => [goodsId, available]))
    },

    async placeOrder(draft) {
      try {
        return await transact((tx) => insertOrder(tx, draft))
      } catch (error) {
        return toPlacement(error)
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
        const order = await lockOrder(tx, { id: orderId })
        if (order?.status !== 'pending') return null
        const row = await insertAttempt(tx, { orderId, outTradeNo, client, payerClientIp }, order.parts)
        return row === undefined ? null : toAttempt(row)
      }),

    instructAttempt: (attempt, instruction, nowMs, nextQueryAtMs) =>
      transact(async (tx) => {
        const isWanted = (await lockKnownOrder(tx, attempt.orderId)).status === 'pending'
        const { numUpdatedRows } = await tx
          .updateTable('attempts')
          // Nobody will be told how to pay it: the sweep closes it.
          .set({ status: 'live', instruction, instructedAtMs: nowMs, nextQueryAtMs: isWanted ? nextQueryAtMs : nowMs })
          .where('id', '=', attempt.id)
          .where('status', 'in', ['new', 'live'])
          .executeTakeFirst()
        return numUpdatedRows === 0n || !isWanted
          ? null
          : { ...attempt, status: 'live', instruction, instructedAtMs: nowMs }
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

    closeOrder: (orderId, nowMs) => transact((tx) => closeOrder(tx, orderId, nowMs)),

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

    lock: engine.lock,
    hits: engine.hits,
    broadcast: engine.broadcast,

    async isReachable() {
      try {
        await db.selectFrom('stock').select('goodsId').limit(1).execute()
        return true
      } catch {
        return false
      }
    },

    async findToken(name) {
      const row = await db
        .selectFrom('tokens')
        .select(['value', 'renewAtMs'])
        .where('name', '=', name)
        .executeTakeFirst()
      return row ?? null
    },

    saveToken: (name, token) =>
      transact(async (tx) => {
        await tx
          .insertInto('tokens')
          .values({ name, ...token })
          .onConflict((conflict) => conflict.column('name').doUpdateSet(token))
          .execute()
      }),

    close: () => engine.close(),
  }
}

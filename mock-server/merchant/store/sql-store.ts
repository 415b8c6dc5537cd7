import type { CatalogueItem } from '../domain/catalogue'
import { createDueStore } from './due-store'
import type { Engine } from './engine/engine'
import { createAttemptStore } from './orders/attempt-store'
import { createOrderStore } from './orders/order-store'
import { createSettlementStore } from './orders/settlement-store'
import type { Store } from './port'
import { createRefundStore } from './refunds/refund-store'
import { createSessionStore } from './session-store'
import { createTokenStore } from './token-store'
import { createBookStore } from './work/book-store'
import { createHoldStore } from './work/hold-store'
import { createJobStore } from './work/job-store'
import { createShippingStore } from './work/shipping-store'

export interface SqlStoreOptions {
  readonly goods: readonly CatalogueItem[]
  /** Pieces of each item in a new shop. */
  readonly initialStock: number
  /** Whether the owner has a step of their own after each payment. Default false. */
  readonly hasHook?: boolean
}

/** The store over any engine that Kysely speaks to. */
export async function createSqlStore(
  engine: Engine,
  { goods, initialStock, hasHook = false }: SqlStoreOptions,
): Promise<Store> {
  const { db, transact, lock, hits, broadcast } = engine
  await transact((tx) =>
    tx
      .insertInto('stock')
      .values(goods.map(({ goodsId }) => ({ goodsId, available: initialStock, reserved: 0, sold: 0 })))
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  )
  return {
    ...createSessionStore(engine),
    ...createOrderStore(engine),
    ...createAttemptStore(engine),
    ...createSettlementStore(engine, { hasHook }),
    ...createRefundStore(engine, { hasHook }),
    ...createHoldStore(engine, { hasHook }),
    ...createShippingStore(engine),
    ...createJobStore(engine),
    ...createDueStore(engine),
    ...createBookStore(engine),
    ...createTokenStore(engine),
    lock,
    hits,
    broadcast,

    async isReachable() {
      try {
        await db.selectFrom('stock').select('goodsId').limit(1).execute()
        return true
      } catch {
        return false
      }
    },

    close: () => engine.close(),
  }
}

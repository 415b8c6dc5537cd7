import type { Kysely } from 'kysely'
import type { OrderItem } from '../../domain/cart'
import { inGoodsOrder } from '../rows'
import type { Tables } from '../schema'

/** Thrown to undo the transaction. */
export class OutOfStockError extends Error {
  override readonly name = 'OutOfStockError'
  constructor(readonly goodsId: string) {
    super(`Not enough of ${goodsId} is left.`)
  }
}

/** @throws OutOfStockError */
export async function reserveStock(tx: Kysely<Tables>, items: readonly OrderItem[]): Promise<void> {
  for (const { goodsId, quantity } of inGoodsOrder(items)) {
    const { numUpdatedRows } = await tx
      .updateTable('stock')
      .set((eb) => ({ available: eb('available', '-', quantity), reserved: eb('reserved', '+', quantity) }))
      .where('goodsId', '=', goodsId)
      .where('available', '>=', quantity)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw new OutOfStockError(goodsId)
  }
}

/** Moves sold or reserved pieces to another column. */
export async function moveStock(
  tx: Kysely<Tables>,
  items: readonly OrderItem[],
  from: 'reserved' | 'sold',
  to: 'sold' | 'available',
): Promise<void> {
  for (const { goodsId, quantity } of inGoodsOrder(items)) {
    await tx
      .updateTable('stock')
      .set((eb) => ({ [from]: eb(from, '-', quantity), [to]: eb(to, '+', quantity) }))
      .where('goodsId', '=', goodsId)
      .execute()
  }
}

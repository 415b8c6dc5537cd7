import type { Kysely } from 'kysely'
import type { Order } from '../../domain/order'
import { orderColumns, toOrder } from '../rows'
import type { Tables } from '../schema'

/**
 * An order that nobody else changes until this transaction ends. Its lock comes before those of its attempts, refunds and
 * holds, in every transaction: so no two wait for each other. Null where there is none.
 */
export async function lockOrder(
  tx: Kysely<Tables>,
  named: { readonly id: number } | { readonly orderNo: string },
): Promise<Order | null> {
  const orders = tx.selectFrom('orders').select(orderColumns).forUpdate()
  const found = 'id' in named ? orders.where('id', '=', named.id) : orders.where('orderNo', '=', named.orderNo)
  const row = await found.executeTakeFirst()
  return row ? toOrder(row) : null
}

/** The same for an order that something in the database refers to, and that is therefore there. */
export async function lockKnownOrder(tx: Kysely<Tables>, orderId: number): Promise<Order> {
  const order = await lockOrder(tx, { id: orderId })
  if (order === null) throw new Error(`Order ${orderId} is referred to and is not there.`)
  return order
}

import type { Kysely } from 'kysely'
import type { Order } from '../../domain/order'
import { orderColumns, toOrder } from '../rows'
import type { Tables } from '../schema'

/**
 * Locks an order until the transaction ends. Every transaction locks the order before its attempts, refunds and holds, so
 * that no two of them deadlock. Null where there is no such order.
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

/** The same for an order that a foreign key refers to, and that must therefore exist. */
export async function lockKnownOrder(tx: Kysely<Tables>, orderId: number): Promise<Order> {
  const order = await lockOrder(tx, { id: orderId })
  if (order === null) throw new Error(`Order ${orderId} is referred to and is not there.`)
  return order
}

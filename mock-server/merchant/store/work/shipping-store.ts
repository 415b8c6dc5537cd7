import { withoutPerson } from '../../domain/delivery'
import { canConfirmReceipt, canShip } from '../../domain/fulfilment'
import type { Engine } from '../engine/engine'
import { lockKnownOrder, lockOrder } from '../orders/lock-order'
import { partsOfPayment } from '../orders/payment-parts'
import { orderColumns, toOrder } from '../rows'
import { addJobs } from './jobs'
import type { ShippingStore } from './work-port'

/** Orders that one call of `forgetPeople` changes. */
const forgetMax = 500

export function createShippingStore({ db, transact }: Engine): ShippingStore {
  return {
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
  }
}

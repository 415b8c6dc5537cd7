import type { Kysely } from 'kysely'
import { withoutPerson } from '../../domain/delivery'
import { initialOrderState } from '../../domain/order'
import { toAttemptParts, type OrderPart } from '../../domain/parts'
import { addPoints, reserveCoupon, reservePoints, returnCoupon } from './benefits'
import type { OrderDraft, Placement } from '../port'
import { orderColumns, toAttempt, toListText, toOrder, attemptColumns, type AttemptRow } from '../rows'
import type { Tables } from '../schema'
import { moveStock, OutOfStockError, reserveStock } from './stock'

/** Thrown to undo the transaction. */
class BenefitGoneError extends Error {
  override readonly name = 'BenefitGoneError'
  constructor(readonly benefit: 'coupon' | 'points') {
    super(`The ${benefit} cannot be used any more.`)
  }
}

/** The outcome for an error that undid the placing. Rethrows every other error. */
export function toPlacement(error: unknown): Placement {
  if (error instanceof OutOfStockError) return { kind: 'outOfStock', goodsId: error.goodsId }
  if (error instanceof BenefitGoneError) return { kind: error.benefit === 'coupon' ? 'couponGone' : 'pointsGone' }
  throw error
}

/** Stores order and first attempt and reserves goods, coupon and points. */
export async function insertOrder(tx: Kysely<Tables>, draft: OrderDraft): Promise<Placement> {
  const { outTradeNo, payerClientIp, requestId, content, ...facts } = draft
  const inserted = await tx
    .insertInto('orders')
    .values({
      ...initialOrderState,
      ...facts,
      requestId,
      content,
      items: JSON.stringify(draft.items),
      parts: toListText(draft.parts),
      delivery: draft.delivery === null ? null : JSON.stringify(draft.delivery),
      expireCheckAtMs: draft.expiresAtMs,
      forgetAtMs: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!inserted) {
    const known = await tx
      .selectFrom('orders')
      .select(['id as orderId', 'content'])
      .where('userId', '=', draft.userId)
      .where('requestId', '=', requestId)
      .executeTakeFirst()
    return known ? { kind: 'known', ...known } : { kind: 'numberTaken' }
  }
  await reserveStock(tx, draft.items)
  await reserveBenefits(tx, inserted.id, draft)
  const { client } = draft
  const attempt = await insertAttempt(tx, { orderId: inserted.id, outTradeNo, client, payerClientIp }, draft.parts)
  return {
    kind: 'placed',
    order: { ...initialOrderState, ...facts, id: inserted.id },
    attempts: attempt ? [toAttempt(attempt)] : [],
  }
}

async function reserveBenefits(tx: Kysely<Tables>, orderId: number, draft: OrderDraft): Promise<void> {
  const { userId, couponId, points, createdAtMs } = draft
  if (couponId !== null && !(await reserveCoupon(tx, userId, couponId, createdAtMs))) {
    throw new BenefitGoneError('coupon')
  }
  const entry = { entryKey: `used:${orderId}`, userId, points, atMs: createdAtMs }
  if (points > 0 && !(await reservePoints(tx, entry))) throw new BenefitGoneError('points')
}

export function insertAttempt(
  tx: Kysely<Tables>,
  values: Pick<AttemptRow, 'orderId' | 'outTradeNo' | 'client' | 'payerClientIp'>,
  parts: readonly OrderPart[],
): Promise<AttemptRow | undefined> {
  return tx
    .insertInto('attempts')
    .values({
      ...values,
      parts: toListText(toAttemptParts(values.outTradeNo, parts)),
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

/** Closes a pending order without open attempts, releases what it reserved, and deletes its personal data. */
export async function closeOrder(tx: Kysely<Tables>, orderId: number, nowMs: number): Promise<boolean> {
  await tx.selectFrom('orders').select('id').where('id', '=', orderId).forUpdate().execute()
  const open = await tx
    .selectFrom('attempts')
    .select('id')
    .where('orderId', '=', orderId)
    .where('status', 'in', ['new', 'live'])
    .executeTakeFirst()
  return open ? false : closeFrom(tx, orderId, 'pending', nowMs)
}

/** The same from a given status. The transaction must hold the order's row. */
export async function closeFrom(
  tx: Kysely<Tables>,
  orderId: number,
  status: 'pending' | 'held',
  nowMs: number,
): Promise<boolean> {
  const row = await tx
    .selectFrom('orders')
    .select(orderColumns)
    .where('id', '=', orderId)
    .where('status', '=', status)
    .executeTakeFirst()
  if (!row) return false
  const order = toOrder(row)
  const { numUpdatedRows } = await tx
    .updateTable('orders')
    .set({ status: 'closed', closedAtMs: nowMs, delivery: JSON.stringify(withoutPerson(order.delivery)) })
    .where('id', '=', orderId)
    .where('status', '=', status)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await moveStock(tx, order.items, 'reserved', 'available')
  if (order.couponId !== null) await returnCoupon(tx, order.couponId)
  await addPoints(tx, {
    entryKey: `released:${orderId}`,
    userId: order.userId,
    points: order.points,
    atMs: nowMs,
  })
  return true
}

import type { Kysely } from 'kysely'
import type { Welcome } from '../../domain/coupon'
import type { Tables } from '../schema'

/** Steps of transactions that change coupons and points. */

export async function giveWelcome(
  tx: Kysely<Tables>,
  userId: number,
  { points, coupons }: Welcome,
  nowMs: number,
): Promise<void> {
  if (coupons.length > 0) {
    const values = coupons.map((coupon) => ({ ...coupon, userId, status: 'available' as const }))
    await tx.insertInto('coupons').values(values).execute()
  }
  await addPoints(tx, { entryKey: `welcome:${userId}`, userId, points, atMs: nowMs })
}

export interface PointEntry {
  /** Names the cause. An entry with a known key is ignored. */
  readonly entryKey: string
  readonly userId: number
  readonly points: number
  readonly atMs: number
}

/** Adds points to a balance, or takes them where `points` is negative. */
export async function addPoints(tx: Kysely<Tables>, entry: PointEntry): Promise<void> {
  if (entry.points === 0) return
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('pointEntries')
    .values(entry)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) return
  await tx
    .insertInto('pointAccounts')
    .values({ userId: entry.userId, balance: entry.points })
    .onConflict((conflict) =>
      conflict.column('userId').doUpdateSet((eb) => ({ balance: eb('pointAccounts.balance', '+', entry.points) })),
    )
    .execute()
}

/** Takes points for an order. False when the balance is too low. */
export async function reservePoints(tx: Kysely<Tables>, entry: PointEntry): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('pointAccounts')
    .set((eb) => ({ balance: eb('balance', '-', entry.points) }))
    .where('userId', '=', entry.userId)
    .where('balance', '>=', entry.points)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await tx
    .insertInto('pointEntries')
    .values({ ...entry, points: -entry.points })
    .execute()
  return true
}

/** False when the coupon belongs to another user, has expired, or is in use. */
export async function reserveCoupon(
  tx: Kysely<Tables>,
  userId: number,
  couponId: number,
  nowMs: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('coupons')
    .set({ status: 'reserved' })
    .where('id', '=', couponId)
    .where('userId', '=', userId)
    .where('status', '=', 'available')
    .where('expiresAtMs', '>', nowMs)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export async function spendCoupon(tx: Kysely<Tables>, couponId: number): Promise<void> {
  await tx
    .updateTable('coupons')
    .set({ status: 'used' })
    .where('id', '=', couponId)
    .where('status', '=', 'reserved')
    .execute()
}

export async function returnCoupon(tx: Kysely<Tables>, couponId: number): Promise<void> {
  await tx
    .updateTable('coupons')
    .set({ status: 'available' })
    .where('id', '=', couponId)
    .where('status', 'in', ['reserved', 'used'])
    .execute()
}

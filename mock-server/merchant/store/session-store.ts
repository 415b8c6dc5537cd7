import type { Kysely } from 'kysely'
import type { ClientKind } from '../domain/order'
import { giveWelcome } from './orders/benefits'
import type { Engine } from './engine/engine'
import type { SessionStore } from './port'
import type { Tables } from './schema'

export function createSessionStore({ db, transact, hits }: Engine): SessionStore {
  return {
    openSession: ({ client, openid, tokenHash, expiresAtMs, welcome }) =>
      transact(async (tx) => {
        const user = await findOrAddUser(tx, client, openid)
        if (user.isNew && welcome) await giveWelcome(tx, user.id, welcome.gift, welcome.nowMs)
        await tx
          .insertInto('sessions')
          .values({ tokenHash, userId: user.id, client, orderId: null, expiresAtMs })
          .execute()
      }),

    openOrderSession: (keyHash, tokenHash, nowMs, expiresAtMs) =>
      transact(async (tx) => {
        const order = await tx
          .selectFrom('orderKeys')
          .innerJoin('orders', 'orders.id', 'orderKeys.orderId')
          .select(['orders.id', 'orders.userId'])
          .where('orderKeys.keyHash', '=', keyHash)
          .where('orderKeys.expiresAtMs', '>', nowMs)
          .executeTakeFirst()
        if (!order) return false
        await tx
          .insertInto('sessions')
          .values({ tokenHash, userId: order.userId, client: 'h5', orderId: order.id, expiresAtMs })
          .execute()
        return true
      }),

    async findSession(tokenHash, nowMs) {
      const row = await db
        .selectFrom('sessions')
        .innerJoin('users', 'users.id', 'sessions.userId')
        .select(['sessions.tokenHash', 'sessions.userId', 'sessions.client', 'sessions.orderId', 'users.openid'])
        .where('sessions.tokenHash', '=', tokenHash)
        .where('sessions.expiresAtMs', '>', nowMs)
        .executeTakeFirst()
      return row ?? null
    },

    revokeSession: (tokenHash) =>
      transact(async (tx) => {
        await tx.deleteFrom('sessions').where('tokenHash', '=', tokenHash).execute()
      }),

    addOrderKey: (keyHash, orderId, expiresAtMs) =>
      transact(async (tx) => {
        await tx.insertInto('orderKeys').values({ keyHash, orderId, expiresAtMs }).execute()
      }),

    async forgetExpired(nowMs) {
      await transact(async (tx) => {
        await tx.deleteFrom('sessions').where('expiresAtMs', '<=', nowMs).execute()
        await tx.deleteFrom('orderKeys').where('expiresAtMs', '<=', nowMs).execute()
      })
      await hits?.forget()
    },
  }
}

/** A guest is a new user each time. Two simultaneous first sign-ins of one person create one user. */
async function findOrAddUser(
  tx: Kysely<Tables>,
  client: ClientKind,
  openid: string | null,
): Promise<{ id: number; isNew: boolean }> {
  if (openid !== null) {
    const known = await tx
      .selectFrom('users')
      .select('id')
      .where('client', '=', client)
      .where('openid', '=', openid)
      .executeTakeFirst()
    if (known) return { ...known, isNew: false }
  }
  const added = await tx.insertInto('users').values({ client, openid }).returning('id').executeTakeFirstOrThrow()
  return { ...added, isNew: true }
}

import type { Engine } from './engine/engine'
import type { TokenStore } from './port'

export function createTokenStore({ db, transact }: Engine): TokenStore {
  return {
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
  }
}

import type { FastifyInstance } from 'fastify'
import { apiPaths, type GoodsAnswer } from '../../../src/contract/api'
import { kindsNotOnIos, pickupStores, quantityMax, shippingFen, type CatalogueItem } from '../domain/catalogue'
import type { Store } from '../store/port'

export interface GoodsRoutesOptions {
  readonly store: Pick<Store, 'availableStock'>
  readonly goods: readonly CatalogueItem[]
}

/** The catalogue with what is in stock. */
export function addGoodsRoutes(server: FastifyInstance, { store, goods }: GoodsRoutesOptions): void {
  server.get(apiPaths.goods, async (): Promise<GoodsAnswer> => {
    const available = await store.availableStock()
    return {
      goods: goods.map((item) => ({ ...item, stock: Math.min(available.get(item.goodsId) ?? 0, quantityMax) })),
      shippingFen,
      kindsNotOnIos,
      pickupStores,
    }
  })
}

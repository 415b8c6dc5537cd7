import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Goods, GoodsKind, Pickup } from '../../contract/api'
import { addOne, emptyCart, fitCart, removeOne, toItems, type Cart, type CartItem } from '../../domain/cart'
import type { Fen } from '../../domain/money'
import type { KeyValueStorage } from '../../platform/types'
import type { FailureCode } from '../../contract/errors'
import { failureCodeOf } from '../../services/api-error'
import type { MerchantClient } from '../../services/merchant-client'
import type { Clock } from '../clock'
import { reportSlow } from '../slow-answer'

const key = 'cart'

export interface ShelfState {
  readonly status: 'loading' | 'ready' | 'failed'
  readonly problem: FailureCode | null
  /** The merchant takes more than three seconds to answer. */
  readonly isSlow: boolean
  readonly goods: readonly Goods[]
  /** Shipping of an order with physical goods; null when the merchant has not said. */
  readonly shippingFen: Fen | null
  readonly pickups: readonly Pickup[]
  /** Apple's rules forbid to sell these in apps on its phones. */
  readonly kindsNotOnIos: readonly GoodsKind[]
  readonly cart: Cart
  /** The cart as the items of an order. */
  readonly items: readonly CartItem[]
}

/** The goods, and what the payer put in the cart. The cart survives the app being killed. */
export interface ShelfStore extends StoreApi<ShelfState> {
  load(): Promise<void>
  add(goodsId: string): void
  remove(goodsId: string): void
  clearCart(): void
}

export interface ShelfDeps {
  readonly client: Pick<MerchantClient, 'goods'>
  readonly storage: KeyValueStorage
  readonly clock: Pick<Clock, 'after'>
}

export function createShelfStore({ client, storage, clock }: ShelfDeps): ShelfStore {
  const store = createStore<ShelfState>(() => ({
    status: 'loading',
    problem: null,
    isSlow: false,
    goods: [],
    shippingFen: null,
    pickups: [],
    kindsNotOnIos: [],
    cart: toCart(storage.read(key)),
    items: [],
  }))
  let loading: Promise<void> | null = null

  function keep(cart: Cart): void {
    if (cart === store.getState().cart) return
    store.setState(({ goods }) => ({ cart, items: toItems(cart, goods) }))
    storage.write(key, cart)
  }

  async function loadOnce(): Promise<void> {
    if (store.getState().status === 'failed') store.setState({ status: 'loading', problem: null })
    try {
      const answer = await reportSlow(clock, client.goods(), (isSlow) => store.setState({ isSlow }))
      const { goods, pickupStores: pickups, ...terms } = answer
      const cart = fitCart(store.getState().cart, goods)
      store.setState({ status: 'ready', problem: null, ...terms, goods, pickups, cart, items: toItems(cart, goods) })
    } catch (error) {
      // The goods of a moment ago are still worth showing.
      const problem = failureCodeOf(error)
      store.setState(({ goods }) => ({ status: goods.length > 0 ? 'ready' : 'failed', problem }))
    }
  }

  return {
    ...store,
    load() {
      loading ??= loadOnce().finally(() => (loading = null))
      return loading
    },
    add(goodsId) {
      const { cart, goods } = store.getState()
      const sold = goods.find((one) => one.goodsId === goodsId)
      if (sold) keep(addOne(cart, sold))
    },
    remove: (goodsId) => keep(removeOne(store.getState().cart, goodsId)),
    clearCart: () => keep(emptyCart),
  }
}

function toCart(value: unknown): Cart {
  if (typeof value !== 'object' || value === null) return emptyCart
  const quantities = Object.entries(value).filter(
    (entry): entry is [string, number] => Number.isInteger(entry[1]) && Number(entry[1]) > 0,
  )
  return Object.fromEntries(quantities)
}

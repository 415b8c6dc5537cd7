import { createStore, type StoreApi } from 'zustand/vanilla'
import type { MeAnswer } from '../../contract/api'
import { failureCodeOf } from '../../services/api-error'
import { createShopClient } from '../../services/shop-client'
import type { PageStoreDeps } from '../app-stores'

export interface MeView {
  readonly status: 'loading' | 'ready' | 'failed'
  readonly me: MeAnswer | null
}

/** The payer's points and coupons. */
export interface MeStore extends StoreApi<MeView> {
  load(): Promise<void>
}

export function createMeStore({ client }: PageStoreDeps): MeStore {
  const shop = createShopClient(client.authorized)
  const store = createStore<MeView>(() => ({ status: 'loading', me: null }))
  return {
    ...store,
    async load() {
      try {
        store.setState({ status: 'ready', me: await shop.me() })
      } catch (error) {
        failureCodeOf(error)
        store.setState(({ me }) => ({ status: me === null ? 'failed' : 'ready' }))
      }
    },
  }
}

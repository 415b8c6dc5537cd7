import type { Navigation, Platform } from '../platform/types'
import type { MerchantClient } from '../services/merchant-client'
import type { CheckoutStore } from './checkout/checkout'
import type { Clock } from './clock'
import type { DraftStore } from './checkout/draft'
import type { PrivacyStore } from './account/privacy'
import type { ResultStore } from './orders/result'
import type { SessionStore } from './account/session'
import type { SettingsStore } from './account/settings'
import type { ShelfStore } from './checkout/shelf'

/** What the store of a single page needs. */
export interface PageStoreDeps {
  readonly client: MerchantClient
  readonly settings: SettingsStore
  readonly platform: Platform
  readonly clock: Clock
  readonly checkout: CheckoutStore
  /** Makes a request id. */
  readonly newId: () => string
}

/** Everything that pages may see. */
export interface AppStores {
  /** The host's name on screens. */
  readonly hostName: string
  /** The phone's rules forbid to sell virtual goods. */
  readonly forbidsVirtualGoods: boolean
  /** The host has a customer service chat (客服). */
  readonly canContact: boolean
  readonly navigation: Navigation
  readonly settings: SettingsStore
  readonly session: SessionStore
  readonly shelf: ShelfStore
  readonly checkout: CheckoutStore
  readonly result: ResultStore
  readonly draft: DraftStore
  readonly privacy: PrivacyStore
  /** Creates the store of a page. Its code is in the page's subpackage, so that the first launch does not wait for it. */
  readonly create: <T>(make: (deps: PageStoreDeps) => T) => T
}

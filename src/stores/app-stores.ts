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

/** What a store of a single page is made of. */
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
  /** How people call the host of the app. */
  readonly hostName: string
  /** The rules of this phone forbid to sell what is delivered on it. */
  readonly forbidsVirtualGoods: boolean
  /** The host has a window of its own to talk with the shop (客服). */
  readonly canContact: boolean
  readonly navigation: Navigation
  readonly settings: SettingsStore
  readonly session: SessionStore
  readonly shelf: ShelfStore
  readonly checkout: CheckoutStore
  readonly result: ResultStore
  readonly draft: DraftStore
  readonly privacy: PrivacyStore
  /** Makes the store of a page. Its code travels with the page: in a subpackage, the first launch does not wait for it. */
  readonly create: <T>(make: (deps: PageStoreDeps) => T) => T
}

import type { CheckoutStore } from './checkout'
import type { ResultStore } from './result'
import type { SessionStore } from './session'
import type { ShelfStore } from './shelf'

/** Everything that pages may see. */
export interface AppStores {
  /** How people call the host of the app. */
  readonly hostName: string
  readonly session: SessionStore
  readonly shelf: ShelfStore
  readonly checkout: CheckoutStore
  readonly result: ResultStore
}

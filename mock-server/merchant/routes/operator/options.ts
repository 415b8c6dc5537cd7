import type { Clock } from '../../../kit/clock'
import type { Refunding } from '../../actions/refunds'
import type { ShopEvents } from '../../events/events'
import type { Store } from '../../store/port'

export interface OperatorOptions {
  readonly store: Store
  readonly refunding: Refunding
  readonly events: ShopEvents
  readonly clock: Clock
}

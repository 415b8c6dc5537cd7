import { quoteOf, type Amount, type CartItem, type Sold } from './cart'
import type { Fen } from './money'

/** The sources of the amount, in no order. */
export interface AmountSources {
  /** The order as the merchant described it; null before there is one. */
  readonly order: Amount | null
  /** The merchant's sum for the present choice; null until it has answered. */
  readonly quote: Amount | null
  readonly items: readonly CartItem[]
  readonly goods: readonly Sold[]
  /** Shipping of an order with physical goods; null when unknown. */
  readonly shippingFen: Fen | null
}

/** The amount on the screen: the order's, else the merchant's sum, else what the prices of the shelf add up to. */
export function shownAmount({ order, quote, items, goods, shippingFen }: AmountSources): Amount {
  return order ?? quote ?? quoteOf(items, goods, shippingFen)
}

import type { GoodsKind } from '../contract/api'
import type { Fen } from './money'

/** What the payer chose: goods id to quantity. A quantity of zero is not kept. */
export type Cart = Readonly<Record<string, number>>

/** What the cart needs to know of an item that is sold. */
export interface Sold {
  readonly goodsId: string
  readonly kind: GoodsKind
  readonly priceFen: Fen
  readonly stock: number
}

export interface CartItem {
  readonly goodsId: string
  readonly quantity: number
}

/** The merchant's limit for one item of one order. */
export const quantityMax = 99

export const emptyCart: Cart = Object.freeze({})

/** How many of an item one order may hold. */
export function limitOf(goods: Sold): number {
  return Math.max(0, Math.min(goods.stock, quantityMax))
}

export function quantityOf(cart: Cart, goodsId: string): number {
  return cart[goodsId] ?? 0
}

/** Puts one more in; at the limit the cart stays as it is. */
export function addOne(cart: Cart, goods: Sold): Cart {
  const quantity = quantityOf(cart, goods.goodsId)
  return quantity >= limitOf(goods) ? cart : withQuantity(cart, goods.goodsId, quantity + 1)
}

/** Takes one out; an item that is not in the cart changes nothing. */
export function removeOne(cart: Cart, goodsId: string): Cart {
  const quantity = quantityOf(cart, goodsId)
  return quantity === 0 ? cart : withQuantity(cart, goodsId, quantity - 1)
}

/** Drops what is no longer sold and lowers what is more than the stock. */
export function fitCart(cart: Cart, goods: readonly Sold[]): Cart {
  return goods.reduce<Cart>(
    (fitted, item) => withQuantity(fitted, item.goodsId, Math.min(quantityOf(cart, item.goodsId), limitOf(item))),
    emptyCart,
  )
}

/** The cart as an order's items, in the order of the catalogue. */
export function toItems(cart: Cart, goods: readonly Sold[]): readonly CartItem[] {
  return goods
    .map(({ goodsId }) => ({ goodsId, quantity: quantityOf(cart, goodsId) }))
    .filter(({ quantity }) => quantity > 0)
}

/** The cart as it is, also while nobody knows what is sold. */
export function entriesOf(cart: Cart): readonly CartItem[] {
  return Object.entries(cart).map(([goodsId, quantity]) => ({ goodsId, quantity }))
}

export function countItems(items: readonly CartItem[]): number {
  return items.reduce((sum, { quantity }) => sum + quantity, 0)
}

/** An amount and its parts, as the payer sees them. */
export interface Amount {
  readonly goodsFen: Fen
  /** Null when the merchant has not said what shipping costs: then the total is not complete. */
  readonly shippingFen: Fen | null
  readonly couponFen?: Fen
  readonly pointsFen?: Fen
  readonly totalFen: Fen
}

/**
 * Calculates what a cart costs at the prices of the shelf.
 * @param flatShippingFen shipping of an order with physical goods; null when unknown
 */
export function quoteOf(items: readonly CartItem[], goods: readonly Sold[], flatShippingFen: Fen | null): Amount {
  const sold = new Map(goods.map((one) => [one.goodsId, one]))
  const goodsFen = items.reduce((sum, { goodsId, quantity }) => sum + (sold.get(goodsId)?.priceFen ?? 0) * quantity, 0)
  const isShipped = items.some(({ goodsId }) => sold.get(goodsId)?.kind === 'physical')
  const shippingFen = isShipped ? flatShippingFen : 0
  return { goodsFen, shippingFen, totalFen: goodsFen + (shippingFen ?? 0) }
}

/** Answers whether two lists name the same goods in the same quantities, whatever their order. */
export function sameItems(a: readonly CartItem[], b: readonly CartItem[]): boolean {
  const quantities = new Map(a.map(({ goodsId, quantity }) => [goodsId, quantity]))
  return a.length === b.length && b.every(({ goodsId, quantity }) => quantities.get(goodsId) === quantity)
}

function withQuantity(cart: Cart, goodsId: string, quantity: number): Cart {
  const { [goodsId]: _, ...rest } = cart
  return quantity > 0 ? { ...cart, [goodsId]: quantity } : rest
}

/** Answers whether anything of these items is of such a kind. */
export function holdsKind(
  items: readonly { readonly goodsId: string }[],
  goods: readonly Sold[],
  kinds: readonly GoodsKind[],
): boolean {
  return items.some((item) => goods.some(({ goodsId, kind }) => goodsId === item.goodsId && kinds.includes(kind)))
}

/** Answers whether anything of these items must reach the payer. */
export function holdsPhysical(items: readonly { readonly goodsId: string }[], goods: readonly Sold[]): boolean {
  return holdsKind(items, goods, ['physical'])
}

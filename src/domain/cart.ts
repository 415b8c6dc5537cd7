import type { GoodsKind } from '../contract/api'
import type { Fen } from './money'

/** The payer's choice: goods id to quantity, without zeros. */
export type Cart = Readonly<Record<string, number>>

/** What the cart needs to know about an item on sale. */
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

/** The largest quantity of an item in one order. */
export function limitOf(goods: Sold): number {
  return Math.max(0, Math.min(goods.stock, quantityMax))
}

export function quantityOf(cart: Cart, goodsId: string): number {
  return cart[goodsId] ?? 0
}

/** Adds one. At the limit the cart does not change. */
export function addOne(cart: Cart, goods: Sold): Cart {
  const quantity = quantityOf(cart, goods.goodsId)
  return quantity >= limitOf(goods) ? cart : withQuantity(cart, goods.goodsId, quantity + 1)
}

/** Removes one. An item that is not in the cart changes nothing. */
export function removeOne(cart: Cart, goodsId: string): Cart {
  const quantity = quantityOf(cart, goodsId)
  return quantity === 0 ? cart : withQuantity(cart, goodsId, quantity - 1)
}

/** Removes items that are no longer sold, and lowers quantities to the stock. */
export function fitCart(cart: Cart, goods: readonly Sold[]): Cart {
  return goods.reduce<Cart>(
    (fitted, item) => withQuantity(fitted, item.goodsId, Math.min(quantityOf(cart, item.goodsId), limitOf(item))),
    emptyCart,
  )
}

/** The cart as items of an order, in the sequence of the catalogue. */
export function toItems(cart: Cart, goods: readonly Sold[]): readonly CartItem[] {
  return goods
    .map(({ goodsId }) => ({ goodsId, quantity: quantityOf(cart, goodsId) }))
    .filter(({ quantity }) => quantity > 0)
}

/** The cart as items, without checking what is sold. */
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

/** Answers whether two lists have the same goods in the same quantities, in any sequence. */
export function sameItems(a: readonly CartItem[], b: readonly CartItem[]): boolean {
  const quantities = new Map(a.map(({ goodsId, quantity }) => [goodsId, quantity]))
  return a.length === b.length && b.every(({ goodsId, quantity }) => quantities.get(goodsId) === quantity)
}

function withQuantity(cart: Cart, goodsId: string, quantity: number): Cart {
  const { [goodsId]: _, ...rest } = cart
  return quantity > 0 ? { ...cart, [goodsId]: quantity } : rest
}

/** Answers whether one of these items is of one of these kinds. */
export function holdsKind(
  items: readonly { readonly goodsId: string }[],
  goods: readonly Sold[],
  kinds: readonly GoodsKind[],
): boolean {
  return items.some((item) => goods.some(({ goodsId, kind }) => goodsId === item.goodsId && kinds.includes(kind)))
}

/** Answers whether one of these items must be sent or picked up. */
export function holdsPhysical(items: readonly { readonly goodsId: string }[], goods: readonly Sold[]): boolean {
  return holdsKind(items, goods, ['physical'])
}

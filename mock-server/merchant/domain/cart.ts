import { quantityMax, shippingFen, type CatalogueItem, type GoodsKind } from './catalogue'

export interface CartLine {
  readonly goodsId: string
  readonly quantity: number
}

/** A line as it was sold: later changes of the catalogue do not change it. */
export interface OrderItem {
  readonly goodsId: string
  readonly kind: GoodsKind
  readonly name: string
  readonly spec: string
  readonly priceFen: number
  readonly quantity: number
  /** The seller who gets the money; absent where that is the shop. */
  readonly sellerId?: string
}

export interface PricedCart {
  readonly kind: 'priced'
  readonly items: readonly OrderItem[]
  readonly goodsFen: number
  /** For express delivery; the terms of the order may change it. */
  readonly shippingFen: number
  readonly totalFen: number
}

export interface CartRefusal {
  readonly kind: 'refused'
  readonly code: 'CART_EMPTY' | 'QUANTITY_INVALID' | 'GOODS_UNKNOWN'
  /** Position of the wrong line; null where the whole cart is wrong. */
  readonly line: number | null
}

/** Computes what a cart costs. Lines of the same goods become one. */
export function priceCart(lines: readonly CartLine[], goods: readonly CatalogueItem[]): PricedCart | CartRefusal {
  if (lines.length === 0) return { kind: 'refused', code: 'CART_EMPTY', line: null }
  const quantities = new Map<string, number>()
  for (const [line, { goodsId, quantity }] of lines.entries()) {
    if (!goods.some((item) => item.goodsId === goodsId)) return { kind: 'refused', code: 'GOODS_UNKNOWN', line }
    const sum = (quantities.get(goodsId) ?? 0) + quantity
    if (!Number.isInteger(quantity) || quantity < 1 || sum > quantityMax) {
      return { kind: 'refused', code: 'QUANTITY_INVALID', line }
    }
    quantities.set(goodsId, sum)
  }
  // In the catalogue's order, not the client's: equal carts become equal orders.
  const items = goods.flatMap(({ goodsId, kind, name, spec, priceFen, sellerId }): readonly OrderItem[] => {
    const quantity = quantities.get(goodsId)
    if (quantity === undefined) return []
    return [{ goodsId, kind, name, spec, priceFen, quantity, ...(sellerId !== undefined && { sellerId }) }]
  })
  const goodsFen = sumOf(items)
  const shipping = items.some(({ kind }) => kind === 'physical') ? shippingFen : 0
  return { kind: 'priced', items, goodsFen, shippingFen: shipping, totalFen: goodsFen + shipping }
}

export function sumOf(items: readonly OrderItem[]): number {
  return items.reduce((sum, { priceFen, quantity }) => sum + priceFen * quantity, 0)
}

/** Number of sellers that share the money; 0 where all goods are the shop's own. */
export function sellerCountOf(items: readonly OrderItem[]): number {
  return new Set(items.flatMap(({ sellerId }) => sellerId ?? [])).size
}

/** What the physical goods cost: only these take coupons and points. */
export function physicalFenOf(items: readonly OrderItem[]): number {
  return sumOf(items.filter(({ kind }) => kind === 'physical'))
}

/** Equal carts give equal texts: shows whether a request id is used for another cart. */
export function contentOf(items: readonly OrderItem[]): string {
  return items.map(({ goodsId, quantity }) => `${goodsId}*${quantity}`).join(',')
}

const descriptionBytesMax = 127

/** What the payer reads in the cashier (商品描述). A limit of 127 in bytes holds in characters, too. */
export function describeItems(items: readonly OrderItem[]): string {
  const count = items.reduce((sum, { quantity }) => sum + quantity, 0)
  const [first] = items
  const text = first === undefined ? '' : count === 1 ? first.name : `${first.name} 等 ${count} 件`
  let cut = text
  while (new TextEncoder().encode(cut).length > descriptionBytesMax) cut = [...cut].slice(0, -1).join('')
  return cut
}

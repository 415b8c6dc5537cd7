import { quantityMax, shippingFen, type CatalogueItem, type GoodsKind } from './catalogue'

export interface CartLine {
  readonly goodsId: string
  readonly quantity: number
}

/** A line as it was sold: later changes of the catalogue do not touch it. */
export interface OrderItem {
  readonly goodsId: string
  readonly kind: GoodsKind
  readonly name: string
  readonly spec: string
  readonly priceFen: number
  readonly quantity: number
  /** Who gets the money for it; absent where that is the shop. */
  readonly sellerId?: string
}

export interface PricedCart {
  readonly kind: 'priced'
  readonly items: readonly OrderItem[]
  readonly goodsFen: number
  /** Sent by express; the terms may change that. */
  readonly shippingFen: number
  readonly totalFen: number
}

export interface CartFault {
  readonly kind: 'fault'
  readonly code: 'CART_EMPTY' | 'QUANTITY_INVALID' | 'GOODS_UNKNOWN'
  /** Position of the line at fault. */
  readonly line: number | null
}

/** Computes what a cart costs. Lines of the same goods become one. */
export function priceCart(lines: readonly CartLine[], goods: readonly CatalogueItem[]): PricedCart | CartFault {
  if (lines.length === 0) return { kind: 'fault', code: 'CART_EMPTY', line: null }
  const quantities = new Map<string, number>()
  for (const [line, { goodsId, quantity }] of lines.entries()) {
    if (!goods.some((item) => item.goodsId === goodsId)) return { kind: 'fault', code: 'GOODS_UNKNOWN', line }
    const sum = (quantities.get(goodsId) ?? 0) + quantity
    if (!Number.isInteger(quantity) || quantity < 1 || sum > quantityMax) {
      return { kind: 'fault', code: 'QUANTITY_INVALID', line }
    }
    quantities.set(goodsId, sum)
  }
  // The catalogue's order, not the client's: equal carts become equal orders.
  const sold = goods.filter(({ goodsId }) => quantities.has(goodsId))
  const items = sold.map(({ goodsId, kind, name, spec, priceFen, sellerId }) => ({
    goodsId,
    kind,
    name,
    spec,
    priceFen,
    quantity: quantities.get(goodsId)!,
    ...(sellerId !== undefined && { sellerId }),
  }))
  const goodsFen = sumOf(items)
  const shipping = sold.some(({ kind }) => kind === 'physical') ? shippingFen : 0
  return { kind: 'priced', items, goodsFen, shippingFen: shipping, totalFen: goodsFen + shipping }
}

export function sumOf(items: readonly OrderItem[]): number {
  return items.reduce((sum, { priceFen, quantity }) => sum + priceFen * quantity, 0)
}

/** How many sellers share the money; 0 where all goods are the shop's own. */
export function sellersIn(items: readonly OrderItem[]): number {
  return new Set(items.flatMap(({ sellerId }) => sellerId ?? [])).size
}

/** What coupons and points are for. */
export function physicalFenOf(items: readonly OrderItem[]): number {
  return sumOf(items.filter(({ kind }) => kind === 'physical'))
}

/** Same content, same text: tells whether a request id is being used for something else. */
export function contentOf(items: readonly OrderItem[]): string {
  return items.map(({ goodsId, quantity }) => `${goodsId}*${quantity}`).join(',')
}

const descriptionBytesMax = 127

/** What the payer reads in the cashier (商品描述). WeChat Pay takes 127; counted in bytes we are inside either reading of that. */
export function describeItems(items: readonly OrderItem[]): string {
  const count = items.reduce((sum, { quantity }) => sum + quantity, 0)
  const [first] = items
  const text = first === undefined ? '' : count === 1 ? first.name : `${first.name} 等 ${count} 件`
  let cut = text
  while (new TextEncoder().encode(cut).length > descriptionBytesMax) cut = [...cut].slice(0, -1).join('')
  return cut
}

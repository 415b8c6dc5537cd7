export type GoodsKind = 'physical' | 'virtual'

/** What the shop sells. Prices live here and nowhere else: no client ever sends one. */
export interface CatalogueItem {
  readonly goodsId: string
  readonly kind: GoodsKind
  readonly name: string
  readonly spec: string
  readonly priceFen: number
}

export const catalogue: readonly CatalogueItem[] = [
  { goodsId: 'tea', kind: 'physical', name: '明前龙井 · 罐装', spec: '50 g · 杭州产', priceFen: 8800 },
  { goodsId: 'cup', kind: 'physical', name: '手作粗陶杯', spec: '雾白 · 280 ml', priceFen: 5600 },
  { goodsId: 'notebook', kind: 'physical', name: '方格笔记本', spec: 'A5 · 192 页', priceFen: 3200 },
  { goodsId: 'giftcard', kind: 'virtual', name: '电子礼品卡', spec: '¥100 · 即时到账', priceFen: 10000 },
]

/** Shipping of an order that holds anything physical. */
export const shippingFen = 800

/** Most of one item that one order may hold. */
export const quantityMax = 99

/** Most lines that one order may hold. */
export const linesMax = 20

export type GoodsKind = 'physical' | 'virtual'

/** An item that the shop sells. Prices come from here only: no client ever sends one. */
export interface CatalogueItem {
  readonly goodsId: string
  readonly kind: GoodsKind
  readonly name: string
  readonly spec: string
  readonly priceFen: number
  /** The heading under which the app shows it. */
  readonly category: string
  /** The seller who gets the money, where `sellers` are configured. Default: the shop. */
  readonly sellerId?: string
}

export const catalogue: readonly CatalogueItem[] = [
  {
    goodsId: 'tea',
    kind: 'physical',
    name: '明前龙井 · 罐装',
    spec: '50 g · 杭州产',
    priceFen: 8800,
    category: '茶',
    sellerId: 'garden',
  },
  {
    goodsId: 'cup',
    kind: 'physical',
    name: '手作粗陶杯',
    spec: '雾白 · 280 ml',
    priceFen: 5600,
    category: '器物',
    sellerId: 'kiln',
  },
  {
    goodsId: 'notebook',
    kind: 'physical',
    name: '方格笔记本',
    spec: 'A5 · 192 页',
    priceFen: 3200,
    category: '纸品',
    sellerId: 'kiln',
  },
  {
    goodsId: 'giftcard',
    kind: 'virtual',
    name: '电子礼品卡',
    spec: '¥100 · 即时到账',
    priceFen: 10000,
    category: '礼品卡',
    sellerId: 'garden',
  },
]

/** Display names of the sellers in the catalogue. */
export const sellerNames: Readonly<Record<string, string>> = { garden: '山茶茶园', kiln: '雾白陶社' }

/** Where goods can be picked up (自提). An order that names no place means the first. */
export const pickupStores = [
  { storeId: 'longjing', name: '龙井路店', address: '杭州市西湖区龙井路 1 号', hours: '09:00–21:00' },
] as const

/**
 * Kinds that a mini program may not sell on iOS.
 * @see https://developers.weixin.qq.com/miniprogram/product/
 */
export const kindsNotOnIos: readonly GoodsKind[] = ['virtual']

/** Shipping of an order with at least one item that is sent by express. */
export const shippingFen = 800

/** Largest quantity of one item in an order. */
export const quantityMax = 99

/** Largest number of lines in an order. */
export const linesMax = 20

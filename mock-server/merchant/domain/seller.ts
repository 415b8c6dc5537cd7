import type { CatalogueItem } from './catalogue'

/** Somebody whose goods the shop sells, and who gets the money for them (二级商户). */
export interface Seller {
  /** As the catalogue names it. */
  readonly sellerId: string
  /** The number under which WeChat Pay pays it (子商户号). */
  readonly subMchid: string
}

/** The catalogue of a shop: where nobody else is configured to sell, everything is the shop's own. */
export function goodsSoldBy(sellers: readonly Seller[], goods: readonly CatalogueItem[]): readonly CatalogueItem[] {
  return sellers.length > 0 ? goods : goods.map(({ sellerId: _sellerId, ...own }) => own)
}

/** Why these sellers cannot sell these goods, each with what to do; empty when they can. */
export function findSellerFaults(
  sellers: readonly Seller[],
  goods: readonly CatalogueItem[],
  mchid: string,
): readonly string[] {
  if (sellers.length === 0) return []
  const faults: string[] = []
  for (const name of ['sellerId', 'subMchid'] as const) {
    const values = sellers.map((seller) => seller[name])
    const twice = values.filter((value, index) => values.indexOf(value) !== index)
    if (twice.length > 0) faults.push(`${name} ${twice.join(', ')} is there twice: one number for each seller`)
  }
  for (const { sellerId, subMchid } of sellers) {
    if (!/^\d{8,12}$/.test(subMchid)) faults.push(`${sellerId}: expected a sub merchant of 8 to 12 digits`)
    // WeChat Pay demands another number than the one that signs.
    if (subMchid === mchid) faults.push(`${sellerId}: ${mchid} signs for all of them, it cannot be one of them`)
  }
  const orphans = goods.filter(({ sellerId }) => !sellers.some((seller) => seller.sellerId === sellerId))
  if (orphans.length > 0) {
    const names = orphans.map(({ goodsId, sellerId }) => `${goodsId} (${sellerId ?? 'none'})`).join(', ')
    // A combined order has a sub merchant in each of its parts or in none.
    faults.push(`goods without a seller: ${names}; where anybody else sells, each of the goods needs a seller`)
  }
  return faults
}

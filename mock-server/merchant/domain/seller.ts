import type { CatalogueItem } from './catalogue'

/** A seller whose goods the shop sells, and who gets the money for them (二级商户). */
export interface Seller {
  /** The seller's name in the catalogue. */
  readonly sellerId: string
  /** The number to which WeChat Pay sends the money (子商户号). */
  readonly subMchid: string
}

/** The goods of a shop. Without configured sellers all goods are the shop's own. */
export function goodsSoldBy(sellers: readonly Seller[], goods: readonly CatalogueItem[]): readonly CatalogueItem[] {
  return sellers.length > 0 ? goods : goods.map(({ sellerId: _sellerId, ...own }) => own)
}

/** Why these sellers cannot sell these goods, each with what to do. Empty when they can. */
export function findSellerProblems(
  sellers: readonly Seller[],
  goods: readonly CatalogueItem[],
  mchid: string,
): readonly string[] {
  if (sellers.length === 0) return []
  const problems: string[] = []
  for (const name of ['sellerId', 'subMchid'] as const) {
    const values = sellers.map((seller) => seller[name])
    const twice = values.filter((value, index) => values.indexOf(value) !== index)
    if (twice.length > 0) problems.push(`${name} ${twice.join(', ')} is there twice: one number for each seller`)
  }
  for (const { sellerId, subMchid } of sellers) {
    if (!/^\d{8,12}$/.test(subMchid)) problems.push(`${sellerId}: expected a sub merchant of 8 to 12 digits`)
    // WeChat Pay refuses parts for the merchant that signs.
    if (subMchid === mchid) problems.push(`${sellerId}: ${mchid} signs for all of them, it cannot be one of them`)
  }
  const orphans = goods.filter(({ sellerId }) => !sellers.some((seller) => seller.sellerId === sellerId))
  if (orphans.length > 0) {
    const names = orphans.map(({ goodsId, sellerId }) => `${goodsId} (${sellerId ?? 'none'})`).join(', ')
    // In a combined order every part names a sub merchant, or none does.
    problems.push(`goods without a seller: ${names}; where anybody else sells, each of the goods needs a seller`)
  }
  return problems
}

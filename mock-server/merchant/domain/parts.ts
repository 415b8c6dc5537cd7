import { physicalFenOf, sumOf, type OrderItem } from './cart'
import type { Price } from './pricing'
import type { Seller } from './seller'

/**
 * What one seller gets of an order that is paid as one (合单支付). Over all parts each amount adds up to the order's own,
 * to the fen.
 */
export interface OrderPart extends Seller {
  readonly goodsFen: number
  readonly shippingFen: number
  readonly couponFen: number
  readonly pointsFen: number
  readonly totalFen: number
}

/** A part as it is ordered: a sub order (子单) with a number of its own. */
export interface AttemptPart extends Seller {
  readonly outTradeNo: string
  readonly totalFen: number
}

/** A part as WeChat Pay says that it was paid. */
export interface PaymentPart {
  readonly outTradeNo: string
  readonly mchid: string
  readonly subMchid: string
  readonly transactionId: string
  readonly totalFen: number
  readonly currency: string
}

/**
 * Splits an order among its sellers. Shipping and the goods' coupon go by the price of the physical goods, points by what
 * these still cost, a shipping coupon by the shipping. Each part costs at least one fen, because WeChat Pay takes no less.
 * Empty where all goods are the shop's own.
 */
export function toParts(
  items: readonly OrderItem[],
  price: Omit<Price, 'pointsUsable'>,
  couponKind: 'goods' | 'shipping' | null,
  sellers: readonly Seller[],
): readonly OrderPart[] {
  const own = sellers
    .map((seller) => ({ seller, items: items.filter(({ sellerId }) => sellerId === seller.sellerId) }))
    .filter(({ items: some }) => some.length > 0)
  if (own.length === 0) return []
  const physical = own.map((part) => physicalFenOf(part.items))
  const shipping = apportion(price.shippingFen, physical)
  const coupon = apportion(price.couponFen, couponKind === 'shipping' ? shipping : physical)
  const stillPhysical = couponKind === 'goods' ? physical.map((fen, index) => fen - coupon[index]!) : physical
  const points = apportion(price.pointsFen, stillPhysical)
  const parts = own.map(({ seller, items: some }, index): OrderPart => {
    const shares = {
      goodsFen: sumOf(some),
      shippingFen: shipping[index]!,
      couponFen: coupon[index]!,
      pointsFen: points[index]!,
    }
    return { ...seller, ...shares, totalFen: totalOf(shares) }
  })
  return withoutEmpty(parts)
}

function totalOf({ goodsFen, shippingFen, couponFen, pointsFen }: Omit<OrderPart, 'totalFen' | keyof Seller>): number {
  return goodsFen + shippingFen - couponFen - pointsFen
}

/** Moves a fen of discount from each part that would cost nothing to the one that costs most. */
function withoutEmpty(parts: readonly OrderPart[]): readonly OrderPart[] {
  const filled = [...parts]
  for (let empty = emptyIn(filled); empty >= 0; empty = emptyIn(filled)) {
    const most = filled.reduce((best, { totalFen }, index) => (totalFen > filled[best]!.totalFen ? index : best), 0)
    if (filled[most]!.totalFen < 2) throw new Error('An order must cost a fen for each of its sellers.')
    const discount = filled[empty]!.pointsFen > 0 ? 'pointsFen' : 'couponFen'
    filled[empty] = moved(filled[empty]!, discount, -1)
    filled[most] = moved(filled[most]!, discount, 1)
  }
  return filled
}

const emptyIn = (parts: readonly OrderPart[]): number => parts.findIndex(({ totalFen }) => totalFen < 1)

function moved(part: OrderPart, discount: 'pointsFen' | 'couponFen', byFen: number): OrderPart {
  const shares = { ...part, [discount]: part[discount] + byFen }
  return { ...shares, totalFen: totalOf(shares) }
}

/** The sub orders of an attempt. Their order is fixed: closing names the same list as ordering did. */
export function toAttemptParts(outTradeNo: string, parts: readonly OrderPart[]): readonly AttemptPart[] {
  return parts.map(({ sellerId, subMchid, totalFen }, index) => ({
    outTradeNo: toPartNo(outTradeNo, index + 1),
    sellerId,
    subMchid,
    totalFen,
  }))
}

/** The number of a part of an order or of a refund, counting from 1: at most 32 characters for orders. */
export function toPartNo(wholeNo: string, number: number): string {
  return `${wholeNo}-${String(number).padStart(2, '0')}`
}

/**
 * Shares an amount out in proportion, to the fen: nobody gets a fen more or less than his exact share rounded up or down,
 * and what rounding leaves goes to the largest remainders, the first of equal ones.
 */
export function apportion(amountFen: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n)
  if (amountFen === 0) return weights.map(() => 0)
  if (sum === 0n) throw new Error('Nobody is there to share an amount.')
  // Whole numbers throughout: a product of two amounts in fen is more than a double holds exactly.
  const exact = weights.map((weight) => BigInt(amountFen) * BigInt(weight))
  const shares = exact.map((value) => Number(value / sum))
  const left = amountFen - shares.reduce((all, share) => all + share, 0)
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value % sum }))
    .sort((one, other) => Number(other.remainder - one.remainder) || one.index - other.index)
  for (const { index } of byRemainder.slice(0, left)) shares[index]! += 1
  return shares
}

/** The same, and nobody gets more than he can take: what is too much for one goes to those with room. */
export function apportionWithin(
  amountFen: number,
  weights: readonly number[],
  limits: readonly number[],
): readonly number[] {
  const wanted = weights.some((weight) => weight > 0) ? weights : limits
  const shares = apportion(amountFen, wanted).map((share, index) => Math.min(share, limits[index]!))
  const room = limits.map((limit, index) => limit - shares[index]!)
  const more = apportion(amountFen - shares.reduce((sum, share) => sum + share, 0), room)
  return shares.map((share, index) => share + more[index]!)
}

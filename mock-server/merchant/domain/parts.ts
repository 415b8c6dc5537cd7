import { physicalFenOf, sumOf, type OrderItem } from './cart'
import { zip } from './lists'
import type { Price } from './pricing'
import type { Seller } from './seller'

/**
 * What one seller gets of a combined order (合单支付). Each amount, added up over all parts, is exactly the order's.
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

/** A part as WeChat Pay reports its payment. */
export interface PaymentPart {
  readonly outTradeNo: string
  readonly mchid: string
  readonly subMchid: string
  readonly transactionId: string
  readonly totalFen: number
  readonly currency: string
}

/**
 * Splits an order among its sellers. Shipping and a coupon for goods are shared in proportion to the price of the
 * physical goods, points in proportion to what these goods cost after the coupon, a coupon for shipping in proportion to
 * the shipping. Each part costs at least one fen, because WeChat Pay takes no less. Empty where all goods are the shop's
 * own.
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
  const stillPhysical = couponKind === 'goods' ? zip(physical, coupon).map(([fen, offFen]) => fen - offFen) : physical
  const points = apportion(price.pointsFen, stillPhysical)
  const parts = zip(own, shipping, coupon, points).map(
    ([{ seller, items: some }, shippingFen, couponFen, pointsFen]) => {
      const shares = { goodsFen: sumOf(some), shippingFen, couponFen, pointsFen }
      return { ...seller, ...shares, totalFen: totalOf(shares) }
    },
  )
  return withoutEmpty(parts)
}

function totalOf({ goodsFen, shippingFen, couponFen, pointsFen }: Omit<OrderPart, 'totalFen' | keyof Seller>): number {
  return goodsFen + shippingFen - couponFen - pointsFen
}

/** Moves a fen of discount from each part that would cost nothing to the part that costs most. */
function withoutEmpty(parts: readonly OrderPart[]): readonly OrderPart[] {
  let filled = parts
  for (;;) {
    const empty = filled.find(({ totalFen }) => totalFen < 1)
    if (!empty) return filled
    const most = filled.reduce((best, part) => (part.totalFen > best.totalFen ? part : best))
    if (most.totalFen < 2) throw new Error('An order must cost a fen for each of its sellers.')
    const discount = empty.pointsFen > 0 ? 'pointsFen' : 'couponFen'
    filled = filled.map((part) => {
      if (part === empty) return moved(part, discount, -1)
      return part === most ? moved(part, discount, 1) : part
    })
  }
}

function moved(part: OrderPart, discount: 'pointsFen' | 'couponFen', byFen: number): OrderPart {
  const shares = { ...part, [discount]: part[discount] + byFen }
  return { ...shares, totalFen: totalOf(shares) }
}

/** The sub orders of an attempt. Their order is fixed: a close must name the same list as the order did. */
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
 * Shares an amount out in proportion, to the fen. Each share is the exact one, rounded up or down: the fen that rounding
 * down leaves go to the largest remainders, and among equal remainders to the first.
 */
export function apportion(amountFen: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n)
  if (amountFen === 0) return weights.map(() => 0)
  if (sum === 0n) throw new Error('Nobody is there to share an amount.')
  // BigInt: the product of two amounts in fen can exceed what a double holds exactly.
  const exact = weights.map((weight) => BigInt(amountFen) * BigInt(weight))
  const shares = exact.map((value) => Number(value / sum))
  const left = amountFen - shares.reduce((all, share) => all + share, 0)
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value % sum }))
    .sort((one, other) => Number(other.remainder - one.remainder) || one.index - other.index)
  const favoured = new Set(byRemainder.slice(0, left).map(({ index }) => index))
  return shares.map((share, index) => (favoured.has(index) ? share + 1 : share))
}

/** The same with a limit for each share. What is above a limit goes to the shares that have room. */
export function apportionWithin(
  amountFen: number,
  weights: readonly number[],
  limits: readonly number[],
): readonly number[] {
  const wanted = weights.some((weight) => weight > 0) ? weights : limits
  const shares = zip(apportion(amountFen, wanted), limits).map(([share, limit]) => Math.min(share, limit))
  const room = zip(limits, shares).map(([limit, share]) => limit - share)
  const more = apportion(amountFen - shares.reduce((sum, share) => sum + share, 0), room)
  return zip(shares, more).map(([share, extra]) => share + extra)
}

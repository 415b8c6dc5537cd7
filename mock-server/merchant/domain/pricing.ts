import { physicalFenOf, sellerCountOf, type PricedCart } from './cart'
import { obstacleOf, type Coupon } from './coupon'
import type { DeliveryKind } from './delivery'

export interface Price {
  readonly goodsFen: number
  readonly shippingFen: number
  readonly couponFen: number
  /** Points that are used. */
  readonly points: number
  readonly pointsFen: number
  readonly totalFen: number
  /** Points that could be used. */
  readonly pointsUsable: number
}

/** 100 points (积分) are 1 yuan. */
export const fenPerPoint = 1

/** The least that WeChat Pay accepts: one fen, and with several sellers one fen for each. */
export function totalFenMinOf({ items }: Pick<PricedCart, 'items'>): number {
  return Math.max(1, sellerCountOf(items))
}

export interface Benefits {
  readonly coupon: Coupon | null
  readonly pointsBalance: number
  readonly usePoints: boolean
}

/**
 * Works out what an order costs: goods and shipping, less the coupon, less points for what the physical goods still cost.
 * At least one fen always remains to be paid. A coupon that cannot be used is ignored: ask `obstacleOf` first.
 */
export function priceOrder(cart: PricedCart, delivery: DeliveryKind | null, benefits: Benefits): Price {
  const { goodsFen } = cart
  const shippingFen = shippingOf(cart, delivery)
  const couponFen = discountOf(cart, shippingFen, benefits.coupon)
  const physicalFen = physicalFenOf(cart.items) - (benefits.coupon?.kind === 'goods' ? couponFen : 0)
  const dueFen = goodsFen + shippingFen - couponFen
  const pointsUsable = Math.max(
    0,
    Math.floor(Math.min(benefits.pointsBalance * fenPerPoint, physicalFen, dueFen - totalFenMinOf(cart)) / fenPerPoint),
  )
  const points = benefits.usePoints ? pointsUsable : 0
  const pointsFen = points * fenPerPoint
  return { goodsFen, shippingFen, couponFen, points, pointsFen, totalFen: dueFen - pointsFen, pointsUsable }
}

/** Goods that are picked up cost no shipping. */
export function shippingOf(cart: PricedCart, delivery: DeliveryKind | null): number {
  return delivery === 'pickup' ? 0 : cart.shippingFen
}

/** What a coupon takes off; 0 when it cannot be used. */
export function discountOf(cart: PricedCart, shippingFen: number, coupon: Coupon | null): number {
  if (coupon === null || obstacleOf(coupon, cart, shippingFen) !== null) return 0
  const limitFen = coupon.kind === 'shipping' ? shippingFen : physicalFenOf(cart.items)
  return Math.min(coupon.discountFen, limitFen, cart.goodsFen + shippingFen - totalFenMinOf(cart))
}

/** The coupon that takes most off; of equal ones the first to expire. Null when none can be used. */
export function bestCoupon(cart: PricedCart, shippingFen: number, coupons: readonly Coupon[]): Coupon | null {
  const [best] = byWorth(cart, shippingFen, coupons)
  return best !== undefined && discountOf(cart, shippingFen, best) > 0 ? best : null
}

/** Coupons that take most off come first; of equal ones the first to expire. */
export function byWorth(cart: PricedCart, shippingFen: number, coupons: readonly Coupon[]): readonly Coupon[] {
  return [...coupons].sort(
    (left, right) =>
      discountOf(cart, shippingFen, right) - discountOf(cart, shippingFen, left) ||
      left.expiresAtMs - right.expiresAtMs ||
      left.id - right.id,
  )
}

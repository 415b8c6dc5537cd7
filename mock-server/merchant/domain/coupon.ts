import { physicalFenOf, type PricedCart } from './cart'

/** A user's coupon (优惠券). */
export interface Coupon {
  readonly id: number
  readonly name: string
  /** The price that it lowers. */
  readonly kind: 'goods' | 'shipping'
  readonly discountFen: number
  /** What the physical goods must cost at least; 0 for no minimum. */
  readonly minFen: number
  readonly expiresAtMs: number
}

export type CouponStatus = 'available' | 'reserved' | 'used'

/** Reserved by an order and used by its payment. A close or a whole refund makes it available again. */
export const couponCanBecome: Readonly<Record<CouponStatus, readonly CouponStatus[]>> = {
  available: ['reserved'],
  reserved: ['used', 'available'],
  used: ['available'],
}

export type CouponObstacle = 'BELOW_MINIMUM' | 'NO_SHIPPING' | 'GOODS_EXCLUDED'

/** Why a coupon cannot be used for a cart; null when it can. */
export function obstacleOf(coupon: Coupon, cart: PricedCart, shippingFen: number): CouponObstacle | null {
  const physicalFen = physicalFenOf(cart.items)
  if (physicalFen === 0) return 'GOODS_EXCLUDED'
  if (physicalFen < coupon.minFen) return 'BELOW_MINIMUM'
  return coupon.kind === 'shipping' && shippingFen === 0 ? 'NO_SHIPPING' : null
}

/** How much more the physical goods must cost for this coupon. */
export function missingFenOf(coupon: Coupon, cart: PricedCart): number {
  return Math.max(0, coupon.minFen - physicalFenOf(cart.items))
}

export type NewCoupon = Omit<Coupon, 'id'>

/** What a new user gets at the first sign-in. */
export interface Welcome {
  readonly points: number
  readonly coupons: readonly NewCoupon[]
}

const dayMs = 24 * 3_600_000

/** The welcome gift of this shop. */
export function welcomeAt(nowMs: number): Welcome {
  return {
    points: 300,
    coupons: [
      { name: '秋茶季满减券', kind: 'goods', discountFen: 2000, minFen: 10_000, expiresAtMs: nowMs + 30 * dayMs },
      { name: '运费券', kind: 'shipping', discountFen: 800, minFen: 0, expiresAtMs: nowMs + 7 * dayMs },
      { name: '礼品季满减券', kind: 'goods', discountFen: 3000, minFen: 20_000, expiresAtMs: nowMs + 30 * dayMs },
    ],
  }
}

import type { Clock } from '../../kit/clock'
import { ApiError } from '../http/api-error'
import { priceCart, type CartLine, type PricedCart } from '../domain/cart'
import type { CatalogueItem } from '../domain/catalogue'
import { obstacleOf, type Coupon } from '../domain/coupon'
import { fitsDelivery, type DeliveryKind } from '../domain/delivery'
import { bestCoupon, priceOrder, shippingOf, type Price } from '../domain/pricing'
import type { Possessions, Store } from '../store/port'

export interface QuotingOptions {
  readonly store: Pick<Store, 'benefitsOf'>
  readonly goods: readonly CatalogueItem[]
  readonly clock: Clock
}

export interface Wish {
  readonly lines: readonly CartLine[]
  readonly delivery: DeliveryKind | null
  /** Null for none. */
  readonly couponId: number | 'best' | null
  readonly usePoints: boolean
}

export interface Quoted {
  readonly cart: PricedCart
  readonly price: Price
  readonly coupon: Coupon | null
  /** Coupons and points of the payer; empty where they were not loaded. */
  readonly possessions: Possessions
}

/** Works out what a wish costs this user. Rejects with an ApiError where the shop cannot sell it. */
export interface Quoting {
  /** Loads coupons and points only where the wish uses them. */
  price(userId: number, wish: Wish): Promise<Quoted>
  /** The same with every coupon and all points that the user could use. */
  quote(userId: number, wish: Wish): Promise<Quoted>
}

const nothing: Possessions = { points: 0, coupons: [] }

export function createQuoting({ store, goods, clock }: QuotingOptions): Quoting {
  function quoteWith(cart: PricedCart, wish: Wish, possessions: Possessions): Quoted {
    const { delivery, couponId, usePoints } = wish
    const shippingFen = shippingOf(cart, delivery)
    const coupon =
      couponId === 'best'
        ? bestCoupon(cart, shippingFen, possessions.coupons)
        : (possessions.coupons.find(({ id }) => id === couponId) ?? null)
    // Another user's coupon is refused like one that does not exist.
    if (typeof couponId === 'number' && (coupon === null || obstacleOf(coupon, cart, shippingFen) !== null)) {
      throw new ApiError('COUPON_UNUSABLE', 'couponId')
    }
    const price = priceOrder(cart, delivery, { coupon, pointsBalance: possessions.points, usePoints })
    return { cart, price, coupon, possessions }
  }

  function toCart({ lines, delivery }: Wish): PricedCart {
    const cart = priceCart(lines, goods)
    if (cart.kind === 'refused') {
      throw new ApiError(cart.code, cart.line === null ? 'items' : `items[${cart.line}]`)
    }
    if (delivery !== null && !fitsDelivery(delivery, cart)) throw new ApiError('DELIVERY_INVALID', 'delivery')
    return cart
  }

  return {
    async price(userId, wish) {
      const cart = toCart(wish)
      const needsPossessions = wish.couponId !== null || wish.usePoints
      return quoteWith(cart, wish, needsPossessions ? await store.benefitsOf(userId, clock.now()) : nothing)
    },
    async quote(userId, wish) {
      const cart = toCart(wish)
      return quoteWith(cart, wish, await store.benefitsOf(userId, clock.now()))
    },
  }
}

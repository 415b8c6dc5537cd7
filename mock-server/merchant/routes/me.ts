import type { FastifyInstance } from 'fastify'
import { apiPaths, type MeAnswer, type QuoteAnswer } from '../../../src/contract/api'
import type { Clock } from '../../kit/clock'
import type { Authentication } from '../http/authenticate'
import { parseJsonBody, type SchemaTypes } from '../http/validation'
import { missingFenOf, obstacleOf } from '../domain/coupon'
import { byWorth, fenPerPoint } from '../domain/pricing'
import type { Quoted, Quoting } from '../actions/quotes'
import type { Store } from '../store/port'
import { presentCoupon } from './present'
import { quoteRequest } from './schemas'
import { toCouponId } from './terms'

export interface MeRoutesOptions {
  readonly store: Store
  readonly authentication: Authentication
  readonly quoting: Quoting
  readonly clock: Clock
}

/** The points and coupons of a customer, and what a cart would cost with them. */
export function addMeRoutes(server: FastifyInstance, options: MeRoutesOptions): void {
  const { store, authentication, quoting, clock } = options
  const { requireOwner, sessionOf } = authentication
  const api = server.withTypeProvider<SchemaTypes>()

  api.get(apiPaths.me, { preValidation: requireOwner }, async (request): Promise<MeAnswer> => {
    const { points, coupons } = await store.benefitsOf(sessionOf(request).userId, clock.now())
    return { points, coupons: coupons.map(presentCoupon) }
  })

  const quoteRoute = { schema: { body: quoteRequest }, preValidation: [requireOwner, parseJsonBody] }
  api.post(apiPaths.quotes, quoteRoute, async (request): Promise<QuoteAnswer> => {
    const { items, delivery, usePoints } = request.body
    const couponId = toCouponId(request.body.couponId)
    const quoted = await quoting.quote(sessionOf(request).userId, {
      lines: items,
      delivery: delivery?.kind ?? null,
      couponId: couponId === undefined ? 'best' : couponId,
      usePoints: usePoints ?? false,
    })
    return presentQuote(quoted)
  })
}

function presentQuote({ cart, price, coupon, possessions }: Quoted): QuoteAnswer {
  const { goodsFen, shippingFen, couponFen, pointsFen, totalFen, pointsUsable } = price
  const coupons = byWorth(cart, shippingFen, possessions.coupons).map((one) => {
    const obstacle = obstacleOf(one, cart, shippingFen)
    const missingFen = obstacle === 'BELOW_MINIMUM' ? missingFenOf(one, cart) : 0
    return { ...presentCoupon(one), usable: obstacle === null, obstacle, missingFen }
  })
  return {
    goodsFen,
    shippingFen,
    couponFen,
    pointsFen,
    totalFen,
    couponId: coupon === null ? null : String(coupon.id),
    coupons,
    points: { balance: possessions.points, usable: pointsUsable, fen: pointsUsable * fenPerPoint },
  }
}

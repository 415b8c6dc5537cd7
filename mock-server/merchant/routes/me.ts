import type { FastifyInstance } from 'fastify'
import { apiPaths, type MeAnswer, type QuoteAnswer } from '../../../src/contract/api'
import type { Clock } from '../../kit/clock'
import { ApiError } from '../http/api-error'
import type { Authenticate } from '../http/authenticate'
import { missingFenOf, obstacleOf } from '../domain/coupon'
import { byWorth, fenPerPoint } from '../domain/pricing'
import type { Quoted, Quoting } from '../actions/quotes'
import type { Session, Store } from '../store/port'
import { parseBody } from './parse'
import { parseCouponId, parseDeliveryKind, parseFlag, parseLines } from './parse-terms'
import { presentCoupon } from './present'

export interface MeRoutesOptions {
  readonly store: Store
  readonly authenticate: Authenticate
  readonly quoting: Quoting
  readonly clock: Clock
}

/** What somebody has here, and what a cart would cost with it. */
export function addMeRoutes(server: FastifyInstance, options: MeRoutesOptions): void {
  const { store, authenticate, quoting, clock } = options

  server.get(apiPaths.me, async (request): Promise<MeAnswer> => {
    const { userId } = ownerOnly(await authenticate(request))
    const { points, coupons } = await store.benefitsOf(userId, clock.now())
    return { points, coupons: coupons.map(presentCoupon) }
  })

  server.post(apiPaths.quotes, async (request): Promise<QuoteAnswer> => {
    const { userId } = ownerOnly(await authenticate(request))
    const fields = parseBody(request.body, request.headers['content-type'], [
      'items',
      'delivery',
      'couponId',
      'usePoints',
    ])
    const couponId = parseCouponId(fields)
    const quoted = await quoting.quote(userId, {
      lines: parseLines(fields),
      delivery: parseDeliveryKind(fields),
      couponId: couponId === undefined ? 'best' : couponId,
      usePoints: parseFlag(fields, 'usePoints'),
    })
    return presentQuote(quoted)
  })
}

/** A session that came with a link to one order is not its owner. */
function ownerOnly(session: Session): Session {
  if (session.orderId !== null) throw new ApiError('UNAUTHENTICATED')
  return session
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

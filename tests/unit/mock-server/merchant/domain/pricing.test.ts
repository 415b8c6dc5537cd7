import fc from 'fast-check'
import { priceCart, physicalFenOf } from '../../../../../mock-server/merchant/domain/cart'
import { catalogue } from '../../../../../mock-server/merchant/domain/catalogue'
import { missingFenOf, obstacleOf, type Coupon } from '../../../../../mock-server/merchant/domain/coupon'
import { fitsDelivery, maskPhone } from '../../../../../mock-server/merchant/domain/delivery'
import { bestCoupon, priceOrder, shippingOf } from '../../../../../mock-server/merchant/domain/pricing'

const cartOf = (...lines: [string, number][]) => {
  const cart = priceCart(
    lines.map(([goodsId, quantity]) => ({ goodsId, quantity })),
    catalogue,
  )
  if (cart.kind !== 'priced') throw new Error(cart.code)
  return cart
}

const coupon = (change: Partial<Coupon> = {}): Coupon => ({
  id: 1,
  name: '券',
  kind: 'goods',
  discountFen: 2000,
  minFen: 10_000,
  expiresAtMs: 1000,
  ...change,
})
const none = { coupon: null, pointsBalance: 0, usePoints: true }

describe('a price', () => {
  it('is the picture’s: 144 of goods, 8 of shipping, 20 off by coupon, 3 by points', () => {
    const price = priceOrder(cartOf(['tea', 1], ['cup', 1]), 'express', {
      coupon: coupon(),
      pointsBalance: 300,
      usePoints: true,
    })
    expect(price).toEqual({
      goodsFen: 14400,
      shippingFen: 800,
      couponFen: 2000,
      points: 300,
      pointsFen: 300,
      pointsUsable: 300,
      totalFen: 12900,
    })
  })

  it('takes points up to what the physical goods cost, and leaves shipping', () => {
    expect(priceOrder(cartOf(['notebook', 1]), null, { ...none, pointsBalance: 3199 })).toMatchObject({ totalFen: 801 })
    expect(priceOrder(cartOf(['notebook', 1]), null, { ...none, pointsBalance: 3201 })).toMatchObject({
      points: 3200,
      totalFen: 800,
    })
  })

  it('leaves one fen to pay where nothing else is left', () => {
    expect(priceOrder(cartOf(['notebook', 1]), 'pickup', { ...none, pointsBalance: 9999 })).toMatchObject({
      points: 3199,
      totalFen: 1,
    })
  })

  it('lets nobody pay a gift card with points', () => {
    expect(priceOrder(cartOf(['giftcard', 1]), null, { ...none, pointsBalance: 9999 })).toMatchObject({
      points: 0,
      pointsUsable: 0,
      totalFen: 10_000,
    })
  })

  it('adds up, whatever is in it, and is never less than one fen', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom('tea', 'cup', 'notebook', 'giftcard'), { minLength: 1 }),
        fc.integer({ min: 1, max: 99 }),
        fc.option(
          fc.record({
            kind: fc.constantFrom('goods' as const, 'shipping' as const),
            discountFen: fc.integer({ min: 1, max: 50_000 }),
            minFen: fc.integer({ min: 0, max: 30_000 }),
          }),
        ),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.boolean(),
        fc.constantFrom('express' as const, 'pickup' as const, null),
        (goodsIds, quantity, terms, pointsBalance, usePoints, delivery) => {
          const cart = cartOf(...goodsIds.map((goodsId): [string, number] => [goodsId, quantity]))
          const price = priceOrder(cart, delivery, { coupon: terms && coupon(terms), pointsBalance, usePoints })
          const { goodsFen, shippingFen, couponFen, pointsFen, totalFen } = price
          expect(totalFen).toBe(goodsFen + shippingFen - couponFen - pointsFen)
          expect(totalFen).toBeGreaterThanOrEqual(1)
          expect(Math.min(couponFen, pointsFen, price.points)).toBeGreaterThanOrEqual(0)
          expect(price.points).toBeLessThanOrEqual(pointsBalance)
          expect(pointsFen).toBeLessThanOrEqual(physicalFenOf(cart.items))
        },
      ),
    )
  })
})

describe('a coupon', () => {
  const cart = cartOf(['tea', 1])
  it.each([
    ['fits at its minimum', { minFen: 8800 }, 800, null],
    ['does not fit one fen below', { minFen: 8801 }, 800, 'BELOW_MINIMUM'],
    ['for shipping fits what is shipped', { kind: 'shipping', minFen: 0 }, 800, null],
    ['for shipping does not fit what is fetched', { kind: 'shipping', minFen: 0 }, 0, 'NO_SHIPPING'],
  ] as const)('%s', (_name, change, shippingFen, obstacle) => {
    expect(obstacleOf(coupon(change), cart, shippingFen)).toBe(obstacle)
  })

  it('does not fit virtual goods, and their price does not help to reach a minimum', () => {
    expect(obstacleOf(coupon(), cartOf(['giftcard', 9]), 0)).toBe('GOODS_EXCLUDED')
    expect(missingFenOf(coupon(), cartOf(['giftcard', 9], ['notebook', 1]))).toBe(6800)
  })

  it('is chosen by what it takes off, then by when it expires', () => {
    const shop = cartOf(['tea', 2])
    const small = coupon({ id: 2, kind: 'shipping', discountFen: 9000, minFen: 0 })
    const late = coupon({ id: 3, expiresAtMs: 2000 })
    expect(bestCoupon(shop, shippingOf(shop, null), [small, late, coupon()])?.id).toBe(1)
    expect(bestCoupon(shop, 800, [coupon({ minFen: 99_999 })])).toBeNull()
  })
})

describe('delivery', () => {
  it('is virtual when all goods are, and only then', () => {
    expect(fitsDelivery('virtual', cartOf(['giftcard', 1]))).toBe(true)
    expect(fitsDelivery('express', cartOf(['giftcard', 1]))).toBe(false)
    expect(fitsDelivery('virtual', cartOf(['giftcard', 1], ['tea', 1]))).toBe(false)
    expect(fitsDelivery('pickup', cartOf(['giftcard', 1], ['tea', 1]))).toBe(true)
  })

  it('shows enough of a telephone number to know it by, and no short one', () => {
    expect(maskPhone('13812346621')).toBe('138****6621')
    expect(maskPhone('1234567')).toBe('****')
  })
})

import fc from 'fast-check'
import { sumOf, physicalFenOf, type OrderItem, type PricedCart } from '../../../../../mock-server/merchant/domain/cart'
import { catalogue, linesMax } from '../../../../../mock-server/merchant/domain/catalogue'
import type { Coupon } from '../../../../../mock-server/merchant/domain/coupon'
import { plainTerms, initialOrderState, type Order } from '../../../../../mock-server/merchant/domain/order'
import { apportion, apportionWithin, toAttemptParts, toParts } from '../../../../../mock-server/merchant/domain/parts'
import { priceOrder } from '../../../../../mock-server/merchant/domain/pricing'
import { decideRefund, splitRefund, type RefundStatus } from '../../../../../mock-server/merchant/domain/refund'
import { statusOfParts } from '../../../../../mock-server/merchant/domain/refund-report'
import { findSellerProblems, goodsSoldBy } from '../../../../../mock-server/merchant/domain/seller'

/** Of combined orders WeChat Pay takes no more parts than this, and a cart cannot have more. */
const partsMax = 50

const sellers = ['a', 'b', 'c', 'd'].map((sellerId, index) => ({ sellerId, subMchid: `190000000${index + 1}` }))
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

const itemArbitrary = fc.record({
  kind: fc.constantFrom('physical' as const, 'physical' as const, 'virtual' as const),
  priceFen: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 50_000_000 })),
  quantity: fc.integer({ min: 1, max: 99 }),
  sellerId: fc.constantFrom(...sellers.map(({ sellerId }) => sellerId)),
})

const orderArbitrary = fc
  .record({
    items: fc.array(itemArbitrary, { minLength: 1, maxLength: 8 }),
    isPickup: fc.boolean(),
    coupon: fc.option(
      fc.record({
        kind: fc.constantFrom('goods' as const, 'shipping' as const),
        discountFen: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.constant(2_000_000_000)),
      }),
      { nil: null },
    ),
    points: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5000 }), fc.constant(2_000_000_000)),
  })
  .map(({ items, isPickup, coupon, points }) => {
    const sold: OrderItem[] = items.map((item, index) => ({ ...item, goodsId: `g${index}`, name: 'n', spec: '' }))
    const goodsFen = sumOf(sold)
    const shippingFen = physicalFenOf(sold) > 0 ? 800 : 0
    const cart: PricedCart = { kind: 'priced', items: sold, goodsFen, shippingFen, totalFen: goodsFen + shippingFen }
    const inHand: Coupon | null = coupon && { ...coupon, id: 1, name: 'c', minFen: 0, expiresAtMs: 1 }
    const benefits = { coupon: inHand, pointsBalance: points, usePoints: points > 0 }
    const price = priceOrder(cart, isPickup ? 'pickup' : null, benefits)
    return { cart, price, couponKind: coupon?.kind ?? null }
  })

type Made = typeof orderArbitrary extends fc.Arbitrary<infer T> ? T : never
const partsOf = ({ cart, price, couponKind }: Made) => toParts(cart.items, price, couponKind, sellers)

function paidOrder(made: Made): Order {
  const { pointsUsable: _usable, ...price } = made.price
  return {
    ...initialOrderState,
    ...plainTerms,
    ...price,
    id: 1,
    orderNo: 'SC261121-AAAAAAAA',
    userId: 1,
    client: 'weapp',
    status: 'paid',
    transactionId: '42',
    items: made.cart.items,
    couponKind: made.couponKind,
    parts: partsOf(made),
    createdAtMs: 0,
    expiresAtMs: 1,
  }
}

describe('the parts of an order', () => {
  it('add up to the order, to the fen, in every amount, and each costs at least one', () => {
    fc.assert(
      fc.property(orderArbitrary, (made) => {
        const parts = partsOf(made)
        for (const name of ['goodsFen', 'shippingFen', 'couponFen', 'pointsFen', 'totalFen'] as const) {
          expect(sum(parts.map((part) => part[name]))).toBe(made.price[name])
        }
        for (const { goodsFen, shippingFen, couponFen, pointsFen, totalFen } of parts) {
          expect(totalFen).toBe(goodsFen + shippingFen - couponFen - pointsFen)
          expect(totalFen).toBeGreaterThanOrEqual(1)
          expect(Math.min(shippingFen, couponFen, pointsFen)).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('are one for each seller whose goods are in it, and each pays for the goods that it sells', () => {
    fc.assert(
      fc.property(orderArbitrary, (made) => {
        const named = sellers.filter(({ sellerId }) => made.cart.items.some((item) => item.sellerId === sellerId))
        const parts = partsOf(made)
        expect(parts.map(({ sellerId, subMchid }) => ({ sellerId, subMchid }))).toEqual(named)
        for (const { sellerId, goodsFen } of parts) {
          expect(goodsFen).toBe(sumOf(made.cart.items.filter((item) => item.sellerId === sellerId)))
        }
      }),
    )
  })

  it('do not depend on the order of the lines', () => {
    fc.assert(
      fc.property(orderArbitrary, (made) => {
        const turned = { ...made, cart: { ...made.cart, items: [...made.cart.items].reverse() } }
        expect(partsOf(turned)).toEqual(partsOf(made))
      }),
    )
  })

  it('are none where the shop sells everything itself', () => {
    expect(
      toParts(
        goodsOf([]),
        { goodsFen: 8800, shippingFen: 800, couponFen: 0, points: 0, pointsFen: 0, totalFen: 9600 },
        null,
        [],
      ),
    ).toEqual([])
  })

  it('are told apart by numbers of at most 32 characters that WeChat Pay takes', () => {
    const many = Array.from({ length: linesMax }, (_, index) => ({
      ...sellers[0]!,
      sellerId: `s${index}`,
      goodsFen: 1,
      shippingFen: 0,
      couponFen: 0,
      pointsFen: 0,
      totalFen: 1,
    }))
    const numbers = toAttemptParts('SC261121-QX7K2MPA-50', many).map(({ outTradeNo }) => outTradeNo)
    expect(numbers.every((number) => /^[0-9A-Za-z_\-|*]{6,32}$/.test(number))).toBe(true)
    expect(new Set(numbers).size).toBe(linesMax)
    expect([...numbers].sort()).toEqual(numbers)
    expect(linesMax).toBeLessThanOrEqual(partsMax)
  })
})

function goodsOf(some: typeof sellers): OrderItem[] {
  return goodsSoldBy(some, catalogue)
    .slice(0, 1)
    .map((item) => ({ ...item, quantity: 1 }))
}

describe('sharing an amount', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 2_000_000_000 }), { minLength: 1, maxLength: 20 })

  it('gives everybody his exact share rounded up or down, and all of it', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 2_000_000_000 }), (by, amount) => {
        fc.pre(sum(by) > 0)
        const shares = apportion(amount, by)
        expect(sum(shares)).toBe(amount)
        shares.forEach((share, index) => {
          const [exact, rest] = [(BigInt(amount) * BigInt(by[index]!)) / BigInt(sum(by)), BigInt(share)]
          expect(rest === exact || rest === exact + 1n).toBe(true)
        })
      }),
    )
  })

  it('gives nobody more than he can take', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(10_000), fc.nat(10_000)), { minLength: 1 }), fc.nat(), (pairs, seed) => {
        const limits = pairs.map(([, limit]) => limit)
        const amount = seed % (sum(limits) + 1)
        const shares = apportionWithin(
          amount,
          pairs.map(([weight]) => weight),
          limits,
        )
        expect(sum(shares)).toBe(amount)
        shares.forEach((share, index) => {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(limits[index]!)
        })
      }),
    )
  })

  it('with nobody is our own mistake', () => {
    expect(() => apportion(1, [0, 0])).toThrow('Nobody')
  })
})

describe('a refund of a combined order', () => {
  it('is split to the fen, however often and in whatever way, until nothing is left', () => {
    const wishes = fc.array(fc.tuple(fc.constantFrom('asked', 'shop', 'goods'), fc.nat(1_000_000)), { maxLength: 6 })
    fc.assert(
      fc.property(orderArbitrary, wishes, (made, asks) => {
        let order = paidOrder(made)
        let left = order.parts.map(({ totalFen }) => totalFen)
        const give = (wish: Parameters<typeof decideRefund>[2], cause: 'asked' | 'shop'): void => {
          const decision = decideRefund(order, [], wish, cause)
          if (decision.kind !== 'granted') return
          const shares = splitRefund(order, { wish, cause, amountFen: decision.amountFen }, left)
          expect(sum(shares)).toBe(decision.amountFen)
          left = left.map((fen, index) => fen - shares[index]!)
          expect(Math.min(...left)).toBeGreaterThanOrEqual(0)
          order = { ...order, refundedFen: order.refundedFen + decision.amountFen }
        }
        for (const [kind, number] of asks) {
          if (kind === 'goods') {
            const item = order.items[number % order.items.length]!
            give({ kind: 'goods', lines: [{ goodsId: item.goodsId, quantity: 1 + (number % item.quantity) }] }, 'asked')
          } else give({ kind: 'amount', amountFen: number }, kind === 'asked' ? 'asked' : 'shop')
        }
        give({ kind: 'whole' }, 'shop')
        expect(order.refundedFen).toBe(order.totalFen)
        expect(sum(left)).toBe(0)
      }),
      { numRuns: 1000 },
    )
  })

  it('of all that somebody sold touches nobody else', () => {
    fc.assert(
      fc.property(orderArbitrary, (made) => {
        const order = paidOrder(made)
        const [first] = order.parts
        const lines = order.items
          .filter(({ sellerId, kind }) => sellerId === first!.sellerId && kind === 'physical')
          .map(({ goodsId, quantity }) => ({ goodsId, quantity }))
        const decision = decideRefund(order, [], { kind: 'goods', lines }, 'shop')
        if (decision.kind !== 'granted') return
        const left = order.parts.map(({ totalFen }) => totalFen)
        const shares = splitRefund(order, { wish: { kind: 'goods', lines }, cause: 'shop', ...decision }, left)
        expect(shares.slice(1).every((share) => share === 0)).toBe(true)
      }),
    )
  })

  it.each<[RefundStatus, RefundStatus[]]>([
    ['requested', ['requested', 'requested']],
    ['declined', ['declined', 'declined']],
    ['approved', ['approved', 'approved']],
    ['processing', ['approved', 'processing']],
    ['processing', ['approved', 'succeeded']],
    ['processing', ['processing', 'failed']],
    ['processing', ['succeeded', 'processing']],
    ['abnormal', ['succeeded', 'abnormal']],
    ['abnormal', ['abnormal', 'processing']],
    ['succeeded', ['succeeded', 'succeeded']],
    ['failed', ['succeeded', 'failed']],
    ['failed', ['failed', 'failed']],
  ])('is %s as a whole when its parts are %s', (whole, parts) => {
    expect(statusOfParts(parts.map((status) => ({ status })))).toBe(whole)
    expect(statusOfParts([...parts].reverse().map((status) => ({ status })))).toBe(whole)
  })
})

describe('the sellers of a catalogue', () => {
  const both = [
    { sellerId: 'garden', subMchid: '1900000001' },
    { sellerId: 'kiln', subMchid: '1900000002' },
  ]
  it('sell all of it, or the shop sells it itself', () => {
    expect(findSellerProblems(both, catalogue, '1900000109')).toEqual([])
    expect(findSellerProblems([], catalogue, '1900000109')).toEqual([])
    expect(goodsSoldBy([], catalogue).some((item) => 'sellerId' in item)).toBe(false)
    expect(goodsSoldBy(both, catalogue)).toEqual(catalogue)
  })
})

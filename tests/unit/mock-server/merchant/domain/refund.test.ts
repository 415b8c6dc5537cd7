import fc from 'fast-check'
import type { OrderItem } from '../../../../../mock-server/merchant/domain/cart'
import { plainTerms, initialOrderState, type Order } from '../../../../../mock-server/merchant/domain/order'
import {
  decideRefund,
  isOpenRefund,
  needsApproval,
  paidFenOf,
  refundCanBecome,
  refundsMax,
  reversalOf,
  statusAfterRefund,
  type Refund,
  type RefundReport,
  type RefundStatus,
} from '../../../../../mock-server/merchant/domain/refund'
import { afterReport, holdReasonOf } from '../../../../../mock-server/merchant/domain/refund-report'

const item = (goodsId: string, priceFen: number, change: Partial<OrderItem> = {}): OrderItem => ({
  goodsId,
  kind: 'physical',
  name: goodsId,
  spec: '',
  priceFen,
  quantity: 1,
  ...change,
})

/** 144 of goods, 8 of shipping, 20 off by coupon, 3 by points. */
const paid = (change: Partial<Order> = {}): Order => ({
  ...initialOrderState,
  ...plainTerms,
  id: 1,
  orderNo: 'SC261120-AAAAAAAA',
  userId: 1,
  client: 'weapp',
  status: 'paid',
  fulfilment: 'preparing',
  items: [item('tea', 8800), item('cup', 5600)],
  goodsFen: 14400,
  shippingFen: 800,
  couponId: 7,
  couponKind: 'goods',
  couponFen: 2000,
  points: 300,
  pointsFen: 300,
  totalFen: 12900,
  createdAtMs: 0,
  expiresAtMs: 900_000,
  paidAtMs: 1,
  transactionId: '42',
  ...change,
})

const refund = (status: RefundStatus, change: Partial<Refund> = {}): Refund => ({
  id: 1,
  orderId: 1,
  refundNo: 'RF261120-AAAAAAAA',
  outTradeNo: 'SC261120-AAAAAAAA-01',
  transactionId: '42',
  status,
  cause: 'asked',
  amountFen: 100,
  paidFen: 12900,
  reason: '不想要了',
  requestedAtMs: 2,
  decidedAtMs: null,
  settledAtMs: null,
  refundId: null,
  account: null,
  declineReason: null,
  ...change,
})

const statuses = Object.keys(refundCanBecome) as RefundStatus[]

describe('the table of refunds', () => {
  it.each(['declined', 'succeeded', 'failed'] as const)('ends at %s', (status) => {
    expect(refundCanBecome[status]).toEqual([])
    expect(isOpenRefund({ status })).toBe(false)
  })

  it('sends nothing that nobody approved, and asks nobody again', () => {
    expect(refundCanBecome.requested).toEqual(['approved', 'declined'])
    expect(Object.values(refundCanBecome).flat()).not.toContain('requested')
  })
})

describe('a wish for a refund', () => {
  it.each([
    ['the whole', { kind: 'whole' }, { kind: 'granted', amountFen: 12900 }],
    ['a fen', { kind: 'amount', amountFen: 1 }, { kind: 'granted', amountFen: 1 }],
    ['all as an amount', { kind: 'amount', amountFen: 12900 }, { kind: 'granted', amountFen: 12900 }],
    ['a fen more than was paid', { kind: 'amount', amountFen: 12901 }, { kind: 'amountInvalid' }],
    ['nothing', { kind: 'amount', amountFen: 0 }, { kind: 'amountInvalid' }],
    ['half a fen', { kind: 'amount', amountFen: 1.5 }, { kind: 'amountInvalid' }],
    ['goods', { kind: 'goods', lines: [{ goodsId: 'cup', quantity: 1 }] }, { kind: 'granted', amountFen: 4705 }],
    ['goods of another order', { kind: 'goods', lines: [{ goodsId: 'pen', quantity: 1 }] }, { kind: 'amountInvalid' }],
    [
      'more goods than were bought',
      { kind: 'goods', lines: [{ goodsId: 'cup', quantity: 2 }] },
      { kind: 'amountInvalid' },
    ],
  ] as const)('for %s', (_name, wish, decision) => {
    expect(decideRefund(paid(), [], wish, 'asked')).toEqual(decision)
  })

  it.each(['pending', 'closed', 'held', 'refunding', 'refunded'] as const)(
    'is not granted for an order that is %s',
    (status) => {
      expect(decideRefund(paid({ status }), [], { kind: 'whole' }, 'asked')).toEqual({ kind: 'notRefundable' })
    },
  )

  it.each(statuses)('beside one that is %s', (status) => {
    const kind = isOpenRefund({ status }) ? 'open' : 'granted'
    expect(decideRefund(paid(), [refund(status)], { kind: 'whole' }, 'asked').kind).toBe(kind)
    // Money without an order to settle is another payment.
    expect(decideRefund(paid(), [refund(status, { cause: 'paidTwice' })], { kind: 'whole' }, 'asked').kind).toBe(
      'granted',
    )
  })

  it('is for what is left, and not for virtual goods unless the shop wants it', () => {
    const mixed = paid({ items: [item('tea', 8800), item('card', 10_000, { kind: 'virtual' })], totalFen: 17_300 })
    expect(decideRefund(mixed, [], { kind: 'whole' }, 'asked')).toEqual({ kind: 'granted', amountFen: 7300 })
    expect(decideRefund(mixed, [], { kind: 'whole' }, 'shop')).toEqual({ kind: 'granted', amountFen: 17_300 })
    const card = paid({ items: [item('card', 10_000, { kind: 'virtual' })], totalFen: 10_000 })
    expect(decideRefund(card, [], { kind: 'whole' }, 'asked')).toEqual({ kind: 'notRefundable' })
    expect(decideRefund(paid({ refundedFen: 12_899 }), [], { kind: 'whole' }, 'asked')).toEqual({
      kind: 'granted',
      amountFen: 1,
    })
  })

  it(`is granted ${refundsMax} times and not once more`, () => {
    const all = Array.from({ length: refundsMax }, () => refund('succeeded'))
    expect(decideRefund(paid(), all.slice(1), { kind: 'whole' }, 'asked').kind).toBe('granted')
    expect(decideRefund(paid(), all, { kind: 'whole' }, 'asked').kind).toBe('notRefundable')
  })

  it('counts a coupon for shipping to the shipping', () => {
    const shipped = paid({ couponKind: 'shipping', couponFen: 800, points: 0, pointsFen: 0, totalFen: 14_400 })
    expect(paidFenOf(shipped, [{ goodsId: 'tea', quantity: 1 }])).toBe(8800)
  })

  it('for the same goods twice is none', () => {
    const line = { goodsId: 'tea', quantity: 1 }
    expect(paidFenOf(paid(), [line, line])).toBeNull()
    expect(paidFenOf(paid(), [])).toBeNull()
  })
})

describe('a refund that succeeded', () => {
  it('brings all of it back with the whole', () => {
    expect(reversalOf(paid(), 12900)).toEqual({
      earnedPoints: 129,
      usedPoints: 300,
      couponReturns: true,
      goodsReturn: true,
    })
    expect(statusAfterRefund(paid(), 12900)).toBe('refunded')
  })

  it('brings points in proportion and no coupon with a part', () => {
    expect(reversalOf(paid(), 4300)).toEqual({
      earnedPoints: 43,
      usedPoints: 100,
      couponReturns: false,
      goodsReturn: false,
    })
    expect(statusAfterRefund(paid(), 12899)).toBe('paid')
  })

  it('does not put goods on the shelf that have left the house', () => {
    expect(reversalOf(paid({ fulfilment: 'shipped' }), 12900).goodsReturn).toBe(false)
  })

  it('in any parts gives what the whole gives', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6000 }), { minLength: 1, maxLength: 12 }), (parts) => {
        let order = paid()
        const sum = { earned: 0, used: 0, coupons: 0 }
        for (const part of [...parts, 12900]) {
          const amountFen = Math.min(part, order.totalFen - order.refundedFen)
          if (amountFen === 0) continue
          const { earnedPoints, usedPoints, couponReturns } = reversalOf(order, amountFen)
          sum.earned += earnedPoints
          sum.used += usedPoints
          sum.coupons += couponReturns ? 1 : 0
          order = { ...order, refundedFen: order.refundedFen + amountFen }
        }
        expect(sum).toEqual({ earned: 129, used: 300, coupons: 1 })
      }),
    )
  })
})

describe('the approval of a refund', () => {
  const wish = { cause: 'asked', amountFen: 5000 } as const

  it('is not needed for a refund of the shop', () => {
    expect(needsApproval(paid({ fulfilment: 'completed' }), { ...wish, cause: 'shop' }, 0)).toBe(false)
  })

  it('is not needed up to the limit while the goods are still in the shop', () => {
    expect(needsApproval(paid(), wish, 5000)).toBe(false)
  })

  it('is needed for a fen more, and once the goods have left', () => {
    expect(needsApproval(paid(), wish, 4999)).toBe(true)
    expect(needsApproval(paid({ fulfilment: 'shipped' }), wish, 5000)).toBe(true)
  })
})

describe('a report of WeChat Pay about a refund', () => {
  const report: RefundReport = {
    refundNo: 'RF261120-AAAAAAAA',
    refundId: '50',
    transactionId: '42',
    amountFen: 100,
    status: 'succeeded',
    account: '支付用户零钱',
    settledAtMs: 9,
  }

  it('moves the refund along its table, with the time at which the money went back', () => {
    expect(afterReport(refund('processing'), report, 10)).toMatchObject({ status: 'succeeded', settledAtMs: 9 })
    expect(afterReport(refund('processing'), { ...report, settledAtMs: null }, 10)).toMatchObject({ settledAtMs: 10 })
    expect(afterReport(refund('processing'), { ...report, status: 'abnormal' }, 10)).toMatchObject({
      status: 'abnormal',
      settledAtMs: null,
    })
  })

  it('changes nothing where the table has no such move', () => {
    expect(afterReport(refund('succeeded'), { ...report, status: 'processing' }, 10)).toBe('unchanged')
  })

  it.each([{ amountFen: 101 }, { transactionId: '43' }])('is about other money with %j', (change) => {
    expect(afterReport(refund('processing'), { ...report, ...change }, 10)).toBe('mismatch')
  })

  it.each([
    ['abnormal', 'REFUND_ABNORMAL'],
    ['failed', 'REFUND_FAILED'],
    ['processing', null],
    ['succeeded', null],
  ] as const)('that says %s is held as %s', (status, reason) => {
    expect(holdReasonOf({ status })).toBe(reason)
  })
})

import fc from 'fast-check'
import {
  bestFirst,
  payerTotal,
  settlementRefund,
  settlementTotal,
  shareRefund,
  spread,
  sumOf,
  applyVoucher,
  valueFor,
  type RefundShares,
  type Voucher,
  type VoucherUse,
} from '../../../../../../mock-server/simulator/wechat/domain/voucher'

const voucher = (amount: number, over: Partial<Voucher> = {}): Voucher => ({
  coupon_id: '28232857918',
  stock_id: '931386',
  name: 'tea',
  type: 'CASH',
  user: 'payer-1',
  amount,
  goods_tags: [],
  ...over,
})
const use = (amount: number, over: Partial<VoucherUse> = {}): VoucherUse => ({
  coupon_id: '28232857918',
  stock_id: '931386',
  name: 'tea',
  type: 'CASH',
  amount,
  ...over,
})

describe('a voucher on an order', () => {
  it.each([
    ['of either type leaves the payer less to pay', 'CASH', 90, 100],
    ['that nobody funded costs the merchant', 'NOCASH', 90, 90],
  ] as const)('%s (the published example: 100 with 10)', (_what, type, paid, settled) => {
    const vouchers = [applyVoucher({ total: 100 }, voucher(10, { type }))!.use]
    expect([payerTotal(100, vouchers), settlementTotal(100, vouchers)]).toEqual([paid, settled])
  })

  it('leaves one fen to pay, and does not apply to an order of one fen', () => {
    expect(applyVoucher({ total: 8 }, voucher(500))?.use.amount).toBe(7)
    expect(applyVoucher({ total: 1 }, voucher(500))).toBeNull()
  })

  it('with marks applies where the order has one of them, and a list of marks is one mark', () => {
    const marked = voucher(10, { goods_tags: ['TEA', 'NEW'] })
    expect(valueFor({ total: 100, goods_tag: 'NEW' }, marked)).toBe(10)
    for (const goods_tag of ['new', 'TEA,NEW']) expect(valueFor({ total: 100, goods_tag }, marked)).toBe(0)
    expect(valueFor({ total: 100 }, marked)).toBe(0)
    expect(valueFor({ total: 100, goods_tag: 'ANY' }, voucher(10))).toBe(10)
  })

  it('is the first of a wallet where it takes off most, not where it is worth most', () => {
    const wallet = [voucher(5, { coupon_id: 'a' }), voucher(300, { coupon_id: 'b', goods_tags: ['X'] }), voucher(9)]
    expect(bestFirst({ total: 100 }, wallet).map(({ amount }) => amount)).toEqual([9, 5])
  })

  it('is spread over a combined order in proportion, and only over parts whose mark it has', () => {
    const subs = [{ total: 700 }, { total: 200 }, { total: 100, goods_tag: 'TEA' }]
    const of = (over: Partial<Voucher>) =>
      applyVoucher({ total: 1000, subs }, voucher(99, over))!.ofSubs.map(({ amount }) => amount)
    expect(of({})).toEqual([69, 20, 10])
    expect(of({ goods_tags: ['TEA'] })).toEqual([0, 0, 99])
  })
})

describe('spreading an amount', () => {
  it('gives it all, and nobody more than their weight', () => {
    const weights = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, noNaN: true }), (list, part) => {
        const sum = sumOf(list, (weight) => weight)
        const amount = Math.floor(sum * part)
        const shares = spread(amount, list)
        expect(sumOf(shares, (share) => share)).toBe(amount)
        shares.forEach((share, index) => {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(list[index]!)
        })
      }),
    )
  })
})

describe('a refund of an order that was paid with a voucher', () => {
  it('shares the vendor\u2019s example: 10 yuan with a voucher of 3', () => {
    const payment = { total: 1000, vouchers: [use(300)] }
    expect(shareRefund(payment, [], 1000)?.payer_refund).toBe(700)
    expect(shareRefund(payment, [], 900)?.payer_refund).toBe(630)
  })

  it('names what the documents name: all of 100 with a voucher of 10', () => {
    expect(shareRefund({ total: 100, vouchers: [use(10)] }, [], 100)).toEqual({
      payer_refund: 90,
      promotions: [{ coupon_id: '28232857918', type: 'CASH', amount: 10, refund_amount: 10 }],
    })
  })

  it('rounds half a fen up', () => {
    expect(shareRefund({ total: 10, vouchers: [use(5)] }, [], 1)?.payer_refund).toBe(1)
    expect(shareRefund({ total: 1000, vouchers: [use(501)] }, [], 1)).toBeNull()
  })

  it('is refused where the payer would get nothing, unless money is left for the last one', () => {
    const payment = { total: 100, vouchers: [use(99)] }
    expect(shareRefund(payment, [], 40)).toBeNull()
    const first = shareRefund(payment, [], 60)!
    expect(first.payer_refund).toBe(1)
    expect(shareRefund({ total: 100, vouchers: [use(97)] }, [], 9)).toBeNull()
  })

  it('costs the merchant only what they got', () => {
    const shares = shareRefund({ total: 100, vouchers: [use(10, { type: 'NOCASH' })] }, [], 50)!
    expect([shares.payer_refund, settlementRefund(50, shares.promotions)]).toEqual([45, 45])
  })

  it('in any number of parts gives back exactly what was paid, and each part adds up', () => {
    const payments = fc.record({
      total: fc.integer({ min: 1, max: 100_000 }),
      off: fc.array(fc.nat(40_000), { maxLength: 3 }),
      cuts: fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 12 }),
    })
    fc.assert(
      fc.property(payments, ({ total, off, cuts }) => {
        let room = total - 1
        const vouchers = off.flatMap((fen, n) => {
          const amount = Math.min(fen, room)
          room -= amount
          return amount === 0 ? [] : [use(amount, { coupon_id: String(n), type: n % 2 === 0 ? 'CASH' : 'NOCASH' })]
        })
        const paid = payerTotal(total, vouchers)
        const done: RefundShares[] = []
        let left = total
        for (const cut of [...cuts, total]) {
          const refund = Math.min(cut, left)
          if (refund === 0) break
          const shares = shareRefund({ total, vouchers }, done, refund)
          if (shares === null) continue
          const back = sumOf(shares.promotions, ({ refund_amount }) => refund_amount)
          expect(shares.payer_refund).toBeGreaterThanOrEqual(0)
          expect(shares.payer_refund + back).toBe(refund)
          done.push(shares)
          left -= refund
        }
        const given = sumOf(done, ({ payer_refund }) => payer_refund)
        expect(given).toBeLessThanOrEqual(paid)
        if (left === 0) expect(given).toBe(paid)
        for (const { coupon_id, amount } of vouchers) {
          const taken = sumOf(done, ({ promotions }) =>
            sumOf(promotions, (one) => (one.coupon_id === coupon_id ? one.refund_amount : 0)),
          )
          expect(taken).toBeLessThanOrEqual(amount)
          if (left === 0) expect(taken).toBe(amount)
        }
      }),
      { numRuns: 500 },
    )
  })
})

import { catalogue } from '../../../../../mock-server/merchant/domain/catalogue'
import { contentOf, describeItems, priceCart } from '../../../../../mock-server/merchant/domain/cart'
import { toOrderNo, toOutTradeNo } from '../../../../../mock-server/merchant/domain/numbers'

const price = (...lines: [string, number][]) =>
  priceCart(
    lines.map(([goodsId, quantity]) => ({ goodsId, quantity })),
    catalogue,
  )

function priced(...lines: [string, number][]) {
  const cart = price(...lines)
  if (cart.kind !== 'priced') throw new Error(cart.code)
  return cart
}

describe('a cart', () => {
  it('costs its goods and one shipping', () => {
    expect(priced(['tea', 1], ['cup', 1])).toMatchObject({ goodsFen: 14400, shippingFen: 800, totalFen: 15200 })
  })

  it('of virtual goods only is not shipped', () => {
    expect(priced(['giftcard', 2])).toMatchObject({ goodsFen: 20000, shippingFen: 0, totalFen: 20000 })
  })

  it('with one physical item is shipped', () => {
    expect(priced(['giftcard', 1], ['notebook', 1])).toMatchObject({ shippingFen: 800, totalFen: 14000 })
  })

  it('takes 99 of one item and not 100', () => {
    expect(priced(['tea', 99]).totalFen).toBe(99 * 8800 + 800)
    expect(price(['tea', 100])).toEqual({ kind: 'refused', code: 'QUANTITY_INVALID', line: 0 })
    expect(price(['tea', 99], ['tea', 1])).toEqual({ kind: 'refused', code: 'QUANTITY_INVALID', line: 1 })
  })

  it('is the same in any order of lines', () => {
    expect(contentOf(priced(['cup', 1], ['tea', 1], ['cup', 1]).items)).toBe('tea*1,cup*2')
  })
})

describe('the description in the cashier', () => {
  it('names one thing, or the first of several', () => {
    expect(describeItems(priced(['tea', 1]).items)).toBe('明前龙井 · 罐装')
    expect(describeItems(priced(['tea', 2], ['cup', 1]).items)).toBe('明前龙井 · 罐装 等 3 件')
  })

  it('is never longer than WeChat Pay takes', () => {
    const long = describeItems([
      { goodsId: 'x', kind: 'physical', name: '茶'.repeat(60), spec: '', priceFen: 1, quantity: 1 },
    ])
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(127)
    expect(long).toMatch(/^茶+$/)
  })
})

describe('numbers', () => {
  it('carry the day in Beijing', () => {
    const random = Uint8Array.from([0, 1, 2, 3, 28, 29, 30, 31])
    expect(toOrderNo(Date.parse('2026-11-20T15:59:59Z'), random)).toBe('SC261120-ABCD4567')
    expect(toOrderNo(Date.parse('2026-11-20T16:00:00Z'), random)).toBe('SC261121-ABCD4567')
  })

  it('fit WeChat Pay: at most 32 of its characters', () => {
    expect(toOutTradeNo('SC261120-ABCD4567', 1)).toBe('SC261120-ABCD4567-01')
    expect(toOutTradeNo('SC261120-ABCD4567', 99)).toMatch(/^[0-9A-Za-z_\-|*]{6,32}$/)
  })
})

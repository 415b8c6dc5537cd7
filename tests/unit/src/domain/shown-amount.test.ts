import { shownAmount, type AmountSources } from '../../../../src/domain/shown-amount'

const tea = { goodsId: 'tea', kind: 'physical', priceFen: 8800, stock: 3 } as const
const sources: AmountSources = {
  order: null,
  quote: null,
  items: [{ goodsId: 'tea', quantity: 2 }],
  goods: [tea],
  shippingFen: 800,
}
const quote = { goodsFen: 17600, shippingFen: 0, couponFen: 1000, pointsFen: 0, totalFen: 16600 }

describe('the amount that is shown', () => {
  it('is what the prices of the shelf add up to, until the merchant has answered', () => {
    expect(shownAmount(sources)).toEqual({ goodsFen: 17600, shippingFen: 800, totalFen: 18400 })
  })

  it('says that it is not complete while nobody knows the shipping', () => {
    expect(shownAmount({ ...sources, shippingFen: null })).toMatchObject({ shippingFen: null, totalFen: 17600 })
  })

  it("is the merchant's sum for the present choice", () => {
    expect(shownAmount({ ...sources, quote })).toBe(quote)
  })

  it("is the order's own as soon as there is one", () => {
    const order = { ...quote, totalFen: 16000 }
    expect(shownAmount({ ...sources, quote, order })).toBe(order)
  })
})

import {
  addOne,
  countItems,
  emptyCart,
  entriesOf,
  fitCart,
  limitOf,
  quoteOf,
  removeOne,
  sameItems,
  toItems,
} from '../../../../src/domain/cart'

const tea = { goodsId: 'tea', kind: 'physical', priceFen: 8800, stock: 2 } as const
const card = { goodsId: 'card', kind: 'virtual', priceFen: 10000, stock: 500 } as const

describe('the cart', () => {
  it('takes one more until the stock is used up', () => {
    const one = addOne(emptyCart, tea)
    const two = addOne(one, tea)
    expect([one, two]).toEqual([{ tea: 1 }, { tea: 2 }])
    expect(addOne(two, tea)).toBe(two)
  })

  it('holds at most 99 of an item, whatever the stock', () => {
    expect(limitOf(card)).toBe(99)
    expect(addOne({ card: 99 }, card)).toEqual({ card: 99 })
  })

  it('forgets an item whose quantity becomes zero', () => {
    expect(removeOne({ tea: 1, card: 1 }, 'tea')).toEqual({ card: 1 })
  })

  it('stays as it is when there is nothing to take out', () => {
    const cart = { tea: 1 }
    expect(removeOne(cart, 'card')).toBe(cart)
  })

  it('fits what is sold: unknown items go, quantities shrink to the stock', () => {
    expect(fitCart({ tea: 5, gone: 1, card: 3 }, [tea, card])).toEqual({ tea: 2, card: 3 })
  })

  it('names its items in the order of the shelf', () => {
    expect(toItems({ card: 1, tea: 2 }, [tea, card])).toEqual([
      { goodsId: 'tea', quantity: 2 },
      { goodsId: 'card', quantity: 1 },
    ])
  })

  it('counts pieces', () => expect(countItems(entriesOf({ tea: 2, card: 1 }))).toBe(3))
})

describe('the quote', () => {
  it('adds shipping once when anything has to be shipped', () => {
    const items = entriesOf({ tea: 2, card: 1 })
    expect(quoteOf(items, [tea, card], 800)).toEqual({ goodsFen: 27600, shippingFen: 800, totalFen: 28400 })
  })

  it('ships nothing for virtual goods', () => {
    expect(quoteOf(entriesOf({ card: 1 }), [tea, card], 800)).toEqual({
      goodsFen: 10000,
      shippingFen: 0,
      totalFen: 10000,
    })
  })

  it('says so when nobody knows what shipping costs', () => {
    expect(quoteOf(entriesOf({ tea: 1 }), [tea], null)).toEqual({ goodsFen: 8800, shippingFen: null, totalFen: 8800 })
  })
})

describe('sameItems', () => {
  const items = entriesOf({ tea: 2, card: 1 })

  it('does not mind the order', () => expect(sameItems(items, [...items].reverse())).toBe(true))

  it.each([
    ['another quantity', { tea: 1, card: 1 }],
    ['one item less', { tea: 2 }],
    ['one item more', { tea: 2, card: 1, cup: 1 }],
    ['another item', { tea: 2, cup: 1 }],
  ])('notices %s', (_, cart) => expect(sameItems(items, entriesOf(cart as Record<string, number>))).toBe(false))
})

import { createPurchaseKeeper, type Purchase } from '../../../../../src/stores/checkout/purchase'
import { createFakeApp, createMemoryStorage } from '../../fakes'

const purchase: Purchase = {
  requestId: 'request-1',
  items: [{ goodsId: 'tea', quantity: 2 }],
  content: '{}',
  orderNo: 'SC1',
  payRequestId: null,
}

const keeperOf = (stored: unknown) =>
  createPurchaseKeeper({ storage: createMemoryStorage(new Map([['attempt', stored]])), newId: () => 'new-id' })

describe('a purchase on the phone', () => {
  it('comes back as it was', () => {
    expect(keeperOf(purchase).current()).toEqual(purchase)
  })

  it.each<[string, unknown]>([
    ['text', '{"requestId":"r"}'],
    ['a list', [purchase]],
    ['nothing', null],
    ['a number', 7],
    ['no request id', { ...purchase, requestId: undefined }],
    ['an empty request id', { ...purchase, requestId: '' }],
    ['items that are no list', { ...purchase, items: { goodsId: 'tea', quantity: 1 } }],
    ['an item without goods', { ...purchase, items: [{ quantity: 1 }] }],
    ['one damaged item among good ones', { ...purchase, items: [...purchase.items, null] }],
    ['a quantity in words', { ...purchase, items: [{ goodsId: 'tea', quantity: '2' }] }],
    ['a quantity of nothing', { ...purchase, items: [{ goodsId: 'tea', quantity: 0 }] }],
    ['half a piece', { ...purchase, items: [{ goodsId: 'tea', quantity: 0.5 }] }],
    ['no number at all', { ...purchase, items: [{ goodsId: 'tea', quantity: Number.NaN }] }],
  ])('counts as none when it is damaged: %s', (_, stored) => {
    expect(keeperOf(stored).current()).toBeNull()
  })

  it('does without what older versions did not write', () => {
    const { requestId, items } = purchase
    expect(keeperOf({ requestId, items, orderNo: 7 }).current()).toEqual({
      requestId,
      items,
      content: '',
      orderNo: null,
      payRequestId: null,
    })
  })

  it('is the same purchase for the same content, and another for other content', () => {
    const { orderNo: _, ...unanswered } = purchase
    const keeper = keeperOf(unanswered)
    expect(keeper.next([], '{}')).toBe(keeper.current())
    expect(keeper.next([], '{"remark":"x"}')).toMatchObject({ requestId: 'new-id', orderNo: null })
  })

  it('names each call to pay its order, and a retry of it by the same name', () => {
    const keeper = keeperOf(purchase)
    expect(keeper.next([], 'other')).toEqual({ ...purchase, payRequestId: 'new-id' })
    keeper.save({ ...purchase, payRequestId: 'under-way' })
    expect(keeper.next([], 'other')).toEqual({ ...purchase, payRequestId: 'under-way' })
  })

  it('is replaced by the purchase of an order from elsewhere, unless it is the same order', () => {
    const keeper = keeperOf(purchase)
    keeper.adopt('SC1')
    expect(keeper.current()).toEqual(purchase)
    keeper.adopt('SC2')
    expect(keeper.current()).toEqual({
      requestId: 'new-id',
      items: [],
      content: '',
      orderNo: 'SC2',
      payRequestId: null,
    })
  })

  it('is forgotten for its own order, or for any', () => {
    const keeper = keeperOf(purchase)
    keeper.clear('another')
    expect(keeper.current()).toEqual(purchase)
    keeper.clear('SC1')
    expect(keeper.current()).toBeNull()
    keeper.save(purchase)
    keeper.clear()
    expect(keeper.current()).toBeNull()
  })

  it('does not stop an app from selling when it is damaged', async () => {
    const app = createFakeApp(createMemoryStorage(new Map([['attempt', { requestId: 3 }]])))
    await app.shelf.load()
    app.shelf.add('tea')
    await app.checkout.submit()
    expect(app.client.createOrder).toHaveBeenCalledTimes(1)
    expect(app.purchases.current()).toMatchObject({ orderNo: 'SC261120-0007' })
  })
})

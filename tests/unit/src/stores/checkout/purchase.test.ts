import { createAttemptKeeper, type Attempt } from '../../../../../src/stores/checkout/purchase'
import { createFakeApp, createMemoryStorage } from '../../fakes'

const attempt: Attempt = {
  requestId: 'request-1',
  items: [{ goodsId: 'tea', quantity: 2 }],
  content: '{}',
  orderNo: 'SC1',
  payRequestId: null,
}

const keeperOf = (stored: unknown) => createAttemptKeeper(createMemoryStorage(new Map([['attempt', stored]])))

describe('an attempt on the phone', () => {
  it('comes back as it was', () => {
    expect(keeperOf(attempt).load()).toEqual(attempt)
  })

  it.each<[string, unknown]>([
    ['text', '{"requestId":"r"}'],
    ['a list', [attempt]],
    ['nothing', null],
    ['a number', 7],
    ['no request id', { ...attempt, requestId: undefined }],
    ['an empty request id', { ...attempt, requestId: '' }],
    ['items that are no list', { ...attempt, items: { goodsId: 'tea', quantity: 1 } }],
    ['an item without goods', { ...attempt, items: [{ quantity: 1 }] }],
    ['one damaged item among good ones', { ...attempt, items: [...attempt.items, null] }],
    ['a quantity in words', { ...attempt, items: [{ goodsId: 'tea', quantity: '2' }] }],
    ['a quantity of nothing', { ...attempt, items: [{ goodsId: 'tea', quantity: 0 }] }],
    ['half a piece', { ...attempt, items: [{ goodsId: 'tea', quantity: 0.5 }] }],
    ['no number at all', { ...attempt, items: [{ goodsId: 'tea', quantity: Number.NaN }] }],
  ])('counts as none when it is damaged: %s', (_, stored) => {
    expect(keeperOf(stored).load()).toBeNull()
  })

  it('does without what older versions did not write', () => {
    const { requestId, items } = attempt
    expect(keeperOf({ requestId, items, orderNo: 7 }).load()).toEqual({
      requestId,
      items,
      content: '',
      orderNo: null,
      payRequestId: null,
    })
  })

  it('is forgotten for its own order, or for any', () => {
    const keeper = keeperOf(attempt)
    keeper.clear('another')
    expect(keeper.load()).toEqual(attempt)
    keeper.clear('SC1')
    expect(keeper.load()).toBeNull()
    keeper.save(attempt)
    keeper.clear()
    expect(keeper.load()).toBeNull()
  })

  it('leaves an app with a damaged one that sells as usual', async () => {
    const app = createFakeApp(createMemoryStorage(new Map([['attempt', { requestId: 3 }]])))
    await app.shelf.load()
    app.shelf.add('tea')
    await app.checkout.submit()
    expect(app.client.createOrder).toHaveBeenCalledTimes(1)
    expect(app.attempts.load()).toMatchObject({ orderNo: 'SC261120-0007' })
  })
})

import { ApiError } from '../../../../../src/services/api-error'
import { createFakeApp, orderOf, paidOrder, settled } from '../../fakes'

const orderNo = 'SC261120-0007'

async function atResult() {
  const app = createFakeApp()
  app.result.open(orderNo)
  app.result.show()
  await settled()
  return app
}

describe('the result', () => {
  it('asks until the merchant knows, then stops', async () => {
    const app = await atResult()
    expect(app.result.getState()).toMatchObject({ order: { status: 'pending' }, asked: 1 })
    app.client.order.mockResolvedValue(paidOrder())
    await app.clock.advance(2000)
    expect(app.result.getState()).toMatchObject({ order: { status: 'paid' }, asked: 2 })
    await app.clock.advance(60_000)
    expect(app.client.order).toHaveBeenCalledTimes(2)
  })

  it('forgets the purchase and empties the cart when the payer comes back from another app', async () => {
    const app = createFakeApp()
    await app.shelf.load()
    app.shelf.add('tea')
    app.pay.mockResolvedValue('left')
    await app.checkout.submit()
    const returned = createFakeApp(app.storage)
    returned.client.order.mockResolvedValue(paidOrder())
    returned.result.open(orderNo)
    returned.result.show()
    await settled()
    expect(returned.purchases.current()).toBeNull()
    expect(returned.shelf.getState().cart).toEqual({})
    expect(returned.navigation.toResult).not.toHaveBeenCalled()
  })

  it('keeps the purchase of another order', async () => {
    const app = createFakeApp()
    app.purchases.save({ requestId: 'r', items: [], content: '', orderNo: 'another', payRequestId: null })
    app.client.order.mockResolvedValue(paidOrder())
    app.result.open(orderNo)
    app.result.show()
    await settled()
    expect(app.purchases.current()).toMatchObject({ orderNo: 'another' })
  })

  it('keeps asking while a refund is under way', async () => {
    const app = createFakeApp()
    app.client.order.mockResolvedValue(orderOf({ status: 'refunding' }))
    app.result.open(orderNo)
    app.result.show()
    await app.clock.advance(3000)
    expect(app.client.order.mock.calls.length).toBeGreaterThan(1)
  })

  it('is silent while hidden', async () => {
    const app = await atResult()
    app.result.hide()
    await app.clock.advance(60_000)
    expect(app.client.order).toHaveBeenCalledTimes(1)
  })

  it('goes on automatically after a lost network', async () => {
    const app = createFakeApp()
    app.client.order.mockRejectedValueOnce(new ApiError('NETWORK', 'fail')).mockResolvedValue(paidOrder())
    app.result.open(orderNo)
    app.result.show()
    await settled()
    expect(app.result.getState()).toMatchObject({ isOffline: true, order: null })
    await app.clock.advance(2000)
    expect(app.result.getState()).toMatchObject({ isOffline: false, order: { status: 'paid' } })
  })

  it('says when there is no such order, and stops asking', async () => {
    const app = createFakeApp()
    app.client.order.mockRejectedValue(new ApiError('ORDER_NOT_FOUND', 'no'))
    app.result.open(orderNo)
    app.result.show()
    await app.clock.advance(60_000)
    expect(app.result.getState().problem).toBe('ORDER_NOT_FOUND')
    expect(app.client.order).toHaveBeenCalledTimes(1)
  })

  it('shows nothing of the order before', async () => {
    const app = await atResult()
    app.result.open('another')
    expect(app.result.getState()).toMatchObject({ orderNo: 'another', order: null, asked: 0 })
  })

  it('begins with what the checkout was told already', async () => {
    const app = createFakeApp()
    await app.shelf.load()
    app.shelf.add('tea')
    app.client.order.mockResolvedValue(paidOrder())
    await app.checkout.submit()
    app.result.open(orderNo)
    expect(app.result.getState().order).toEqual(paidOrder())
    app.result.open('another')
    expect(app.result.getState().order).toBeNull()
  })
})

import { createOrderStore } from '../../../../../src/stores/orders/order'
import { createOrdersStore } from '../../../../../src/stores/orders/orders'
import { ApiError } from '../../../../../src/services/api-error'
import { createFakeApp, defer, orderOf, settled } from '../../fakes'
import { answerShop, createShopApp, detailOf, pageOf, paidDetail, type ShopAnswers } from '../../shop-fakes'

const orderNo = 'SC261120-0007'
const path = `/api/orders/${orderNo}`

function openOrder(answers: ShopAnswers) {
  const app = createShopApp(answers)
  const store = app.stores.create(createOrderStore)
  store.open(orderNo)
  store.show()
  return { ...app, store }
}

describe('one order', () => {
  it('counts down while it can be paid, and asks the merchant at the end', async () => {
    let calls = 0
    const { store, clock } = openOrder({
      [`GET ${path}`]: () => ({
        order: calls++ === 0 ? detailOf({ payableForSec: 3 }) : detailOf({ status: 'closed' }),
      }),
    })
    await settled()
    expect(store.getState().remainingSec).toBe(3)
    await clock.advance(2000)
    expect(store.getState().remainingSec).toBe(1)
    await clock.advance(2000)
    expect(store.getState()).toMatchObject({ order: { status: 'closed' }, remainingSec: null })
  })

  it('does not show the answer about an order that it has left', async () => {
    const late = defer<unknown>()
    const { store } = openOrder({
      [`GET ${path}`]: () => late.promise,
      'GET /api/orders/SC2': () => ({ order: detailOf({ orderNo: 'SC2' }) }),
    })
    store.open('SC2')
    await store.reload()
    late.resolve({ order: detailOf() })
    await settled()
    expect(store.getState()).toMatchObject({ orderNo: 'SC2', order: { orderNo: 'SC2' } })
  })

  it('does not show the answer to a cancel of an order that it has left', async () => {
    const late = defer<unknown>()
    const { store } = openOrder({
      [`GET ${path}`]: () => ({ order: detailOf() }),
      [`POST ${path}/cancel`]: () => late.promise,
      'GET /api/orders/SC2': () => ({ order: detailOf({ orderNo: 'SC2' }) }),
    })
    await settled()
    const cancelled = store.cancel()
    store.open('SC2')
    await store.reload()
    late.resolve({ order: detailOf({ status: 'closed' }) })
    await cancelled
    expect(store.getState()).toMatchObject({ order: { orderNo: 'SC2', status: 'pending' }, doing: null })
  })

  it('plans nothing while the page is hidden', async () => {
    const { store, clock } = openOrder({ [`GET ${path}`]: () => ({ order: detailOf() }) })
    await settled()
    store.hide()
    expect(clock.waiting()).toBe(0)
  })

  it('is paid from where it stands: its own prepay, no new order', async () => {
    const { store, client, pay } = openOrder({ [`GET ${path}`]: () => ({ order: detailOf() }) })
    await settled()
    store.continuePaying()
    await settled()
    expect(client.createOrder).not.toHaveBeenCalled()
    expect(client.payOrder).toHaveBeenCalledWith(orderNo, expect.objectContaining({ accepts: ['requestPayment'] }))
    expect(pay).toHaveBeenCalledTimes(1)
  })

  it('is cancelled, or says why not', async () => {
    let isLate = true
    const { store } = openOrder({
      [`GET ${path}`]: () => ({ order: detailOf() }),
      [`POST ${path}/cancel`]: () => {
        if (isLate) throw new ApiError('ORDER_NOT_CANCELLABLE', 'no')
        return { order: detailOf({ status: 'closed' }) }
      },
    })
    await settled()
    await store.cancel()
    expect(store.getState()).toMatchObject({ refusal: 'ORDER_NOT_CANCELLABLE', doing: null })
    isLate = false
    await store.cancel()
    expect(store.getState()).toMatchObject({ refusal: null, order: { status: 'closed' } })
  })

  it('asks for the same refund again under the same id, and for another one under another', async () => {
    const ids: unknown[] = []
    let isLost = true
    const { store, clock } = openOrder({
      [`GET ${path}`]: () => ({ order: paidDetail() }),
      [`POST ${path}/refunds`]: ({ body }) => {
        ids.push(body && 'requestId' in body ? body.requestId : null)
        if (isLost) throw new ApiError('NETWORK', 'lost')
        return { order: paidDetail({ refundableFen: 0 }) }
      },
    })
    await settled()
    expect(await store.askRefund({ reason: '不想要了', items: null })).toBe(false)
    isLost = false
    await clock.advance(1000)
    expect(await store.askRefund({ reason: '不想要了', items: null })).toBe(true)
    expect(ids[1]).toBe(ids[0])
    await store.askRefund({ reason: '其他', items: null })
    expect(ids[2]).not.toBe(ids[0])
  })

  it('goes on asking while money is on its way back', async () => {
    const refund = { refundNo: 'RF1', status: 'requested', cause: 'asked', amountFen: 9600 } as const
    let order = paidDetail({ refund })
    const { store, clock } = openOrder({ [`GET ${path}`]: () => ({ order }) })
    await settled()
    order = paidDetail({ status: 'refunded' })
    await clock.advance(60_000)
    expect(store.getState().order?.status).toBe('refunded')
    expect(clock.waiting()).toBe(0)
  })
})

describe('the list of orders', () => {
  it('adds page after page, once each', async () => {
    const app = createFakeApp()
    const asked: string[] = []
    answerShop(app, {
      'GET /api/orders': (call) => {
        asked.push(call.path)
        return call.path.includes('cursor=next')
          ? pageOf([orderOf({ orderNo: 'SC2' })])
          : pageOf([orderOf({ orderNo: 'SC1' })], 'next')
      },
    })
    const store = app.stores.create(createOrdersStore)
    store.show()
    await settled()
    expect(store.getState().hasMore).toBe(true)
    await Promise.all([store.more(), store.more()])
    await store.more()
    expect(store.getState().orders.map(({ order }) => order.orderNo)).toEqual(['SC1', 'SC2'])
    expect(asked).toHaveLength(2)
    store.choose('refund')
    await settled()
    expect(asked[2]).toContain('state=refund')
    store.hide()
  })

  it('keeps what it has when the network is gone, and says so when it has nothing', async () => {
    const app = createFakeApp()
    const store = app.stores.create(createOrdersStore)
    app.client.authorized.mockRejectedValueOnce(new ApiError('NETWORK', 'fail'))
    await store.reload()
    expect(store.getState().status).toBe('failed')
    answerShop(app, { 'GET /api/orders': () => pageOf([orderOf()]) })
    await store.reload()
    app.client.authorized.mockRejectedValue(new ApiError('NETWORK', 'fail'))
    await store.reload()
    expect(store.getState()).toMatchObject({ status: 'ready', orders: [{}] })
  })
})

import type { Order } from '../../../../../src/contract/api'
import { ApiError } from '../../../../../src/services/api-error'
import { createPurchaseKeeper } from '../../../../../src/stores/checkout/purchase'
import {
  atCheckout,
  card,
  createFakeApp,
  createMemoryStorage,
  defer,
  orderOf,
  paidOrder,
  paymentOf,
  settled,
  tea,
  type FakeApp,
} from '../../fakes'

const stateOf = ({ checkout }: FakeApp) => checkout.getState().state

beforeEach(() => jest.spyOn(console, 'warn').mockImplementation(() => undefined))
afterEach(() => jest.restoreAllMocks())

describe('a killed app', () => {
  /** An app that was started again after a kill. */
  async function killed(prepare: (app: FakeApp) => void): Promise<FakeApp> {
    const storage = createMemoryStorage()
    const before = await atCheckout(createFakeApp(storage))
    prepare(before)
    void before.checkout.submit()
    await settled()
    const after = createFakeApp(storage)
    await after.shelf.load()
    return after
  }

  it('asks again with the same id and items when it was killed before the answer', async () => {
    let requestId = ''
    const app = await killed(({ client }) =>
      client.createOrder.mockImplementation((request) => {
        requestId = request.requestId
        return new Promise(() => undefined)
      }),
    )
    app.checkout.enter({})
    app.checkout.show('checkout')
    await app.clock.advance(5000)
    await app.checkout.submit()
    expect(app.client.createOrder.mock.calls[0]?.[0]).toMatchObject({
      requestId,
      items: [{ goodsId: 'tea', quantity: 1 }],
    })
  })

  it('resumes as paid on the first page it shows when it was killed after paying', async () => {
    const app = await killed(({ pay }) => pay.mockReturnValue(new Promise(() => undefined)))
    app.client.order.mockResolvedValue(paidOrder())
    app.checkout.show('goods')
    await settled()
    expect(stateOf(app)).toBe('paid')
    expect(app.navigation.toResult.mock.calls).toEqual([['SC261120-0007']])
    expect(app.client.createOrder).not.toHaveBeenCalled()
    expect(app.shelf.getState().cart).toEqual({})
  })

  it('offers the unpaid order instead of opening the cashier without a tap', async () => {
    const app = await killed(({ pay }) => pay.mockReturnValue(new Promise(() => undefined)))
    app.checkout.enter({})
    app.checkout.show('checkout')
    await settled()
    expect(app.checkout.getState()).toMatchObject({ state: 'cancelled', holdReason: 'notPaidYet' })
    expect(app.pay).not.toHaveBeenCalled()
    await app.checkout.submit()
    expect(app.client.payOrder).toHaveBeenCalledTimes(1)
    expect(app.client.createOrder).not.toHaveBeenCalled()
  })

  it('does not stay stuck with an order that the merchant does not know', async () => {
    const app = await killed(({ pay }) => pay.mockReturnValue(new Promise(() => undefined)))
    app.client.order.mockRejectedValue(new ApiError('ORDER_NOT_FOUND', 'no'))
    app.checkout.enter({})
    app.checkout.show('checkout')
    await settled()
    expect(app.checkout.getState()).toMatchObject({ state: 'refused', problem: 'ORDER_NOT_FOUND' })
    await app.checkout.submit()
    expect(app.client.createOrder).toHaveBeenCalledTimes(1)
  })

  it('ignores what it cannot read', () => {
    const storage = createMemoryStorage(new Map<string, unknown>([['attempt', { requestId: 7 }]]))
    expect(createPurchaseKeeper({ storage, newId: String }).current()).toBeNull()
  })
})

describe('another cart', () => {
  it('is another order under another id', async () => {
    const app = await atCheckout()
    app.pay.mockResolvedValue('cancelled')
    await app.checkout.submit()
    app.checkout.hide('checkout')
    app.shelf.add(card.goodsId)
    await app.clock.advance(1000)
    app.checkout.enter({})
    app.checkout.show('checkout')
    expect(app.checkout.getState()).toMatchObject({ state: 'idle', order: null })
    await app.checkout.submit()
    const [first, second] = app.client.createOrder.mock.calls.map(([request]) => request)
    expect(second?.items).toEqual([
      { goodsId: tea.goodsId, quantity: 1 },
      { goodsId: card.goodsId, quantity: 1 },
    ])
    expect(second?.requestId).not.toBe(first?.requestId)
  })

  it('drops an answer that still belongs to the order before', async () => {
    const app = await atCheckout()
    app.pay.mockResolvedValue('cancelled')
    await app.checkout.submit()
    const late = defer<Order>()
    app.client.order.mockReturnValueOnce(late.promise)
    await app.clock.advance(2000)
    app.checkout.restart()
    late.resolve(paidOrder())
    await settled()
    expect(app.checkout.getState()).toMatchObject({ state: 'idle', order: null })
    expect(app.navigation.toResult).not.toHaveBeenCalled()
  })

  it('starts over after an order that expired', async () => {
    const app = await atCheckout()
    app.client.createOrder.mockResolvedValueOnce(paymentOf({ order: orderOf({ status: 'closed' }), payment: null }))
    await app.checkout.submit()
    expect(stateOf(app)).toBe('expired')
    app.checkout.restart()
    await app.clock.advance(1)
    await app.checkout.submit()
    const [first, second] = app.client.createOrder.mock.calls.map(([request]) => request.requestId)
    expect(second).not.toBe(first)
  })
})

describe('an order link', () => {
  it('opens that order with its key and pays it', async () => {
    const app = createFakeApp()
    app.checkout.enter({ orderNo: 'SC261120-0007', orderKey: 'key-1' })
    app.checkout.show('checkout')
    await settled()
    expect(app.checkout.getState()).toMatchObject({ state: 'cancelled', holdReason: 'notPaidYet' })
    await app.session.token('SC261120-0007')
    expect(app.login).toHaveBeenCalledWith({ client: 'weapp', orderKey: 'key-1' })
    await app.checkout.submit()
    expect(app.client.payOrder.mock.calls[0]?.[0]).toBe('SC261120-0007')
    expect(app.client.createOrder).not.toHaveBeenCalled()
  })

  it('shows the result of one that is paid already', async () => {
    const app = createFakeApp()
    app.client.order.mockResolvedValue(paidOrder())
    app.checkout.enter({ orderNo: 'SC261120-0007', orderKey: 'key-1' })
    app.checkout.show('checkout')
    await settled()
    expect(app.navigation.toResult.mock.calls).toEqual([['SC261120-0007']])
  })
})

describe('copying the link', () => {
  it.each([true, false])('says whether it worked (%p)', async (worked) => {
    const app = createFakeApp()
    app.copyText.mockResolvedValue(worked)
    await app.checkout.copyLink('https://shop.example/pages/checkout/index')
    expect(app.checkout.getState().linkCopied).toBe(worked)
  })
})

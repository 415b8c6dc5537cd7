import type { Order } from '../../../../../src/contract/api'
import type { PayOutcome } from '../../../../../src/platform/types'
import { ApiError } from '../../../../../src/services/api-error'
import {
  atCheckout,
  createFakeApp,
  defer,
  invocation,
  orderOf,
  paidOrder,
  paymentOf,
  settled,
  type FakeApp,
} from '../../fakes'

const stateOf = ({ checkout }: FakeApp) => checkout.getState().state
const network = () => new ApiError('NETWORK', 'request:fail')

beforeEach(() => jest.spyOn(console, 'warn').mockImplementation(() => undefined))
afterEach(() => jest.restoreAllMocks())

describe('the first payment', () => {
  it('orders and opens the cashier in one round trip', async () => {
    const app = await atCheckout()
    app.client.order.mockResolvedValue(paidOrder())
    await app.checkout.submit()
    expect(app.client.createOrder).toHaveBeenCalledTimes(1)
    expect(app.client.createOrder.mock.calls[0]?.[0]).toMatchObject({
      items: [{ goodsId: 'tea', quantity: 1 }],
      accepts: ['requestPayment'],
    })
    expect(app.client.payOrder).not.toHaveBeenCalled()
    expect(app.pay).toHaveBeenCalledWith(invocation, 'SC261120-0007')
  })

  it('believes the merchant, empties the cart and shows the result once', async () => {
    const app = await atCheckout()
    app.client.order.mockResolvedValue(paidOrder())
    await app.checkout.submit()
    app.checkout.show('checkout')
    expect(stateOf(app)).toBe('paid')
    expect(app.navigation.toResult.mock.calls).toEqual([['SC261120-0007']])
    expect(app.shelf.getState().cart).toEqual({})
    expect(app.purchases.current()).toBeNull()
  })

  it('has the request id on disk before the request leaves', async () => {
    const app = await atCheckout()
    let kept: unknown
    app.client.createOrder.mockImplementation(async () => {
      kept = app.purchases.current()
      return paymentOf()
    })
    await app.checkout.submit()
    expect(kept).toMatchObject({ orderNo: null, items: [{ goodsId: 'tea', quantity: 1 }] })
    expect(app.client.createOrder.mock.calls[0]?.[0].requestId).toBe((kept as { requestId: string }).requestId)
  })

  it('does nothing on a second tap while the order is being created', async () => {
    const app = await atCheckout()
    const slow = defer<ReturnType<typeof paymentOf>>()
    app.client.createOrder.mockReturnValue(slow.promise)
    const first = app.checkout.submit()
    await app.checkout.submit()
    await app.checkout.submit()
    expect(stateOf(app)).toBe('creating')
    slow.resolve(paymentOf())
    await first
    expect(app.client.createOrder).toHaveBeenCalledTimes(1)
    expect(app.pay).toHaveBeenCalledTimes(1)
  })

  it('does nothing on a tap while the cashier is open', async () => {
    const app = await atCheckout()
    const cashier = defer<PayOutcome>()
    app.pay.mockReturnValue(cashier.promise)
    const first = app.checkout.submit()
    await settled()
    expect(stateOf(app)).toBe('invoking')
    await app.checkout.submit()
    expect(app.client.createOrder).toHaveBeenCalledTimes(1)
    cashier.resolve('cancelled')
    await first
  })

  it('does nothing without anything to buy', async () => {
    const app = createFakeApp()
    await app.shelf.load()
    await app.checkout.submit()
    expect(stateOf(app)).toBe('idle')
    expect(app.client.createOrder).not.toHaveBeenCalled()
  })

  it('does not open the cashier for another amount than the button said', async () => {
    const app = await atCheckout()
    app.client.createOrder.mockResolvedValue(paymentOf({ order: orderOf({ totalFen: 9700 }) }))
    await app.checkout.submit()
    expect(app.pay).not.toHaveBeenCalled()
    expect(app.checkout.getState()).toMatchObject({ state: 'cancelled', holdReason: 'repriced' })
    app.client.payOrder.mockResolvedValue(paymentOf({ order: orderOf({ totalFen: 9700 }) }))
    await app.checkout.submit()
    expect(app.pay).toHaveBeenCalledTimes(1)
  })

  it('keeps the order when WeChat Pay gives no prepay', async () => {
    const app = await atCheckout()
    app.client.createOrder.mockResolvedValue(paymentOf({ payment: null, problem: 'PREPAY_UNAVAILABLE' }))
    await app.checkout.submit()
    expect(app.checkout.getState()).toMatchObject({ state: 'cancelled', holdReason: 'prepayUnavailable' })
    expect(app.purchases.current()).toMatchObject({ orderNo: 'SC261120-0007' })
  })
})

describe('what the phone says', () => {
  it('asks the merchant after a cancel, which may be wrong', async () => {
    const app = await atCheckout()
    app.pay.mockResolvedValue('cancelled')
    await app.checkout.submit()
    expect(app.client.order).toHaveBeenCalledTimes(1)
    expect(app.checkout.getState()).toMatchObject({ state: 'cancelled', holdReason: 'cancelled' })
    app.client.order.mockResolvedValue(paidOrder())
    await app.clock.advance(2000)
    expect(stateOf(app)).toBe('paid')
  })

  it('continues with the same order, never a second one', async () => {
    const app = await atCheckout()
    app.pay.mockResolvedValueOnce('cancelled')
    await app.checkout.submit()
    app.client.order.mockResolvedValue(paidOrder())
    await app.checkout.submit()
    expect(app.client.createOrder).toHaveBeenCalledTimes(1)
    expect(app.client.payOrder.mock.calls[0]?.[0]).toBe('SC261120-0007')
    expect(stateOf(app)).toBe('paid')
  })

  it('asks by schedule after an ok, and never says failed', async () => {
    const app = await atCheckout()
    await app.checkout.submit()
    expect(app.checkout.getState()).toMatchObject({ state: 'confirming', canContinue: false, saidOk: true })
    expect(app.client.order).toHaveBeenCalledTimes(1)
    await app.clock.advance(2000 + 3000 + 5000 + 8000)
    expect(app.client.order).toHaveBeenCalledTimes(5)
    await app.clock.advance(10 * 60_000)
    expect(app.client.order).toHaveBeenCalledTimes(45)
    expect(app.checkout.getState()).toMatchObject({ state: 'confirming', isLong: true })
  })

  it('offers to go on after a cashier that reports nothing, once the merchant says that nothing was paid', async () => {
    const app = await atCheckout()
    app.pay.mockResolvedValue('left')
    const answer = defer<Order>()
    app.client.order.mockReturnValueOnce(answer.promise)
    const submitted = app.checkout.submit()
    await settled()
    expect(app.checkout.getState()).toMatchObject({ state: 'confirming', canContinue: false })
    answer.resolve(orderOf())
    await submitted
    expect(app.checkout.getState()).toMatchObject({ state: 'confirming', canContinue: true })
    await app.checkout.submit()
    expect(app.client.payOrder).toHaveBeenCalledTimes(1)
  })

  it('says that the cashier did not open when the phone fails, and still asks', async () => {
    const app = await atCheckout()
    app.pay.mockResolvedValue({ failed: true, message: 'requestPayment:fail banned' })
    await app.checkout.submit()
    expect(app.checkout.getState()).toMatchObject({ state: 'cancelled', holdReason: 'cashierClosed' })
    expect(app.client.order).toHaveBeenCalledTimes(1)
  })

  it('asks on the way back even when the phone never answers', async () => {
    const app = await atCheckout()
    app.pay.mockReturnValue(new Promise(() => undefined))
    void app.checkout.submit()
    await settled()
    app.checkout.hide('checkout')
    app.client.order.mockResolvedValue(paidOrder())
    app.checkout.show('checkout')
    await settled()
    expect(stateOf(app)).toBe('paid')
  })

  it('takes a cancel that arrives after the page came back', async () => {
    const app = await atCheckout()
    const cashier = defer<PayOutcome>()
    app.pay.mockReturnValue(cashier.promise)
    const submitted = app.checkout.submit()
    await settled()
    app.checkout.show('checkout')
    expect(stateOf(app)).toBe('confirming')
    cashier.resolve('cancelled')
    await submitted
    expect(stateOf(app)).toBe('cancelled')
  })
})

describe('asking', () => {
  it('stops while the page is hidden and starts when it is shown', async () => {
    const app = await atCheckout()
    await app.checkout.submit()
    app.checkout.hide('checkout')
    await app.clock.advance(60_000)
    expect(app.client.order).toHaveBeenCalledTimes(1)
    expect(app.clock.waiting()).toBe(0)
    app.checkout.show('checkout')
    await settled()
    expect(app.client.order).toHaveBeenCalledTimes(2)
  })

  it('is not stopped by a page that has been replaced already', async () => {
    const app = await atCheckout()
    await app.checkout.submit()
    app.checkout.show('web-view')
    app.checkout.hide('checkout')
    await settled()
    expect(app.clock.waiting()).toBe(1)
  })

  it('goes on while offline and says so', async () => {
    const app = await atCheckout()
    app.client.order.mockRejectedValueOnce(network())
    await app.checkout.submit()
    expect(app.checkout.getState()).toMatchObject({ state: 'confirming', isOffline: true })
    app.client.order.mockResolvedValue(paidOrder())
    await app.clock.advance(2000)
    expect(app.checkout.getState()).toMatchObject({ state: 'paid', isOffline: false })
  })

  it('waits until the merchant has closed the order before it says expired', async () => {
    const app = await atCheckout()
    app.pay.mockResolvedValue('cancelled')
    // The clocks of merchant and phone are hours apart: only the remaining time counts.
    const orderedAtMs = app.clock.now()
    app.client.order.mockImplementation(() =>
      Promise.resolve(orderOf({ payableForSec: 900 - (app.clock.now() - orderedAtMs) / 1000 })),
    )
    await app.checkout.submit()
    await app.clock.advance(10_000)
    expect(app.checkout.getState().remainingSec).toBe(890)
    app.client.order.mockResolvedValue(orderOf({ status: 'closed' }))
    await app.clock.advance(890_000)
    expect(stateOf(app)).toBe('expired')
    expect(app.purchases.current()).toBeNull()
  })

  it('treats a held payment as a payment', async () => {
    const app = await atCheckout()
    app.client.order.mockResolvedValue(orderOf({ status: 'held' }))
    await app.checkout.submit()
    expect(stateOf(app)).toBe('paid')
    expect(app.navigation.toResult).toHaveBeenCalledTimes(1)
  })
})

describe('when the merchant does not answer', () => {
  it('retries with the same request id', async () => {
    const app = await atCheckout()
    app.client.createOrder.mockRejectedValueOnce(network())
    await app.checkout.submit()
    expect(app.checkout.getState()).toMatchObject({ state: 'unreachable', problem: 'NETWORK' })
    await app.checkout.submit()
    const [first, second] = app.client.createOrder.mock.calls
    expect(second).toEqual(first)
  })

  it.each(['TIMEOUT', 'INTERNAL', 'UPSTREAM_UNAVAILABLE', 'RATE_LIMITED', 'BAD_ANSWER'] as const)(
    'takes %s for unreachable: the order may be there',
    async (code) => {
      const app = await atCheckout()
      app.client.createOrder.mockRejectedValueOnce(new ApiError(code, code))
      await app.checkout.submit()
      expect(stateOf(app)).toBe('unreachable')
      expect(app.purchases.current()).not.toBeNull()
    },
  )

  it('retries a lost call for payment with the same id, and takes a new one after an answer', async () => {
    const app = await atCheckout()
    app.pay.mockResolvedValue('cancelled')
    await app.checkout.submit()
    app.client.payOrder.mockRejectedValueOnce(network())
    await app.checkout.submit()
    await app.clock.advance(1000)
    await app.checkout.submit()
    await app.clock.advance(1000)
    await app.checkout.submit()
    const [lost, again, next] = app.client.payOrder.mock.calls.map(([, request]) => request.requestId)
    expect(again).toBe(lost)
    expect(next).not.toBe(lost)
  })
})

describe('when the merchant refuses', () => {
  it.each(['OUT_OF_STOCK', 'GOODS_UNKNOWN', 'REQUEST_CONFLICT'] as const)(
    'says why (%s) and tries again under a new id',
    async (code) => {
      const app = await atCheckout()
      app.client.createOrder.mockRejectedValueOnce(new ApiError(code, code))
      await app.checkout.submit()
      expect(app.checkout.getState()).toMatchObject({ state: 'refused', problem: code })
      await app.clock.advance(1)
      await app.checkout.submit()
      const [first, second] = app.client.createOrder.mock.calls.map(([request]) => request.requestId)
      expect(second).not.toBe(first)
    },
  )

  it('keeps the id when only the sign-in failed', async () => {
    const app = await atCheckout()
    app.client.createOrder.mockRejectedValueOnce(new ApiError('LOGIN_FAILED', 'no'))
    await app.checkout.submit()
    expect(stateOf(app)).toBe('refused')
    await app.clock.advance(1)
    await app.checkout.submit()
    const [first, second] = app.client.createOrder.mock.calls.map(([request]) => request.requestId)
    expect(second).toBe(first)
  })
})

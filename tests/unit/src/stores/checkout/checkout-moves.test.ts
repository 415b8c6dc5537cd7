import { checkoutTable, type CheckoutEvent, type CheckoutState } from '../../../../../src/domain/checkout'
import type { PayOutcome } from '../../../../../src/platform/types'
import { ApiError } from '../../../../../src/services/api-error'
import { atCheckout, defer, orderOf, paidOrder, paymentOf, settled, type FakeApp } from '../../fakes'

/** Every row of the checkout's table, caused from outside: by taps, by the phone, and by the merchant. */

const orderNo = 'SC261120-0007'
const closed = () => orderOf({ status: 'closed' })
const lost = () => new ApiError('NETWORK', 'request:fail')

/** Brings an app into each state. Where a call is under way, the test can settle it. */
const standing = {
  async idle() {
    return { app: await atCheckout() }
  },
  async creating() {
    const app = await atCheckout()
    const answer = defer<ReturnType<typeof paymentOf>>()
    app.client.createOrder.mockReturnValueOnce(answer.promise)
    void app.checkout.submit()
    await settled()
    return { app, answer }
  },
  async invoking() {
    const app = await atCheckout()
    const cashier = defer<PayOutcome>()
    app.pay.mockReturnValueOnce(cashier.promise)
    void app.checkout.submit()
    await settled()
    return { app, cashier }
  },
  async confirming() {
    const { app, cashier } = await standing.invoking()
    app.checkout.show('checkout')
    await settled()
    return { app, cashier }
  },
  async cancelled() {
    const app = await atCheckout()
    app.pay.mockResolvedValueOnce('cancelled')
    await app.checkout.submit()
    return { app }
  },
  async paid() {
    const app = await atCheckout()
    app.client.order.mockResolvedValue(paidOrder())
    await app.checkout.submit()
    return { app }
  },
  async expired() {
    const app = await atCheckout()
    app.client.createOrder.mockResolvedValueOnce(paymentOf({ order: closed(), payment: null }))
    await app.checkout.submit()
    return { app }
  },
  async refused() {
    const app = await atCheckout()
    app.client.createOrder.mockRejectedValueOnce(new ApiError('OUT_OF_STOCK', 'gone'))
    await app.checkout.submit()
    return { app }
  },
  /** The order exists, and the call to pay it was lost. */
  async unreachable() {
    const { app } = await standing.cancelled()
    app.client.payOrder.mockRejectedValueOnce(lost())
    await app.checkout.submit()
    return { app }
  },
}

type At<S extends CheckoutState> = Awaited<ReturnType<(typeof standing)[S]>>
type Deeds = { readonly [S in CheckoutState]: { readonly [E in CheckoutEvent]?: (at: At<S>) => void } }

const submit = ({ app }: { app: FakeApp }): void => {
  // The merchant never answers here: the test is about the tap's own move.
  app.client.createOrder.mockReturnValue(new Promise(() => undefined))
  app.client.payOrder.mockReturnValue(new Promise(() => undefined))
  void app.checkout.submit()
}
const restart = ({ app }: { app: FakeApp }): void => app.checkout.restart()
/** The merchant reports it at the next question. */
const learn =
  (order: ReturnType<typeof orderOf>) =>
  ({ app }: { app: FakeApp }): void => {
    app.client.order.mockResolvedValue(order)
    app.checkout.show('checkout')
  }

const deeds: Deeds = {
  idle: { submit, resume: ({ app }) => app.checkout.enter({ orderNo }) },
  creating: {
    instruct: ({ app, answer }) => {
      app.pay.mockReturnValue(new Promise(() => undefined))
      answer.resolve(paymentOf())
    },
    hold: ({ answer }) => answer.resolve(paymentOf({ payment: null, problem: 'PREPAY_UNAVAILABLE' })),
    settle: ({ answer }) => answer.resolve(paymentOf({ order: paidOrder(), payment: null })),
    close: ({ answer }) => answer.resolve(paymentOf({ order: closed(), payment: null })),
    refuse: ({ answer }) => answer.reject(new ApiError('OUT_OF_STOCK', 'gone')),
    lose: ({ answer }) => answer.reject(lost()),
  },
  invoking: {
    leave: ({ cashier }) => cashier.resolve('left'),
    cancel: ({ cashier }) => cashier.resolve('cancelled'),
    settle: ({ app }) => app.checkout.takeOver(paidOrder()),
    close: ({ app }) => app.checkout.takeOver(closed()),
  },
  confirming: {
    submit,
    hold: ({ app }) => {
      app.checkout.restart()
      app.checkout.enter({ orderNo })
    },
    cancel: ({ cashier }) => cashier.resolve('cancelled'),
    settle: learn(paidOrder()),
    close: learn(closed()),
    refuse: ({ app }) => {
      app.client.order.mockRejectedValue(new ApiError('ORDER_NOT_FOUND', 'no'))
      app.checkout.show('checkout')
    },
    restart,
  },
  cancelled: { submit, settle: learn(paidOrder()), close: learn(closed()), restart },
  paid: { restart },
  expired: { restart },
  refused: { submit, restart },
  unreachable: { submit, settle: learn(paidOrder()), close: learn(closed()), restart },
}

const rows = (Object.keys(checkoutTable) as CheckoutState[]).flatMap((from) =>
  (Object.keys(checkoutTable[from]) as CheckoutEvent[]).map((event) => [from, event] as const),
)

describe('the checkout store', () => {
  it.each(rows)('from %s, on %s, moves as the table says', async (from, event) => {
    const at = await standing[from]()
    expect(at.app.checkout.getState().state).toBe(from)
    const passed: CheckoutState[] = []
    at.app.checkout.subscribe(({ state }) => passed.push(state))
    const deed = deeds[from][event] as ((given: typeof at) => void) | undefined
    if (deed === undefined) throw new Error(`nobody brings about ${event} from ${from}`)
    deed(at)
    await settled()
    expect(passed).toContain(checkoutTable[from][event])
  })
})

describe('the truth', () => {
  it('is what a second device learns of an order that the first one paid: no second cashier', async () => {
    const { app } = await standing.cancelled()
    app.client.payOrder.mockResolvedValue(paymentOf({ order: paidOrder(), payment: null }))
    await app.checkout.submit()
    expect(app.checkout.getState().state).toBe('paid')
    expect(app.pay).toHaveBeenCalledTimes(1)
    expect(app.navigation.toResult.mock.calls).toEqual([[orderNo]])
  })

  it('is found by the first look when the other device has cancelled the order', async () => {
    const { app } = await standing.cancelled()
    app.checkout.hide('checkout')
    learn(closed())({ app })
    await settled()
    expect(app.checkout.getState().state).toBe('expired')
    expect(app.checkout.getState().remainingSec).toBeNull()
  })

  it('stands after paying and going back: nothing to pay, nothing in the cart, nothing ordered again', async () => {
    const { app } = await standing.paid()
    app.checkout.hide('checkout')
    app.checkout.enter({})
    app.checkout.show('checkout')
    await app.checkout.submit()
    expect(app.checkout.getState()).toMatchObject({ state: 'idle', order: null })
    expect(app.shelf.getState().cart).toEqual({})
    expect(app.client.createOrder).toHaveBeenCalledTimes(1)
    expect(app.pay).toHaveBeenCalledTimes(1)
  })

  it('stands after paying and going back to the order’s own page: it leads to the result', async () => {
    const { app } = await standing.paid()
    app.checkout.enter({ orderNo })
    await settled()
    expect(app.checkout.getState().state).toBe('paid')
    expect(app.navigation.toResult).toHaveBeenCalledTimes(2)
    expect(app.pay).toHaveBeenCalledTimes(1)
  })
})

describe('a host that ends requests behind the payer’s back', () => {
  it('has the lost order sent again on return, under the same id, and the cashier waits for a tap', async () => {
    const { app, answer } = await standing.creating()
    app.checkout.hide('checkout')
    answer.reject(lost())
    await settled()
    expect(app.client.createOrder).toHaveBeenCalledTimes(1)
    app.checkout.show('checkout')
    await settled()
    const [first, second] = app.client.createOrder.mock.calls.map(([{ requestId }]) => requestId)
    expect(second).toBe(first)
    expect(app.checkout.getState()).toMatchObject({ state: 'cancelled', holdReason: 'resent' })
    expect(app.pay).not.toHaveBeenCalled()
  })

  it('may say so after the return only', async () => {
    const { app, answer } = await standing.creating()
    app.checkout.hide('checkout')
    app.checkout.show('checkout')
    answer.reject(lost())
    await settled()
    expect(app.client.createOrder).toHaveBeenCalledTimes(2)
    expect(app.checkout.getState().state).toBe('cancelled')
  })

  it('does not make it ask for ever: what is lost in plain sight waits for a tap', async () => {
    const { app, answer } = await standing.creating()
    app.client.createOrder.mockRejectedValue(lost())
    app.checkout.hide('checkout')
    app.checkout.show('checkout')
    answer.reject(lost())
    await settled()
    expect(app.client.createOrder).toHaveBeenCalledTimes(2)
    expect(app.checkout.getState().state).toBe('unreachable')
  })

  it('has a question that died asked again on return', async () => {
    const { app } = await standing.confirming()
    const question = defer<ReturnType<typeof orderOf>>()
    app.client.order.mockReturnValueOnce(question.promise)
    await app.clock.advance(2000)
    app.checkout.hide('checkout')
    question.reject(lost())
    await settled()
    app.client.order.mockResolvedValue(paidOrder())
    app.checkout.show('checkout')
    await settled()
    expect(app.checkout.getState()).toMatchObject({ state: 'paid', isOffline: false })
  })
})

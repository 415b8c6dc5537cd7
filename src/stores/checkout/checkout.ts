import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Order, PaymentAnswer } from '../../contract/api'
import { entriesOf, quoteOf, sameItems, type CartItem } from '../../domain/cart'
import { isInFlight, isOpen, transition, type CheckoutEvent } from '../../domain/checkout'
import { confirmationDelayMs, confirmationDelaysMs, isLongConfirmation } from '../../domain/confirmation'
import { createRequestId } from '../../domain/request-id'
import { secondsUntil } from '../../domain/time'
import type { Fen } from '../../domain/money'
import type { PayOutcome, Platform } from '../../platform/types'
import type { FailureCode } from '../../contract/errors'
import { failureCodeOf, isRetryable, isSignIn } from '../../services/api-error'
import type { MerchantClient } from '../../services/merchant-client'
import { createAsker } from '../orders/asker'
import type { Attempt, AttemptKeeper } from './purchase'
import { initialView, type CheckoutView, type HoldReason } from './checkout-view'
import type { Clock } from '../clock'
import type { DraftStore, OrderContent } from './draft'
import type { SessionStore } from '../account/session'
import type { ShelfStore } from './shelf'

/** Which order a page was opened for. None: what is in the cart. */
export interface CheckoutEntry {
  readonly orderNo?: string
  readonly orderKey?: string
}

export interface CheckoutStore extends StoreApi<CheckoutView> {
  /** The checkout page opens. */
  enter(entry: CheckoutEntry): void
  /** A page that cares is on the screen: the merchant is asked now, and then by schedule. */
  show(page: string): void
  /** That page is gone: nothing is asked any more. A page that is not the present one changes nothing. */
  hide(page: string): void
  /** The payer's tap: pay, continue, or try again. While a request or the cashier is under way it does nothing. */
  submit(): Promise<void>
  /** The payer's tap on an order that waits for its payment, wherever it is shown. */
  payOrder(order: Order): Promise<void>
  /**
   * The network came or went. What got lost is sent again, with the same request id; the cashier opens on a tap only, so
   * the order then waits for one.
   */
  networkChanged(isOnline: boolean): void
  /** Gives the order up and starts over with what is in the cart. */
  restart(): void
  /** The order as the merchant described it last; null for any other. */
  known(orderNo: string): Order | null
  /** Somebody else learned what became of an order. */
  absorb(order: Order): void
  toResult(): void
  toGoods(): void
  /** Goes back to the order that waits, from wherever it is mentioned. */
  openOrder(): void
  leaveWebView(): void
  copyLink(url: string): Promise<void>
}

export interface CheckoutDeps {
  readonly client: Pick<MerchantClient, 'createOrder' | 'payOrder' | 'order'>
  readonly platform: Pick<Platform, 'accepts' | 'pay' | 'copyText' | 'navigation'>
  readonly session: Pick<SessionStore, 'adoptOrderKey'>
  readonly shelf: Pick<ShelfStore, 'getState' | 'clearCart'>
  readonly draft: Pick<DraftStore, 'getState' | 'content' | 'heed' | 'clear'>
  readonly attempts: AttemptKeeper
  readonly clock: Clock
  /** From 0 up to, but not including, 1. */
  readonly random: () => number
}

/** From here on the page says that the network is slow. */
const slowMs = 3000

export function createCheckoutStore(deps: CheckoutDeps): CheckoutStore {
  const { client, platform, session, shelf, draft, attempts, clock, random } = deps
  const store = createStore<CheckoutView>(() => initialView)
  const { getState, setState } = store

  let attempt: Attempt | null = attempts.load()
  /** Grows with each new beginning: an answer that belongs to an earlier one is dropped. */
  let round = 0
  let shownPage: string | null = null
  let asked = 0
  let startedAtMs = 0
  let payableUntilMs = 0
  /** Taken up rather than paid just now: the first "pending" means that nobody is at the cashier. */
  let isResumed = false
  let isAnnounced = false
  /** Hosts end what is under way some seconds after the app has left the screen, and let nothing start there. */
  let wasHidden = false
  let callOffTick = (): void => undefined
  const asker = createAsker(clock, askOnce)

  /** The only place where the state changes. */
  function move(event: CheckoutEvent, change: Partial<CheckoutView> = {}): boolean {
    const moved = transition(getState().state, event)
    if (moved.kind === 'forbidden') return false
    setState({ problem: null, holdReason: null, canContinue: false, isSlow: false, ...change, state: moved.to })
    tick()
    return true
  }

  function begin(): void {
    round += 1
    asked = 0
    startedAtMs = clock.now()
    isResumed = false
    isAnnounced = false
    wasHidden = shownPage === null
    asker.drop()
    callOffTick()
  }

  function remember(next: Attempt): void {
    attempt = next
    attempts.save(next)
  }

  function forget(): void {
    attempt = null
    attempts.clear()
  }

  function startOver(): void {
    begin()
    setState({ ...initialView, hasNetwork: getState().hasNetwork })
  }

  function resume(orderNo: string, order: Order | null): void {
    if (!move('resume', { order })) return
    begin()
    isResumed = true
    if (attempt?.orderNo !== orderNo)
      remember({ requestId: newId(), items: [], content: '', orderNo, payRequestId: null })
  }

  function newId(): string {
    return createRequestId(clock.now(), random)
  }

  /** The same attempt as long as it names the same content; another cart, or another choice, is another order. */
  function nextAttempt(items: readonly CartItem[], content: string): Attempt {
    if (attempt !== null && attempt.orderNo !== null) {
      return { ...attempt, payRequestId: attempt.payRequestId ?? newId() }
    }
    if (attempt?.content === content) return attempt
    return { requestId: newId(), items, content, orderNo: null, payRequestId: null }
  }

  async function submit(isResent = false): Promise<void> {
    const { items } = shelf.getState()
    const isNew = attempt === null || attempt.orderNo === null
    if (isNew && items.length === 0) return
    const shownFen = amountShown()
    if (!move('submit')) return
    begin()
    const present = round
    const content = draft.content()
    const asks = nextAttempt(items, JSON.stringify(content))
    remember(asks)
    const callOffSlow = clock.after(slowMs, () => present === round && setState({ isSlow: true }))
    let answer: PaymentAnswer
    try {
      answer = await request(asks, content).finally(callOffSlow)
    } catch (error) {
      const problem = failureCodeOf(error)
      if (present !== round) return
      if (!isRetryable(problem)) return refuse(problem)
      move('lose', { problem })
      return sendInterrupted()
    }
    if (present !== round) return
    await follow(answer, asks, isResent ? 'resent' : shownFen)
  }

  /** What got lost because nobody looked is sent again once somebody does, with the same request id. */
  function sendInterrupted(): void {
    if (wasHidden && shownPage !== null && getState().state === 'unreachable') void submit(true)
  }

  /** What the button says; null when it could not say the whole. */
  function amountShown(): Fen | null {
    const { order } = getState()
    if (order !== null) return order.totalFen
    const asked = draft.getState().quote
    if (asked !== null) return asked.totalFen
    const { items, goods, shippingFen } = shelf.getState()
    const quote = quoteOf(items, goods, shippingFen)
    return quote.shippingFen === null ? null : quote.dueFen
  }

  function request({ requestId, orderNo, payRequestId }: Attempt, content: OrderContent): Promise<PaymentAnswer> {
    const accepts = platform.accepts()
    if (orderNo === null) return client.createOrder({ requestId, accepts, ...content })
    return client.payOrder(orderNo, { requestId: payRequestId ?? requestId, accepts })
  }

  function refuse(problem: FailureCode): void {
    if (!isSignIn(problem)) forget()
    draft.heed(problem)
    move('refuse', { problem, ...(isSignIn(problem) ? {} : { order: null }) })
  }

  /** @param agreed the amount on the button that was tapped; null when it could not say the whole; 'resent': no tap */
  async function follow(
    { order, payment }: PaymentAnswer,
    asks: Attempt,
    agreed: Fen | null | 'resent',
  ): Promise<void> {
    const present = round
    if (asks.orderNo === null) draft.clear()
    remember({ ...asks, orderNo: order.orderNo, payRequestId: null })
    receive(order)
    if (order.status !== 'pending') return applyOrder(order)
    if (payment === null) return hold('prepayUnavailable')
    if (agreed === 'resent') return hold('resent')
    // The payer agreed to the amount on the button; another one needs another tap.
    if (agreed !== null && order.totalFen !== agreed) return hold('repriced')
    const orderPageUrl = payment.kind === 'webView' ? payment.orderPageUrl : null
    if (!move('instruct', { orderPageUrl, linkCopied: null })) return
    const outcome = await platform.pay(payment, order.orderNo)
    if (present !== round) return
    hear(outcome)
    await ask()
  }

  function hold(holdReason: HoldReason): void {
    move('hold', { holdReason })
    schedule()
  }

  /** What the phone says chooses the words; what is true is asked afterwards, whatever it says. */
  function hear(outcome: PayOutcome): void {
    if (outcome === 'ok') {
      if (!move('leave', { saidOk: true })) setState({ saidOk: true, canContinue: false })
    } else if (outcome === 'left') move('leave')
    else if (outcome === 'cancelled') move('cancel', { holdReason: 'cancelled' })
    else {
      console.warn(`pay: ${outcome.message}`)
      move('cancel', { holdReason: 'cashierClosed' })
    }
  }

  /** The merchant tells how long, not until when: the phone's own clock only measures the wait. */
  function receive(order: Order): void {
    payableUntilMs = clock.now() + order.payableForSec * 1000
    setState({ order, isOffline: false })
  }

  function applyOrder(order: Order): void {
    receive(order)
    if (order.status === 'pending') return applyPending()
    if (!move(order.status === 'closed' ? 'close' : 'settle')) return
    asker.stop()
    if (order.status !== 'closed') clearBoughtCart()
    forget()
    announce()
  }

  function applyPending(): void {
    const { state, saidOk } = getState()
    if (state !== 'confirming') return
    if (isResumed) move('hold', { holdReason: 'notPaidYet' })
    else setState({ canContinue: !saidOk, isLong: isLongConfirmation(startedAtMs, clock.now()) })
  }

  /** What was bought leaves the cart, unless the payer has filled it anew since. */
  function clearBoughtCart(): void {
    if (attempt !== null && sameItems(attempt.items, entriesOf(shelf.getState().cart))) shelf.clearCart()
  }

  /** Shows the result once, and only to somebody who is looking. */
  function announce(): void {
    const { state, order } = getState()
    if (state !== 'paid' || order === null || isAnnounced || shownPage === null) return
    isAnnounced = true
    platform.navigation.toResult(order.orderNo)
  }

  /** Asks the merchant what became of the order, if there is one that may still change. */
  async function ask(): Promise<void> {
    if (attempt !== null && attempt.orderNo !== null && isOpen(getState().state)) await asker.ask()
  }

  async function askOnce(): Promise<void> {
    const orderNo = attempt?.orderNo ?? null
    if (orderNo === null) return
    const present = round
    try {
      const order = await client.order(orderNo)
      if (present !== round) return
      asked += 1
      applyOrder(order)
    } catch (error) {
      const problem = failureCodeOf(error)
      if (present !== round) return
      asked += 1
      setState({ isOffline: isRetryable(problem) })
      if (!isRetryable(problem) && getState().state === 'confirming') return refuse(problem)
    }
    schedule()
  }

  /** An order that nobody is paying is asked after for a short while only; the next look or tap asks again. */
  function schedule(): void {
    asker.stop()
    const { state } = getState()
    const isWaiting = state === 'confirming' || (state === 'cancelled' && asked < confirmationDelaysMs.length)
    if (shownPage !== null && isWaiting) asker.later(confirmationDelayMs(asked))
  }

  function tick(): void {
    callOffTick()
    const { state, order } = getState()
    if (order === null || state !== 'cancelled') {
      if (getState().remainingSec !== null) setState({ remainingSec: null })
      return
    }
    const remainingSec = secondsUntil(payableUntilMs, clock.now())
    setState({ remainingSec })
    if (shownPage === null) return
    callOffTick = clock.after(1000, remainingSec > 0 ? tick : () => void ask().then(tick))
  }

  return {
    ...store,
    enter({ orderNo, orderKey }) {
      if (orderNo !== undefined) {
        if (orderKey !== undefined) session.adoptOrderKey(orderNo, orderKey)
        const { order, state } = getState()
        const isSame = order?.orderNo === orderNo && (isOpen(state) || state === 'creating')
        if (isSame) return
        startOver()
        resume(orderNo, null)
        void ask()
        return
      }
      const { state } = getState()
      if (state === 'creating' || state === 'invoking') return
      const items = entriesOf(shelf.getState().cart)
      const isOther = attempt !== null && items.length > 0 && !sameItems(attempt.items, items)
      if (isOther || attempt === null) {
        if (state !== 'idle') startOver()
        if (isOther) forget()
      } else if (state === 'idle' && attempt.orderNo !== null) {
        resume(attempt.orderNo, null)
        void ask()
      }
    },
    show(page) {
      shownPage = page
      const { state } = getState()
      if (state === 'idle' && attempt !== null && attempt.orderNo !== null) resume(attempt.orderNo, null)
      // Whoever looks at the shop again is not at the cashier any more.
      if (state === 'invoking') move('leave')
      tick()
      announce()
      sendInterrupted()
      void ask()
    },
    hide(page) {
      if (shownPage !== page) return
      shownPage = null
      wasHidden = true
      asker.stop()
      callOffTick()
    },
    submit: () => submit(),
    async payOrder(order) {
      if (isInFlight(getState().state)) return
      if (getState().order?.orderNo !== order.orderNo || !isOpen(getState().state)) {
        startOver()
        resume(order.orderNo, order)
      }
      await submit()
    },
    networkChanged(isOnline) {
      setState({ hasNetwork: isOnline })
      if (!isOnline) return
      if (getState().state === 'unreachable') void submit(true)
      else if (shownPage !== null) void ask()
    },
    restart() {
      if (transition(getState().state, 'restart').kind === 'forbidden') return
      forget()
      startOver()
    },
    known(orderNo) {
      const { order } = getState()
      return order?.orderNo === orderNo ? order : null
    },
    absorb(order) {
      if (attempt?.orderNo !== order.orderNo || order.status === 'pending') return
      isAnnounced = true
      if (isOpen(getState().state)) return applyOrder(order)
      if (order.status !== 'closed') clearBoughtCart()
      forget()
    },
    toResult() {
      const orderNo = getState().order?.orderNo ?? attempt?.orderNo
      if (orderNo) platform.navigation.toResult(orderNo)
    },
    toGoods: () => platform.navigation.toTab('goods'),
    openOrder() {
      const orderNo = getState().order?.orderNo
      if (orderNo !== undefined) platform.navigation.toCheckout(orderNo)
    },
    leaveWebView: () => platform.navigation.back(),
    async copyLink(url) {
      setState({ linkCopied: await platform.copyText(url) })
    },
  }
}

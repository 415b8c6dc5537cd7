import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Order } from '../../contract/api'
import type { FailureCode } from '../../contract/errors'
import { entriesOf, sameItems } from '../../domain/cart'
import { isOpen, transition, type CheckoutEvent } from '../../domain/checkout'
import { confirmationDelaysMs, quietCashierMs } from '../../domain/confirmation'
import type { Platform } from '../../platform/types'
import { isRetryable, isSignIn } from '../../services/api-error'
import type { MerchantClient } from '../../services/merchant-client'
import type { Clock } from '../clock'
import { createOrderWatch, type OrderWatch } from '../orders/order-watch'
import { initialView, type CheckoutView, type HoldReason } from './checkout-view'
import type { DraftStore } from './draft'
import type { PurchaseKeeper } from './purchase'
import type { ShelfStore } from './shelf'

export interface CheckoutRunDeps {
  readonly client: Pick<MerchantClient, 'order'>
  readonly platform: Pick<Platform, 'navigation'>
  readonly shelf: Pick<ShelfStore, 'getState' | 'clearCart'>
  readonly draft: Pick<DraftStore, 'takeBack'>
  readonly purchases: PurchaseKeeper
  readonly clock: Clock
}

/** The state of the checkout, its moves, and what the merchant's word does to it. */
export interface CheckoutRun {
  readonly store: StoreApi<CheckoutView>
  readonly watch: OrderWatch
  /** Moves by the table; false when the table has no such move. */
  move(event: CheckoutEvent, change?: Partial<CheckoutView>): boolean
  /** Begins anew: answers of before are dropped. */
  begin(): void
  /** Begins anew with an empty view. */
  startOver(): void
  /** Takes up an order that exists already; null when the merchant has not described it yet. */
  resume(orderNo: string, order: Order | null): void
  /** The order waits for its payment, and no cashier is open. */
  hold(reason: HoldReason): void
  refuse(problem: FailureCode): void
  /** Shows the order as the merchant describes it. */
  receive(order: Order): void
  /** Shows the order and makes the move that its status asks for. */
  settle(order: Order): void
  /** Another store fetched the order's final state: it is taken over, and its result is not opened. */
  takeOver(order: Order): void
  /** Opens the result once, and only while the payer is looking. */
  openResult(): void
}

/**
 * Answers whether to ask the merchant again. An order that nobody is paying is asked about for a short while, and again when
 * its time is over. One at the cashier is asked about, too: the host may say nothing at its end.
 */
function isWorthAsking({ state, remainingSec }: CheckoutView, asked: number): boolean {
  if (state === 'cancelled') return asked < confirmationDelaysMs.length || remainingSec === 0
  return state === 'invoking' || state === 'confirming'
}

export function createCheckoutRun(deps: CheckoutRunDeps): CheckoutRun {
  const { client, platform, shelf, draft, purchases, clock } = deps
  const store = createStore<CheckoutView>(() => initialView)
  const { getState, setState } = store
  /** The order was taken up, not paid just now: the first "pending" means that nobody is at the cashier. */
  let isResumed = false
  let isAnnounced = false
  let cashierSinceMs = 0

  const watch: OrderWatch = createOrderWatch<Order>({
    clock,
    ask() {
      const orderNo = purchases.orderNo()
      return orderNo !== null && isOpen(getState().state) ? client.order(orderNo) : null
    },
    onAnswer: settle,
    onProblem(problem) {
      setState({ isOffline: isRetryable(problem) })
      if (!isRetryable(problem) && getState().state === 'confirming') refuse(problem)
    },
    isMoving: (asked) => isWorthAsking(getState(), asked),
    onSecond() {
      const { state, order, remainingSec: shown } = getState()
      const remainingSec = order !== null && state === 'cancelled' ? watch.remainingSec() : null
      if (remainingSec !== shown) setState({ remainingSec })
      return remainingSec
    },
  })

  /** The only place where the state changes. */
  function move(event: CheckoutEvent, change: Partial<CheckoutView> = {}): boolean {
    const moved = transition(getState().state, event)
    if (moved.kind === 'forbidden') return false
    setState({ problem: null, holdReason: null, canContinue: false, isSlow: false, ...change, state: moved.to })
    watch.countDown()
    if (event === 'instruct') watchCashier()
    // What was asked while the cashier was open does not make the questions after it rarer.
    if (moved.from === 'invoking') watch.hurry()
    return true
  }

  function watchCashier(): void {
    cashierSinceMs = clock.now()
    watch.plan()
  }

  function begin(): void {
    isResumed = false
    isAnnounced = false
    watch.restart()
  }

  function refuse(problem: FailureCode): void {
    if (!isSignIn(problem)) purchases.clear()
    draft.takeBack(problem)
    move('refuse', { problem, ...(isSignIn(problem) ? {} : { order: null }) })
  }

  function receive(order: Order): void {
    watch.payableFor(order.payableForSec)
    setState({ order, isOffline: false })
  }

  function settle(order: Order): void {
    receive(order)
    if (order.status === 'pending') return settlePending()
    if (!move(order.status === 'closed' ? 'close' : 'settle')) return
    watch.plan()
    forget(order)
    openResult()
  }

  function settlePending(): void {
    if (getState().state === 'invoking' && clock.now() - cashierSinceMs >= quietCashierMs) move('leave')
    const { state, saidOk } = getState()
    if (state !== 'confirming') watch.countDown()
    else if (isResumed) move('hold', { holdReason: 'notPaidYet' })
    else setState({ canContinue: !saidOk, isLong: watch.isLong() })
  }

  /** What was bought leaves the cart, unless the payer has changed the cart since. */
  function forget({ status }: Order): void {
    const purchase = purchases.current()
    const isBought = status !== 'closed' && purchase !== null
    if (isBought && sameItems(purchase.items, entriesOf(shelf.getState().cart))) shelf.clearCart()
    purchases.clear()
  }

  function openResult(): void {
    const { state, order } = getState()
    if (state !== 'paid' || order === null || isAnnounced || !watch.isShown()) return
    isAnnounced = true
    platform.navigation.toResult(order.orderNo)
  }

  function startOver(): void {
    begin()
    setState({ ...initialView, hasNetwork: getState().hasNetwork })
    watch.countDown()
  }

  function resume(orderNo: string, order: Order | null): void {
    if (!move('resume', { order })) return
    begin()
    isResumed = true
    purchases.adopt(orderNo)
  }

  function hold(holdReason: HoldReason): void {
    move('hold', { holdReason })
    watch.plan()
  }

  function takeOver(order: Order): void {
    if (purchases.orderNo() !== order.orderNo || order.status === 'pending') return
    isAnnounced = true
    if (isOpen(getState().state)) settle(order)
    else forget(order)
  }

  return { store, watch, move, begin, startOver, resume, hold, refuse, receive, settle, takeOver, openResult }
}

import type { StoreApi } from 'zustand/vanilla'
import type { Order } from '../../contract/api'
import { entriesOf, sameItems } from '../../domain/cart'
import { isInFlight, isOpen, transition } from '../../domain/checkout'
import type { Platform } from '../../platform/types'
import type { MerchantClient } from '../../services/merchant-client'
import type { SessionStore } from '../account/session'
import type { Clock } from '../clock'
import { createCheckoutPayment } from './checkout-payment'
import { createCheckoutRun } from './checkout-run'
import type { CheckoutView } from './checkout-view'
import type { DraftStore } from './draft'
import type { PurchaseKeeper } from './purchase'
import type { ShelfStore } from './shelf'

/** The order that a page was opened for. Without one, the page is for the cart. */
export interface CheckoutEntry {
  readonly orderNo?: string
  readonly orderKey?: string
}

export interface CheckoutStore extends StoreApi<CheckoutView> {
  /** The checkout page opens. */
  enter(entry: CheckoutEntry): void
  /** A page that shows the purchase appears. The merchant is asked now, and then by schedule. */
  show(page: string): void
  /** The page is gone, and no more questions are sent. A page that is not the present one changes nothing. */
  hide(page: string): void
  /** The payer's tap: pay, continue, or try again. While a request or the cashier is under way it does nothing. */
  submit(): Promise<void>
  /** The payer's tap on an order that waits for its payment, on whatever page. */
  payOrder(order: Order): Promise<void>
  /**
   * The network came or went. A lost request is sent again, with the same request id; the cashier opens on a tap only,
   * so the order then waits for one.
   */
  networkChanged(isOnline: boolean): void
  /** Abandons the order and starts over with the cart. */
  restart(): void
  /** The merchant's last description of this order; null for any other order. */
  known(orderNo: string): Order | null
  /** Another store fetched the order's final state. */
  takeOver(order: Order): void
  /** Opens the result of the present purchase. */
  toResult(): void
  copyLink(url: string): Promise<void>
}

export interface CheckoutDeps {
  readonly client: Pick<MerchantClient, 'createOrder' | 'payOrder' | 'order'>
  readonly platform: Pick<Platform, 'accepts' | 'pay' | 'copyText' | 'navigation'>
  readonly session: Pick<SessionStore, 'adoptOrderKey'>
  readonly shelf: Pick<ShelfStore, 'getState' | 'clearCart'>
  readonly draft: Pick<DraftStore, 'getState' | 'content' | 'takeBack' | 'clear'>
  readonly purchases: PurchaseKeeper
  readonly clock: Clock
}

export function createCheckoutStore(deps: CheckoutDeps): CheckoutStore {
  const { platform, session, shelf, purchases } = deps
  const run = createCheckoutRun(deps)
  const { watch } = run
  const { getState, setState } = run.store
  const payment = createCheckoutPayment(run, deps, comeBack)
  let shownPage: string | null = null
  /** The page that the host hid for its cashier. */
  let coveredPage: string | null = null

  /** Some phones hide the page for the cashier and never show it again: then only its result says that the payer is back. */
  function comeBack(): void {
    if (coveredPage === null) return
    shownPage = coveredPage
    coveredPage = null
    watch.show()
  }

  function takeUp(orderNo: string): void {
    run.resume(orderNo, null)
    void watch.askNow()
  }

  function enterOrder(orderNo: string): void {
    const { order, state } = getState()
    if (order?.orderNo === orderNo && (isOpen(state) || state === 'creating')) return
    run.startOver()
    takeUp(orderNo)
  }

  /** Another cart is another purchase; with the same cart, the existing order is continued. */
  function enterCart(): void {
    const { state } = getState()
    if (isInFlight(state)) return
    const purchase = purchases.current()
    const items = entriesOf(shelf.getState().cart)
    const isOther = purchase !== null && items.length > 0 && !sameItems(purchase.items, items)
    if (isOther || purchase === null) {
      if (state !== 'idle') run.startOver()
      if (isOther) purchases.clear()
    } else if (state === 'idle' && purchase.orderNo !== null) takeUp(purchase.orderNo)
  }

  return {
    ...run.store,
    enter({ orderNo, orderKey }) {
      if (orderNo === undefined) return enterCart()
      if (orderKey !== undefined) session.adoptOrderKey(orderNo, orderKey)
      enterOrder(orderNo)
    },
    show(page) {
      shownPage = page
      coveredPage = null
      watch.show()
      const orderNo = purchases.orderNo()
      if (getState().state === 'idle' && orderNo !== null) run.resume(orderNo, null)
      // A payer who looks at the shop again has left the cashier.
      if (getState().state === 'invoking') run.move('leave')
      run.openResult()
      payment.resendInterrupted()
      void watch.askNow()
    },
    hide(page) {
      if (shownPage !== page) return
      shownPage = null
      coveredPage = getState().state === 'invoking' ? page : null
      watch.hide()
    },
    submit: payment.submit,
    async payOrder(order) {
      const { state, order: present } = getState()
      if (isInFlight(state)) return
      if (present?.orderNo !== order.orderNo || !isOpen(state)) {
        run.startOver()
        run.resume(order.orderNo, order)
      }
      await payment.submit()
    },
    networkChanged(isOnline) {
      setState({ hasNetwork: isOnline })
      if (!isOnline) return
      if (getState().state === 'unreachable') void payment.resend()
      else if (shownPage !== null) void watch.askNow()
    },
    restart() {
      if (transition(getState().state, 'restart').kind === 'forbidden') return
      purchases.clear()
      run.startOver()
    },
    known(orderNo) {
      const { order } = getState()
      return order?.orderNo === orderNo ? order : null
    },
    takeOver: run.takeOver,
    toResult() {
      const orderNo = getState().order?.orderNo ?? purchases.orderNo()
      if (orderNo !== null) platform.navigation.toResult(orderNo)
    },
    async copyLink(url) {
      setState({ linkCopied: await platform.copyText(url) })
    },
  }
}

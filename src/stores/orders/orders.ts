import { createStore, type StoreApi } from 'zustand/vanilla'
import { orderGroups, type Order, type OrdersAnswer } from '../../contract/api'
import { secondsUntil } from '../../domain/time'
import type { FailureCode } from '../../contract/errors'
import { failureCodeOf } from '../../services/api-error'
import { createShopClient } from '../../services/shop-client'
import type { PageStoreDeps } from '../app-stores'
import { createOrderWatch } from './order-watch'

/** An order of the list. The merchant says how long it can be paid; the phone's clock only measures the wait. */
export interface ListedOrder {
  readonly order: Order
  readonly payableUntilMs: number
}

export const orderFilters = ['all', ...orderGroups] as const
export type OrderFilter = (typeof orderFilters)[number]

/** What the payer did to an order from the list. */
export interface ListDeed {
  readonly orderNo: string
  readonly kind: 'cancel' | 'receipt'
  /** Why the merchant refused; null until it has answered. */
  readonly refusal: FailureCode | null
}

export interface OrdersView {
  readonly status: 'loading' | 'ready' | 'failed'
  /** The merchant takes more than three seconds to answer. */
  readonly isSlow: boolean
  readonly filter: OrderFilter
  readonly orders: readonly ListedOrder[]
  /** There are older orders. */
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  /** The page that failed to load, while the previous orders are still shown. */
  readonly missing: 'newest' | 'older' | null
  readonly deed: ListDeed | null
  /** The present time, updated each second while a countdown is on the screen. */
  readonly nowMs: number
}

/** The payer's orders, newest first, page by page. */
export interface OrdersStore extends StoreApi<OrdersView> {
  show(): void
  hide(): void
  reload(): Promise<void>
  /** Adds the next page. Does nothing while a page is loading. */
  more(): Promise<void>
  choose(filter: OrderFilter): void
  /** Cancels an unpaid order. Does nothing while the merchant has not answered for another order. */
  cancel(orderNo: string): Promise<void>
  confirmReceipt(orderNo: string): Promise<void>
}

export function createOrdersStore({ client, clock, checkout }: PageStoreDeps): OrdersStore {
  const shop = createShopClient(client.authorized)
  const store = createStore<OrdersView>(() => ({
    status: 'loading',
    isSlow: false,
    filter: 'all',
    orders: [],
    hasMore: false,
    isLoadingMore: false,
    missing: null,
    deed: null,
    nowMs: clock.now(),
  }))
  const { getState, setState } = store
  let cursor: string | null = null
  /** The first page has arrived or failed. Before that no further page is loaded. */
  let isSettled = false

  const onSlow = (isSlow: boolean): void => setState({ isSlow })

  const askPage = (after: string | null): Promise<OrdersAnswer> => {
    const { filter } = getState()
    return shop.orders(filter === 'all' ? null : filter, after)
  }

  const watch = createOrderWatch<OrdersAnswer>({
    clock,
    ask: () => askPage(null),
    onAnswer(page) {
      isSettled = true
      setState({ status: 'ready', missing: null, orders: receive(page) })
      watch.countDown()
    },
    onProblem() {
      isSettled = true
      // The orders of a moment ago are still worth showing.
      setState(({ orders }) => (orders.length > 0 ? { status: 'ready', missing: 'newest' } : { status: 'failed' }))
      watch.countDown()
    },
    onSlow,
    onSecond() {
      const nowMs = clock.now()
      if (!getState().orders.some((one) => isPayable(one, nowMs))) return null
      setState({ nowMs })
      return 1
    },
  })

  function receive({ orders, nextCursor }: OrdersAnswer): readonly ListedOrder[] {
    cursor = nextCursor
    const nowMs = clock.now()
    setState({ nowMs, hasMore: cursor !== null })
    return orders.map((order) => ({ order, payableUntilMs: nowMs + order.payableForSec * 1000 }))
  }

  function reload(): Promise<void> {
    watch.restart()
    isSettled = false
    const { status, isLoadingMore, isSlow } = getState()
    if (status === 'failed') setState({ status: 'loading' })
    // A page that is still loading belongs to the previous list.
    if (isLoadingMore || isSlow) setState({ isLoadingMore: false, isSlow: false })
    return watch.askNow()
  }

  /** Loads the list again in any case: after a lost answer only the merchant knows what happened. */
  async function act(orderNo: string, kind: ListDeed['kind'], run: () => Promise<Order>): Promise<void> {
    const { deed } = getState()
    if (deed !== null && deed.refusal === null) return
    setState({ deed: { orderNo, kind, refusal: null } })
    try {
      const order = await run()
      if (order.status !== 'pending') checkout.takeOver(order)
      setState({ deed: null })
    } catch (error) {
      setState({ deed: { orderNo, kind, refusal: failureCodeOf(error) } })
    }
    await reload()
  }

  return {
    ...store,
    show() {
      watch.show()
      void reload()
    },
    hide: watch.hide,
    reload,
    async more() {
      if (cursor === null || !isSettled || getState().isLoadingMore) return
      setState({ isLoadingMore: true })
      try {
        const page = await watch.track(askPage(cursor), onSlow)
        if (page === null) return
        const next = receive(page)
        setState(({ orders }) => ({ orders: [...orders, ...next], isLoadingMore: false, missing: null }))
      } catch (error) {
        failureCodeOf(error)
        setState({ isLoadingMore: false, missing: 'older' })
      }
    },
    choose(filter) {
      if (filter === getState().filter) return
      cursor = null
      setState({ filter, orders: [], status: 'loading', hasMore: false, missing: null, isSlow: false })
      void reload()
    },
    cancel: (orderNo) => act(orderNo, 'cancel', () => shop.cancel(orderNo)),
    confirmReceipt: (orderNo) => act(orderNo, 'receipt', () => shop.confirmReceipt(orderNo)),
  }
}

/** Answers whether an order can still be paid, as far as this phone knows. */
export function isPayable({ order, payableUntilMs }: ListedOrder, nowMs: number): boolean {
  return order.status === 'pending' && secondsUntil(payableUntilMs, nowMs) > 0
}

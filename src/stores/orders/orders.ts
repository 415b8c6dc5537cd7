import { createStore, type StoreApi } from 'zustand/vanilla'
import { orderGroups, type Order } from '../../contract/api'
import { secondsUntil } from '../../domain/time'
import type { FailureCode } from '../../contract/errors'
import type { Tab } from '../../platform/types'
import { failureCodeOf } from '../../services/api-error'
import { createShopClient } from '../../services/shop-client'
import type { PageStoreDeps } from '../app-stores'
import { tellIfSlow } from './slow'

/** An order as the list keeps it: the merchant says how long, our clock only measures the wait. */
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
  /** Why it did not happen; null while the merchant has not answered. */
  readonly refusal: FailureCode | null
}

export interface OrdersView {
  readonly status: 'loading' | 'ready' | 'failed'
  /** The merchant takes more than three seconds to answer. */
  readonly isSlow: boolean
  readonly filter: OrderFilter
  readonly orders: readonly ListedOrder[]
  /** There are older ones. */
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  /** What did not come, while the orders that are there are still shown. */
  readonly missing: 'newest' | 'older' | null
  readonly deed: ListDeed | null
  /** Now, once a second while a countdown is on the screen. */
  readonly nowMs: number
}

/** The payer's own orders, newest first, a page at a time. */
export interface OrdersStore extends StoreApi<OrdersView> {
  show(): void
  hide(): void
  reload(): Promise<void>
  /** Adds the next page, once. */
  more(): Promise<void>
  choose(filter: OrderFilter): void
  open(orderNo: string): void
  /** Gives an unpaid order up. While another one's deed is under way it does nothing. */
  cancel(orderNo: string): Promise<void>
  confirmReceipt(orderNo: string): Promise<void>
  toTab(tab: Tab): void
}

export function createOrdersStore({ client, platform, clock, checkout }: PageStoreDeps): OrdersStore {
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
  let callOffTick = (): void => undefined
  let isShown = false
  let cursor: string | null = null
  /** Grows with each new list: a page of an earlier one is dropped. */
  let round = 0
  /** The list whose first page has come, or failed to: only that one goes on. */
  let settledRound = 0

  async function fetchPage(after: string | null): Promise<readonly ListedOrder[] | null> {
    const present = round
    const { filter } = getState()
    const page = shop.orders(filter === 'all' ? null : filter, after)
    const answer = await tellIfSlow(clock, page, (isSlow) => present === round && setState({ isSlow }))
    if (present !== round) return null
    cursor = answer.nextCursor
    const nowMs = clock.now()
    setState({ nowMs, hasMore: cursor !== null })
    return answer.orders.map((order) => ({ order, payableUntilMs: nowMs + order.payableForSec * 1000 }))
  }

  async function reload(): Promise<void> {
    round += 1
    const present = round
    const { status, isLoadingMore, isSlow } = getState()
    if (status === 'failed') setState({ status: 'loading' })
    // A page under way belongs to the list before.
    if (isLoadingMore || isSlow) setState({ isLoadingMore: false, isSlow: false })
    try {
      const orders = await fetchPage(null)
      if (orders !== null) setState({ status: 'ready', orders, missing: null })
    } catch (error) {
      failureCodeOf(error)
      // What was on the list a moment ago is still worth showing.
      if (present === round) {
        setState(({ orders }) => (orders.length > 0 ? { status: 'ready', missing: 'newest' } : { status: 'failed' }))
      }
    }
    if (present === round) settledRound = round
    tick()
  }

  /** The list is asked for anew either way: a lost answer leaves the truth with the merchant. */
  async function act(orderNo: string, kind: ListDeed['kind'], run: () => Promise<Order>): Promise<void> {
    const { deed } = getState()
    if (deed !== null && deed.refusal === null) return
    setState({ deed: { orderNo, kind, refusal: null } })
    try {
      const order = await run()
      if (order.status !== 'pending') checkout.absorb(order)
      setState({ deed: null })
    } catch (error) {
      setState({ deed: { orderNo, kind, refusal: failureCodeOf(error) } })
    }
    await reload()
  }

  function tick(): void {
    callOffTick()
    const nowMs = clock.now()
    const isCounting = getState().orders.some((one) => isPayable(one, nowMs))
    if (!isShown || !isCounting) return
    setState({ nowMs })
    callOffTick = clock.after(1000, tick)
  }

  return {
    ...store,
    show() {
      isShown = true
      void reload()
    },
    hide() {
      isShown = false
      callOffTick()
    },
    reload,
    async more() {
      if (cursor === null || settledRound !== round || getState().isLoadingMore) return
      const present = round
      setState({ isLoadingMore: true })
      try {
        const next = await fetchPage(cursor)
        if (next !== null)
          setState(({ orders }) => ({ orders: [...orders, ...next], isLoadingMore: false, missing: null }))
      } catch (error) {
        failureCodeOf(error)
        if (present === round) setState({ isLoadingMore: false, missing: 'older' })
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
    open: (orderNo) => platform.navigation.toOrder(orderNo),
    toTab: (tab) => platform.navigation.toTab(tab),
  }
}

/** Answers whether an order can still be paid, as far as this phone knows. */
export function isPayable({ order, payableUntilMs }: ListedOrder, nowMs: number): boolean {
  return order.status === 'pending' && secondsUntil(payableUntilMs, nowMs) > 0
}

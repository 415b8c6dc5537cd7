import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Order } from '../../contract/api'
import type { FailureCode } from '../../contract/errors'
import { isRetryable } from '../../services/api-error'
import type { MerchantClient } from '../../services/merchant-client'
import type { Clock } from '../clock'
import { createOrderWatch, type OrderWatch } from './order-watch'

export interface ResultView {
  readonly orderNo: string | null
  /** Null until the merchant has answered. */
  readonly order: Order | null
  /** Why the merchant does not show this order. */
  readonly problem: FailureCode | null
  readonly isOffline: boolean
  /** The merchant takes more than three seconds to answer. */
  readonly isSlow: boolean
  /** How many answers have arrived. */
  readonly asked: number
  readonly isLong: boolean
}

/** The result of one order. It asks while the page is on the screen and the order is not settled. */
export interface ResultStore extends StoreApi<ResultView> {
  open(orderNo: string): void
  show(): void
  hide(): void
  retry(): Promise<void>
  /** The network came back: asks at once. */
  networkChanged(isOnline: boolean): void
  /** The payer sees that the order is paid. */
  celebrate(): void
}

export interface ResultDeps {
  readonly client: Pick<MerchantClient, 'order'>
  readonly vibrate: () => void
  readonly clock: Clock
  /** What another store knows of this order already; null when it knows nothing. */
  readonly known: (orderNo: string) => Order | null
  /** Called with each order that is no longer pending. */
  readonly onSettled: (order: Order) => void
}

const initial: ResultView = {
  orderNo: null,
  order: null,
  problem: null,
  isOffline: false,
  isSlow: false,
  asked: 0,
  isLong: false,
}

/** The order is still under way: the page goes on asking. */
const movingStatuses: ReadonlySet<Order['status']> = new Set<Order['status']>(['pending', 'refunding'])

export function createResultStore({ client, vibrate, clock, known, onSettled }: ResultDeps): ResultStore {
  const store = createStore<ResultView>(() => initial)
  const { getState, setState } = store

  const watch: OrderWatch = createOrderWatch<Order>({
    clock,
    ask() {
      const { orderNo } = getState()
      return orderNo === null ? null : client.order(orderNo)
    },
    onAnswer(order) {
      setState({ order, problem: null, isOffline: false, ...progress() })
      if (order.status !== 'pending') onSettled(order)
    },
    onProblem: (problem) =>
      setState({ ...(isRetryable(problem) ? { isOffline: true } : { problem, isOffline: false }), ...progress() }),
    onSlow: (isSlow) => setState({ isSlow }),
    isMoving() {
      const { order, problem } = getState()
      return order === null ? problem === null : movingStatuses.has(order.status)
    },
  })

  const progress = (): Pick<ResultView, 'asked' | 'isLong'> => ({ asked: getState().asked + 1, isLong: watch.isLong() })

  return {
    ...store,
    open(orderNo) {
      if (getState().orderNo === orderNo) return
      watch.restart()
      setState({ ...initial, orderNo, order: known(orderNo) })
    },
    show() {
      watch.show()
      void watch.askNow()
    },
    hide: watch.hide,
    retry: watch.askNow,
    networkChanged(isOnline) {
      if (isOnline && watch.isShown()) void watch.askNow()
    },
    celebrate: vibrate,
  }
}

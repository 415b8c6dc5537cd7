import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Order } from '../../contract/api'
import { confirmationDelayMs, isLongConfirmation } from '../../domain/confirmation'
import type { Navigation } from '../../platform/types'
import type { FailureCode } from '../../contract/errors'
import { failureCodeOf, isRetryable } from '../../services/api-error'
import type { MerchantClient } from '../../services/merchant-client'
import { createAsker } from './asker'
import type { Clock } from '../clock'
import { tellIfSlow } from './slow'

export interface ResultView {
  readonly orderNo: string | null
  /** Null until the merchant has answered. */
  readonly order: Order | null
  /** Why the merchant does not show this order. */
  readonly problem: FailureCode | null
  readonly isOffline: boolean
  /** The merchant takes more than three seconds to answer. */
  readonly isSlow: boolean
  /** How many answers have come. */
  readonly asked: number
  readonly isLong: boolean
}

/** What became of one order. It asks while the page is on the screen and the order is not settled. */
export interface ResultStore extends StoreApi<ResultView> {
  open(orderNo: string): void
  show(): void
  hide(): void
  retry(): Promise<void>
  toGoods(): void
  toOrder(): void
  /** The network came back: asks at once. */
  networkChanged(isOnline: boolean): void
  continuePaying(): void
  /** The payer sees that it is paid. */
  celebrate(): void
}

export interface ResultDeps {
  readonly client: Pick<MerchantClient, 'order'>
  readonly navigation: Pick<Navigation, 'toTab' | 'toCheckout' | 'toOrder'>
  readonly vibrate: () => void
  readonly clock: Clock
  /** What somebody else was told of this order already; null when nobody was. */
  readonly known: (orderNo: string) => Order | null
  /** Hears of every order that is not pending any more. */
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

/** Still under way: the page goes on asking. */
const movingStatuses: ReadonlySet<Order['status']> = new Set<Order['status']>(['pending', 'refunding'])

export function createResultStore({ client, navigation, vibrate, clock, known, onSettled }: ResultDeps): ResultStore {
  const store = createStore<ResultView>(() => initial)
  const { getState, setState } = store
  let isShown = false
  let startedAtMs = 0
  const asker = createAsker(clock, askOnce)

  async function askOnce(): Promise<void> {
    const { orderNo } = getState()
    if (orderNo === null) return
    const isStale = (): boolean => getState().orderNo !== orderNo
    try {
      const order = await tellIfSlow(clock, client.order(orderNo), (isSlow) => isStale() || setState({ isSlow }))
      if (isStale()) return
      setState({ order, problem: null, isOffline: false })
      if (order.status !== 'pending') onSettled(order)
    } catch (error) {
      const problem = failureCodeOf(error)
      if (isStale()) return
      setState(isRetryable(problem) ? { isOffline: true } : { problem, isOffline: false })
    }
    setState({ asked: getState().asked + 1, isLong: isLongConfirmation(startedAtMs, clock.now()) })
    schedule()
  }

  function schedule(): void {
    asker.stop()
    const { order, problem, asked } = getState()
    const isMoving = order === null ? problem === null : movingStatuses.has(order.status)
    if (isShown && isMoving) asker.later(confirmationDelayMs(asked))
  }

  return {
    ...store,
    open(orderNo) {
      if (getState().orderNo === orderNo) return
      asker.drop()
      startedAtMs = clock.now()
      setState({ ...initial, orderNo, order: known(orderNo) })
    },
    show() {
      isShown = true
      void asker.ask()
    },
    hide() {
      isShown = false
      asker.stop()
    },
    retry: () => asker.ask(),
    toGoods: () => navigation.toTab('goods'),
    toOrder() {
      const { orderNo } = getState()
      if (orderNo !== null) navigation.toOrder(orderNo)
    },
    networkChanged(isOnline) {
      if (isOnline && isShown) void asker.ask()
    },
    continuePaying() {
      const { orderNo } = getState()
      if (orderNo !== null) navigation.toCheckout(orderNo)
    },
    celebrate: vibrate,
  }
}

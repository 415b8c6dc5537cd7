import { createStore, type StoreApi } from 'zustand/vanilla'
import type { OrderDetail } from '../../contract/api'
import type { FailureCode } from '../../contract/errors'
import { failureCodeOf, isRetryable } from '../../services/api-error'
import { createShopClient } from '../../services/shop-client'
import type { PageStoreDeps } from '../app-stores'
import { createOrderWatch, type OrderWatch } from './order-watch'

export interface OrderView {
  readonly orderNo: string | null
  /** Null until the merchant has answered. */
  readonly order: OrderDetail | null
  /** Why the merchant does not show this order. */
  readonly problem: FailureCode | null
  readonly isOffline: boolean
  /** The merchant takes more than three seconds to answer. */
  readonly isSlow: boolean
  /** How long the order can still be paid; null unless it is pending. */
  readonly remainingSec: number | null
  /** What the payer asked for, until the merchant has answered. */
  readonly doing: 'cancel' | 'receipt' | 'refund' | null
  /** Why the merchant refused it. */
  readonly refusal: FailureCode | null
}

/** What the payer wants back: everything, or a number of some goods. */
export interface RefundWish {
  readonly reason: string
  /** Null: everything that is left. */
  readonly items: readonly { readonly goodsId: string; readonly quantity: number }[] | null
}

/** One order of the payer. It asks while it is on the screen and something is under way. */
export interface OrderStore extends StoreApi<OrderView> {
  open(orderNo: string): void
  show(): void
  hide(): void
  reload(): Promise<void>
  /** The payer's tap: opens the cashier for this order, with the prepay that exists. */
  continuePaying(): void
  cancel(): Promise<void>
  confirmReceipt(): Promise<void>
  /** Answers whether the merchant accepted it. The same wish again, after a lost answer, is the same refund. */
  askRefund(wish: RefundWish): Promise<boolean>
}

const initial: OrderView = {
  orderNo: null,
  order: null,
  problem: null,
  isOffline: false,
  isSlow: false,
  remainingSec: null,
  doing: null,
  refusal: null,
}

/** A refund is under way: the page goes on asking. */
const isMoving = ({ status, refund }: OrderDetail): boolean =>
  status === 'refunding' || refund?.status === 'requested' || refund?.status === 'approved'

export function createOrderStore({ client, clock, checkout, newId }: PageStoreDeps): OrderStore {
  const shop = createShopClient(client.authorized)
  const store = createStore<OrderView>(() => initial)
  const { getState, setState } = store
  let refundWish = ''
  let refundId = ''

  const watch: OrderWatch = createOrderWatch<OrderDetail>({
    clock,
    ask() {
      const { orderNo } = getState()
      return orderNo === null ? null : shop.detail(orderNo)
    },
    onAnswer: receive,
    onProblem: (problem) => setState(isRetryable(problem) ? { isOffline: true } : { problem, isOffline: false }),
    onSlow: (isSlow) => setState({ isSlow }),
    isMoving() {
      const { order, isOffline } = getState()
      return isOffline || (order !== null && isMoving(order))
    },
    onSecond() {
      const { order, remainingSec: shown } = getState()
      const remainingSec = order?.status === 'pending' ? watch.remainingSec() : null
      if (remainingSec !== shown) setState({ remainingSec })
      return remainingSec
    },
  })

  function receive(order: OrderDetail): void {
    watch.payableFor(order.payableForSec)
    setState({ order, problem: null, isOffline: false })
    if (order.status !== 'pending') checkout.takeOver(order)
    watch.countDown()
  }

  async function act(doing: NonNullable<OrderView['doing']>, run: () => Promise<OrderDetail>): Promise<boolean> {
    if (getState().doing !== null) return false
    setState({ doing, refusal: null })
    try {
      const order = await watch.track(run())
      if (order === null) return false
      receive(order)
      setState({ doing: null })
      watch.hurry()
      watch.plan()
      return true
    } catch (error) {
      setState({ doing: null, refusal: failureCodeOf(error) })
      // After a lost answer only the merchant knows what happened.
      void watch.askNow()
      return false
    }
  }

  const orderNoOf = (): string => getState().orderNo ?? ''

  return {
    ...store,
    open(orderNo) {
      if (getState().orderNo === orderNo) return
      watch.restart()
      setState({ ...initial, orderNo })
    },
    show() {
      watch.show()
      watch.hurry()
      void watch.askNow()
    },
    hide: watch.hide,
    reload: watch.askNow,
    continuePaying() {
      const { order } = getState()
      if (order !== null) void checkout.payOrder(order)
    },
    async cancel() {
      await act('cancel', () => shop.cancel(orderNoOf()))
    },
    async confirmReceipt() {
      await act('receipt', () => shop.confirmReceipt(orderNoOf()))
    },
    askRefund({ reason, items }) {
      const wish = JSON.stringify({ reason, items })
      if (wish !== refundWish) refundId = newId()
      refundWish = wish
      const request = { requestId: refundId, reason, ...(items === null ? {} : { items }) }
      return act('refund', () => shop.refund(orderNoOf(), request))
    },
  }
}

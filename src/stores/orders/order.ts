import { createStore, type StoreApi } from 'zustand/vanilla'
import type { OrderDetail } from '../../contract/api'
import { confirmationDelayMs } from '../../domain/confirmation'
import { createRequestId } from '../../domain/request-id'
import { secondsUntil } from '../../domain/time'
import type { FailureCode } from '../../contract/errors'
import { failureCodeOf, isRetryable } from '../../services/api-error'
import { createShopClient } from '../../services/shop-client'
import type { PageStoreDeps } from '../app-stores'
import { createAsker } from './asker'
import { tellIfSlow } from './slow'

export interface OrderView {
  readonly orderNo: string | null
  /** Null until the merchant has answered. */
  readonly order: OrderDetail | null
  /** Why the merchant does not show this order. */
  readonly problem: FailureCode | null
  readonly isOffline: boolean
  /** The merchant takes more than three seconds to answer. */
  readonly isSlow: boolean
  /** How long the order can still be paid; null where that does not matter. */
  readonly remainingSec: number | null
  /** What the payer asked for and the merchant has not answered yet. */
  readonly doing: 'cancel' | 'receipt' | 'refund' | null
  /** Why that did not happen. */
  readonly refusal: FailureCode | null
}

/** What is asked back: all of it, or so many of some goods. */
export interface RefundWish {
  readonly reason: string
  /** Null: the whole of what is left. */
  readonly items: readonly { readonly goodsId: string; readonly quantity: number }[] | null
}

/** One order of the payer's. It asks while it is on the screen and something is under way. */
export interface OrderStore extends StoreApi<OrderView> {
  open(orderNo: string): void
  show(): void
  hide(): void
  reload(): Promise<void>
  /** The payer's tap: opens the cashier for this very order, with the prepay that is there. */
  continuePaying(): void
  cancel(): Promise<void>
  confirmReceipt(): Promise<void>
  /** Answers whether the merchant took it. The same wish again, after a lost answer, is the same refund. */
  askRefund(wish: RefundWish): Promise<boolean>
  toGoods(): void
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

/** Money is on its way: the page goes on asking. */
const isMoving = ({ status, refund }: OrderDetail): boolean =>
  status === 'refunding' || refund?.status === 'requested' || refund?.status === 'approved'

export function createOrderStore({ client, platform, clock, checkout, random }: PageStoreDeps): OrderStore {
  const shop = createShopClient(client.authorized)
  const store = createStore<OrderView>(() => initial)
  const { getState, setState } = store
  let isShown = false
  let asked = 0
  let payableUntilMs = 0
  let refundWish = ''
  let refundId = ''
  let callOffTick = (): void => undefined
  const asker = createAsker(clock, askOnce)

  async function askOnce(): Promise<void> {
    const { orderNo } = getState()
    if (orderNo === null) return
    try {
      receive(await tellIfSlow(clock, shop.detail(orderNo), (isSlow) => setState({ isSlow })))
    } catch (error) {
      const problem = failureCodeOf(error)
      setState(isRetryable(problem) ? { isOffline: true } : { problem, isOffline: false })
    }
    asked += 1
    schedule()
  }

  function schedule(): void {
    const { order, isOffline } = getState()
    if (isShown && (isOffline || (order !== null && isMoving(order)))) asker.later(confirmationDelayMs(asked))
  }

  function receive(order: OrderDetail): void {
    payableUntilMs = clock.now() + order.payableForSec * 1000
    setState({ order, problem: null, isOffline: false })
    if (order.status !== 'pending') checkout.absorb(order)
    tick()
  }

  function tick(): void {
    callOffTick()
    const isPending = getState().order?.status === 'pending'
    const remainingSec = isPending ? secondsUntil(payableUntilMs, clock.now()) : null
    if (remainingSec !== getState().remainingSec) setState({ remainingSec })
    if (!isShown || remainingSec === null) return
    callOffTick = clock.after(1000, remainingSec > 0 ? tick : () => void asker.ask())
  }

  async function act(doing: NonNullable<OrderView['doing']>, run: () => Promise<OrderDetail>): Promise<boolean> {
    if (getState().doing !== null) return false
    setState({ doing, refusal: null })
    try {
      receive(await run())
      setState({ doing: null })
      asked = 0
      schedule()
      return true
    } catch (error) {
      setState({ doing: null, refusal: failureCodeOf(error) })
      // A lost answer leaves the truth with the merchant.
      void asker.ask()
      return false
    }
  }

  const orderNoOf = (): string => getState().orderNo ?? ''

  return {
    ...store,
    open(orderNo) {
      if (getState().orderNo === orderNo) return
      asker.drop()
      setState({ ...initial, orderNo })
    },
    show() {
      isShown = true
      asked = 0
      tick()
      void asker.ask()
    },
    hide() {
      isShown = false
      asker.stop()
      callOffTick()
    },
    reload: () => asker.ask(),
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
      if (wish !== refundWish) refundId = createRequestId(clock.now(), random)
      refundWish = wish
      const request = { requestId: refundId, reason, ...(items === null ? {} : { items }) }
      return act('refund', () => shop.refund(orderNoOf(), request))
    },
    toGoods: () => platform.navigation.toTab('goods'),
  }
}

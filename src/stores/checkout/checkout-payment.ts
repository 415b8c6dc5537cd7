import type { PaymentAnswer } from '../../contract/api'
import type { Fen } from '../../domain/money'
import { shownAmount } from '../../domain/shown-amount'
import type { PayOutcome, Platform } from '../../platform/types'
import { failureCodeOf, isRetryable } from '../../services/api-error'
import type { MerchantClient } from '../../services/merchant-client'
import type { CheckoutRun } from './checkout-run'
import type { DraftStore, OrderContent } from './draft'
import type { Purchase, PurchaseKeeper } from './purchase'
import type { ShelfStore } from './shelf'

export interface CheckoutPaymentDeps {
  readonly client: Pick<MerchantClient, 'createOrder' | 'payOrder'>
  readonly platform: Pick<Platform, 'accepts' | 'pay'>
  readonly shelf: Pick<ShelfStore, 'getState'>
  readonly draft: Pick<DraftStore, 'getState' | 'content' | 'clear'>
  readonly purchases: PurchaseKeeper
}

/** From the payer's tap to the cashier, and back. */
export interface CheckoutPayment {
  /** Orders, or pays the order that is there, and opens the cashier. */
  submit(): Promise<void>
  /** Sends a lost request again, under the same id. The cashier opens on a tap only, so the order waits for one. */
  resend(): Promise<void>
  /** Sends a request again that the host dropped in the background. */
  resendInterrupted(): void
}

/** The amount on the button that was tapped; null when it was not complete; 'resent': nobody tapped. */
type AgreedAmount = Fen | null | 'resent'

/** @param onBack called when the host says how the cashier ended: the payer sees the app again */
export function createCheckoutPayment(
  run: CheckoutRun,
  deps: CheckoutPaymentDeps,
  onBack: () => void,
): CheckoutPayment {
  const { client, platform, shelf, draft, purchases } = deps
  const { watch, move } = run
  const { getState, setState } = run.store

  async function submit(isResent = false): Promise<void> {
    const { items } = shelf.getState()
    if (purchases.orderNo() === null && items.length === 0) return
    const agreed = isResent ? 'resent' : amountOnButton()
    if (!move('submit')) return
    run.begin()
    const content = draft.content()
    const purchase = purchases.next(items, JSON.stringify(content))
    purchases.save(purchase)
    let answer: PaymentAnswer | null
    try {
      answer = await watch.track(request(purchase, content), (isSlow) => setState({ isSlow }))
    } catch (error) {
      const problem = failureCodeOf(error)
      if (!isRetryable(problem)) return run.refuse(problem)
      move('lose', { problem })
      return resendInterrupted()
    }
    if (answer !== null) await follow(answer, purchase, agreed)
  }

  /** Hosts end requests some seconds after the app has left the screen, and let none start there. */
  function resendInterrupted(): void {
    if (watch.wasHidden() && watch.isShown() && getState().state === 'unreachable') void submit(true)
  }

  function amountOnButton(): Fen | null {
    const { quote } = draft.getState()
    const { shippingFen, totalFen } = shownAmount({ order: getState().order, quote, ...shelf.getState() })
    return shippingFen === null ? null : totalFen
  }

  function request({ requestId, orderNo, payRequestId }: Purchase, content: OrderContent): Promise<PaymentAnswer> {
    const accepts = platform.accepts()
    if (orderNo === null) return client.createOrder({ requestId, accepts, ...content })
    return client.payOrder(orderNo, { requestId: payRequestId ?? requestId, accepts })
  }

  async function follow({ order, payment }: PaymentAnswer, purchase: Purchase, agreed: AgreedAmount): Promise<void> {
    if (purchase.orderNo === null) draft.clear()
    purchases.save({ ...purchase, orderNo: order.orderNo, payRequestId: null })
    run.receive(order)
    if (order.status !== 'pending') return run.settle(order)
    if (payment === null) return run.hold('prepayUnavailable')
    if (agreed === 'resent') return run.hold('resent')
    // The payer agreed to the amount on the button; another amount needs another tap.
    if (agreed !== null && order.totalFen !== agreed) return run.hold('repriced')
    const orderPageUrl = payment.kind === 'webView' ? payment.orderPageUrl : null
    if (!move('instruct', { orderPageUrl, linkCopied: null })) return
    const outcome = await watch.track(platform.pay(payment, order.orderNo))
    if (outcome === null) return
    if (outcome !== 'left') onBack()
    watch.hurry()
    showOutcome(outcome)
    await watch.askNow()
  }

  /** The phone's report only chooses the words; the merchant is asked for the truth afterwards. */
  function showOutcome(outcome: PayOutcome): void {
    if (outcome === 'ok') {
      if (!move('leave', { saidOk: true })) setState({ saidOk: true, canContinue: false })
    } else if (outcome === 'left') move('leave')
    else if (outcome === 'cancelled') move('cancel', { holdReason: 'cancelled' })
    else {
      console.warn(`pay: ${outcome.message}`)
      move('cancel', { holdReason: 'cashierClosed' })
    }
  }

  return { submit: () => submit(), resend: () => submit(true), resendInterrupted }
}

import type { Order } from '../../contract/api'
import type { CheckoutState } from '../../domain/checkout'
import type { FailureCode } from '../../contract/errors'

/** Why an order waits for its payment. */
export type HoldReason = 'cancelled' | 'notPaidYet' | 'prepayUnavailable' | 'cashierClosed' | 'repriced' | 'resent'

/** What the checkout page shows. */
export interface CheckoutView {
  readonly state: CheckoutState
  /** Null until the merchant has answered: then its amounts are the ones that count. */
  readonly order: Order | null
  readonly holdReason: HoldReason | null
  /** Why the merchant refused, or why it could not be asked. */
  readonly problem: FailureCode | null
  /** The last question about the result found no way to the merchant; it is asked again by itself. */
  readonly isOffline: boolean
  /** The phone says that there is no network at all. */
  readonly hasNetwork: boolean
  /** The merchant takes more than three seconds to answer. */
  readonly isSlow: boolean
  /** The payer came back from a cashier that reports nothing, and the merchant says that nothing was paid yet. */
  readonly canContinue: boolean
  /** The phone reported success. Only words depend on it. */
  readonly saidOk: boolean
  readonly isLong: boolean
  /** How long the order is still held; null while that does not matter. */
  readonly remainingSec: number | null
  /** The order's page for a browser, where the way to the cashier is a web-view: hosts refuse it, some without a word. */
  readonly orderPageUrl: string | null
  readonly linkCopied: boolean | null
}

export const initialView: CheckoutView = {
  state: 'idle',
  order: null,
  holdReason: null,
  problem: null,
  isOffline: false,
  hasNetwork: true,
  isSlow: false,
  canContinue: false,
  saidOk: false,
  isLong: false,
  remainingSec: null,
  orderPageUrl: null,
  linkCopied: null,
}

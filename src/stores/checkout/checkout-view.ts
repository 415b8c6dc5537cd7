import type { Order } from '../../contract/api'
import type { CheckoutState } from '../../domain/checkout'
import type { FailureCode } from '../../contract/errors'

/** Why an order waits for its payment. */
export type HoldReason = 'cancelled' | 'notPaidYet' | 'prepayUnavailable' | 'cashierClosed' | 'repriced' | 'resent'

/** What the checkout page shows. */
export interface CheckoutView {
  readonly state: CheckoutState
  /** Null until the merchant has answered. From then on its amounts count. */
  readonly order: Order | null
  readonly holdReason: HoldReason | null
  /** Why the merchant refused, or why it could not be reached. */
  readonly problem: FailureCode | null
  /** The last question did not reach the merchant. It is repeated automatically. */
  readonly isOffline: boolean
  /** The phone reports that it has no network. */
  readonly hasNetwork: boolean
  /** The merchant takes more than three seconds to answer. */
  readonly isSlow: boolean
  /** The payer came back from a cashier that reports nothing, and the merchant has no payment yet. */
  readonly canContinue: boolean
  /** The phone reported success. It only affects the words on the screen. */
  readonly saidOk: boolean
  readonly isLong: boolean
  /** How long the order can still be paid; null unless it waits for its payment. */
  readonly remainingSec: number | null
  /** The order's page for a browser, where the cashier is a web-view: hosts refuse it, some without an error. */
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

import type { Trade, TradeOrder } from './trade'

/** Why the business refuses, in words of no protocol: V2 and V3 each have a code and a text for it. */
export const reasons = [
  'appid-mchid',
  'merchant-unknown',
  'openid-missing',
  'openid-unknown',
  'openid-other-app',
  'sub-openid-other-app',
  'sub-merchant-missing',
  'sub-merchant-is-self',
  'sub-merchant-unrelated',
  'sub-appid-other-merchant',
  'different-parameters',
  'different-settlement',
  'already-paid',
  'already-closed',
  'expired',
  'number-used',
  'not-found',
  'close-paid',
  'close-too-soon',
  'close-of-sub-order',
  'close-list-differs',
  'refund-order-unknown',
  'refund-order-unpaid',
  'refund-merchant-unknown',
  'refund-total-differs',
  'refund-different',
  'refund-exceeds',
  'refund-too-low',
  'refund-all-done',
  'refund-too-many',
  'refund-too-soon',
  'refund-too-late',
  'refund-not-enough',
  'refund-payer-abnormal',
  'refund-unknown',
  'refund-not-abnormal',
  'bill-date',
  'bill-creating',
  'bill-none',
] as const

export type Reason = (typeof reasons)[number]

/** Details of a refusal, for the developer only, never for the client. */
export interface RefusalFacts {
  /** Value that is at fault, as the client sent it. */
  readonly value?: string
  /** Where it stood. Default: in the body. */
  readonly location?: 'query'
  /** Names of the parameters that differ from the first request. */
  readonly fields?: readonly string[]
  /** The order whose parameters differ. */
  readonly requested?: TradeOrder
  /** The trade that stands in the way. */
  readonly trade?: Trade
}

/** The ledger refuses: nothing was changed. The doors translate it. */
export class TradeRefusal extends Error {
  override readonly name = 'TradeRefusal'

  constructor(
    readonly reason: Reason,
    readonly facts: RefusalFacts = {},
  ) {
    super(reason)
  }
}

/**
 * The checkout, as a table. `cancelled`: an order exists, it is not paid, and the payer may continue. `confirming`: the
 * payer was at the cashier (收银台), and only the merchant knows the result.
 */
export const checkoutStates = [
  'idle',
  'creating',
  'invoking',
  'confirming',
  'paid',
  'cancelled',
  'expired',
  'refused',
  'unreachable',
] as const

export type CheckoutState = (typeof checkoutStates)[number]

export const checkoutEvents = [
  /** The payer taps the button: pay, continue, or try again. */
  'submit',
  /** An order of an earlier run or of a link is continued; the merchant is asked before anything is offered. */
  'resume',
  /** The merchant answered how to pay. */
  'instruct',
  /** The order waits for its payment, as the merchant says, and no cashier is open. */
  'hold',
  /** The payer came back from the cashier, and the phone reports no result. */
  'leave',
  /** The phone reports that the payer left the cashier, or that the cashier did not open. */
  'cancel',
  /** The merchant confirms the payment. */
  'settle',
  /** The merchant closed the order; WeChat Pay confirmed that it was not paid. */
  'close',
  /** The merchant refuses the request. */
  'refuse',
  /** The merchant could not be reached, and it is unknown whether the request arrived. */
  'lose',
  /** The payer starts over with a new order. */
  'restart',
] as const

export type CheckoutEvent = (typeof checkoutEvents)[number]

/** All moves. A move that is not in this table does not happen. */
export const checkoutTable: Readonly<Record<CheckoutState, Partial<Readonly<Record<CheckoutEvent, CheckoutState>>>>> = {
  idle: { submit: 'creating', resume: 'confirming' },
  creating: {
    instruct: 'invoking',
    hold: 'cancelled',
    settle: 'paid',
    close: 'expired',
    refuse: 'refused',
    lose: 'unreachable',
  },
  invoking: { leave: 'confirming', cancel: 'cancelled', settle: 'paid', close: 'expired' },
  // `submit`: the payer came back without paying; the merchant returns the same prepay, which can be paid only once.
  confirming: {
    submit: 'creating',
    hold: 'cancelled',
    cancel: 'cancelled',
    settle: 'paid',
    close: 'expired',
    refuse: 'refused',
    restart: 'idle',
  },
  // `settle`: the phone's "cancelled" is only a hint; a payment may still arrive.
  cancelled: { submit: 'creating', settle: 'paid', close: 'expired', restart: 'idle' },
  paid: { restart: 'idle' },
  expired: { restart: 'idle' },
  refused: { submit: 'creating', restart: 'idle' },
  unreachable: { submit: 'creating', settle: 'paid', close: 'expired', restart: 'idle' },
}

export type Transition =
  | { readonly kind: 'moved'; readonly from: CheckoutState; readonly to: CheckoutState }
  | { readonly kind: 'forbidden'; readonly from: CheckoutState; readonly event: CheckoutEvent }

/** Looks a move up. A move that is not in the table is returned as `forbidden`, not thrown. */
export function transition(from: CheckoutState, event: CheckoutEvent): Transition {
  const to = checkoutTable[from][event]
  return to === undefined ? { kind: 'forbidden', from, event } : { kind: 'moved', from, to }
}

/** A request or the cashier is under way, and taps do nothing. */
export function isInFlight(state: CheckoutState): boolean {
  return state === 'creating' || state === 'invoking'
}

/** An unsettled order may exist, so the merchant should be asked. */
export function isOpen(state: CheckoutState): boolean {
  return state === 'invoking' || state === 'confirming' || state === 'cancelled' || state === 'unreachable'
}

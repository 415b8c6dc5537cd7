/**
 * The checkout, as a table. `cancelled` means: an order is there, it is not paid, and the payer may go on. `confirming`
 * means: the payer was at the cashier (收银台) and only the merchant can say how it ended.
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
  /** An order of an earlier run or of a link is taken up; the merchant is asked before anything is offered. */
  'resume',
  /** The merchant said how to pay. */
  'instruct',
  /** The merchant says the order waits for its payment, and no cashier is open. */
  'hold',
  /** The phone came back without saying more than that. */
  'leave',
  /** The phone says that the payer went away from the cashier, or that it did not open. */
  'cancel',
  /** The merchant confirms the payment. */
  'settle',
  /** The merchant closed the order; WeChat Pay confirmed that it was not paid. */
  'close',
  /** The merchant refuses the request. */
  'refuse',
  /** The merchant could not be asked, so nobody knows whether the request arrived. */
  'lose',
  /** The payer starts over with a new order. */
  'restart',
] as const

export type CheckoutEvent = (typeof checkoutEvents)[number]

/** Every move there is. What is not in here does not happen. */
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
  // `submit`: the payer came back without paying; the merchant hands out the same prepay, which can be paid only once.
  confirming: {
    submit: 'creating',
    hold: 'cancelled',
    cancel: 'cancelled',
    settle: 'paid',
    close: 'expired',
    refuse: 'refused',
    restart: 'idle',
  },
  // `settle`: a "cancelled" of the phone is a hint only; a payment may still turn up.
  cancelled: { submit: 'creating', settle: 'paid', close: 'expired', restart: 'idle' },
  paid: { restart: 'idle' },
  expired: { restart: 'idle' },
  refused: { submit: 'creating', restart: 'idle' },
  unreachable: { submit: 'creating', settle: 'paid', close: 'expired', restart: 'idle' },
}

export type Transition =
  | { readonly kind: 'moved'; readonly from: CheckoutState; readonly to: CheckoutState }
  | { readonly kind: 'forbidden'; readonly from: CheckoutState; readonly event: CheckoutEvent }

/** Looks a move up. A move that the table does not have is a value to look at, never an exception. */
export function transition(from: CheckoutState, event: CheckoutEvent): Transition {
  const to = checkoutTable[from][event]
  return to === undefined ? { kind: 'forbidden', from, event } : { kind: 'moved', from, to }
}

/** A request or the cashier is under way: a tap does nothing now. */
export function isInFlight(state: CheckoutState): boolean {
  return state === 'creating' || state === 'invoking'
}

/** The merchant is worth asking: an order may be there and is not settled. */
export function isOpen(state: CheckoutState): boolean {
  return state === 'invoking' || state === 'confirming' || state === 'cancelled' || state === 'unreachable'
}

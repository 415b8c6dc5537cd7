import {
  checkoutEvents,
  checkoutStates,
  isInFlight,
  isOpen,
  transition,
  type CheckoutEvent,
  type CheckoutState,
} from '../../../../src/domain/checkout'

const moves: readonly [CheckoutState, CheckoutEvent, CheckoutState][] = [
  ['idle', 'submit', 'creating'],
  ['idle', 'resume', 'confirming'],
  ['creating', 'instruct', 'invoking'],
  ['creating', 'hold', 'cancelled'],
  ['creating', 'settle', 'paid'],
  ['creating', 'close', 'expired'],
  ['creating', 'refuse', 'refused'],
  ['creating', 'lose', 'unreachable'],
  ['invoking', 'leave', 'confirming'],
  ['invoking', 'cancel', 'cancelled'],
  ['invoking', 'settle', 'paid'],
  ['invoking', 'close', 'expired'],
  ['confirming', 'submit', 'creating'],
  ['confirming', 'hold', 'cancelled'],
  ['confirming', 'cancel', 'cancelled'],
  ['confirming', 'settle', 'paid'],
  ['confirming', 'close', 'expired'],
  ['confirming', 'refuse', 'refused'],
  ['confirming', 'restart', 'idle'],
  ['cancelled', 'submit', 'creating'],
  ['cancelled', 'settle', 'paid'],
  ['cancelled', 'close', 'expired'],
  ['cancelled', 'restart', 'idle'],
  ['paid', 'restart', 'idle'],
  ['expired', 'restart', 'idle'],
  ['refused', 'submit', 'creating'],
  ['refused', 'restart', 'idle'],
  ['unreachable', 'submit', 'creating'],
  ['unreachable', 'settle', 'paid'],
  ['unreachable', 'close', 'expired'],
  ['unreachable', 'restart', 'idle'],
]

const isMove = (from: CheckoutState, event: CheckoutEvent) =>
  moves.some((move) => move[0] === from && move[1] === event)

const forbidden = checkoutStates.flatMap((from) =>
  checkoutEvents.filter((event) => !isMove(from, event)).map((event) => [from, event] as const),
)

describe('the checkout table', () => {
  it.each(moves)('%s, on %s, becomes %s', (from, event, to) => {
    expect(transition(from, event)).toEqual({ kind: 'moved', from, to })
  })

  it.each(forbidden)('%s, on %s, stays and says so', (from, event) => {
    expect(transition(from, event)).toEqual({ kind: 'forbidden', from, event })
  })

  it('has a word on every cell', () => {
    expect(moves.length + forbidden.length).toBe(checkoutStates.length * checkoutEvents.length)
  })

  it('takes no tap while a request or the cashier is under way', () => {
    for (const state of checkoutStates.filter(isInFlight)) expect(transition(state, 'submit').kind).toBe('forbidden')
    expect(checkoutStates.filter(isInFlight)).toEqual(['creating', 'invoking'])
  })

  it('believes the merchant about a payment wherever an order may be open', () => {
    for (const state of checkoutStates.filter(isOpen)) {
      expect(transition(state, 'settle')).toEqual({ kind: 'moved', from: state, to: 'paid' })
    }
  })
})

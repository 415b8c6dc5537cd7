import type { TagProps } from '../../components/tag'
import type { Order } from '../../contract/api'

/** Where an order stands, in one word: its payment first, then its goods. */
export type Standing =
  'pending' | 'preparing' | 'shipped' | 'completed' | 'closed' | 'held' | 'refundAsked' | 'refunding' | 'refunded'

/** Works out where an order stands. */
export function standingOf({ status, fulfilment, refund }: Order): Standing {
  if (status !== 'paid') return status
  if (refund?.status === 'requested') return 'refundAsked'
  return fulfilment === 'shipped' || fulfilment === 'completed' ? fulfilment : 'preparing'
}

/** The colour of its tag; the word on it says the same. */
export const standingTones: Readonly<Record<Standing, TagProps['tone']>> = {
  pending: 'warn',
  preparing: 'info',
  shipped: 'info',
  completed: 'accent',
  closed: 'neutral',
  held: 'warn',
  refundAsked: 'neutral',
  refunding: 'neutral',
  refunded: 'neutral',
}

import type { TagProps } from '../../components/tag'
import type { Order } from '../../contract/api'

/** The state of an order in one word: of its payment first, then of its goods. */
export type Standing =
  'pending' | 'preparing' | 'shipped' | 'completed' | 'closed' | 'held' | 'refundAsked' | 'refunding' | 'refunded'

/** Derives the state that a payer sees. */
export function standingOf({ status, fulfilment, refund }: Order): Standing {
  if (status !== 'paid') return status
  if (refund?.status === 'requested') return 'refundAsked'
  return fulfilment === 'shipped' || fulfilment === 'completed' ? fulfilment : 'preparing'
}

/** The colour of the tag. The word on the tag says the same. */
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

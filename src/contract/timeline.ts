/** The history of an order. In a separate file, because only a subpackage uses the list: the main package stays smaller. */

export const timelineKinds = [
  'created',
  'paid',
  'held',
  'closed',
  'preparing',
  'shipped',
  'completed',
  'refundRequested',
  'refundApproved',
  'refundDeclined',
  'refundProcessing',
  'refunded',
  'refundAbnormal',
  'refundFailed',
] as const
export type TimelineKind = (typeof timelineKinds)[number]

export interface TimelineEntry {
  readonly kind: TimelineKind
  readonly at: string
  /** A detail in plain words or numbers: a tracking number, a refund number, a reason. */
  readonly note: string | null
  /** Of a payment or a refund. */
  readonly amountFen: number | null
}

import { daysAgo, formatClock, formatMonthDay } from '../../domain/time'
import type { ShopCopy } from './copy/types'

/** Writes a time for people: "today" and "yesterday" instead of their dates. */
export function orderTime(instant: string, nowMs: number, { orders }: ShopCopy): string {
  const clock = formatClock(instant)
  const days = daysAgo(instant, nowMs)
  if (days === 0) return orders.today(clock)
  return days === 1 ? orders.yesterday(clock) : `${formatMonthDay(instant)} ${clock}`
}

import { daysAgo, formatClock, formatMonthDay } from '../../domain/time'
import type { ShopCopy } from './copy/types'

/** When something was, as people say it: today and yesterday by name. */
export function orderTime(instant: string, nowMs: number, { orders }: ShopCopy): string {
  const clock = formatClock(instant)
  const days = daysAgo(instant, nowMs)
  if (days === 0) return orders.today(clock)
  return days === 1 ? orders.yesterday(clock) : `${formatMonthDay(instant)} ${clock}`
}

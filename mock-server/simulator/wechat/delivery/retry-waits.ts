import type { Notice } from '../domain/notice'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/**
 * Waits between scheduled deliveries: at most 15 repeats in 24 h 4 min.
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248
 */
export const retryWaitsMs = [
  15 * secondMs,
  15 * secondMs,
  30 * secondMs,
  3 * minuteMs,
  10 * minuteMs,
  20 * minuteMs,
  30 * minuteMs,
  30 * minuteMs,
  30 * minuteMs,
  60 * minuteMs,
  3 * hourMs,
  3 * hourMs,
  3 * hourMs,
  6 * hourMs,
  6 * hourMs,
] as const

/** When the schedule delivers again after a delivery at `at`; null after the last. */
export function nextDeliveryAt(notice: Notice, at: number): number | null {
  const wait = retryWaitsMs[notice.scheduled_attempts]
  return wait === undefined ? null : at + wait
}

/**
 * Writes the remaining time as minutes and seconds; below zero as zero.
 * @example formatCountdown(708) // '11:48'
 */
export function formatCountdown(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds))
  return `${pad(Math.floor(left / 60))}:${pad(left % 60)}`
}

/** Seconds from now until a time, rounded up; never below zero. */
export function secondsUntil(untilMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1000))
}

/**
 * Writes an instant in Beijing time, wherever the phone is.
 * @example formatInstant('2026-11-20T14:31:58+08:00') // '2026-11-20 14:31'
 */
export function formatInstant(instant: string): string {
  const parsed = Date.parse(instant)
  if (Number.isNaN(parsed)) return ''
  const beijing = new Date(parsed + 8 * 60 * 60 * 1000)
  const day = [beijing.getUTCFullYear(), pad(beijing.getUTCMonth() + 1), pad(beijing.getUTCDate())].join('-')
  return `${day} ${pad(beijing.getUTCHours())}:${pad(beijing.getUTCMinutes())}`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

const dayMs = 24 * 60 * 60 * 1000
const beijingMs = 8 * 60 * 60 * 1000

/** Days since an instant, by Beijing's calendar: 0 is today, 1 yesterday. */
export function daysAgo(instant: string, nowMs: number): number {
  const dayOf = (ms: number): number => Math.floor((ms + beijingMs) / dayMs)
  return dayOf(nowMs) - dayOf(Date.parse(instant))
}

/** @example formatClock('2026-11-20T14:31:58+08:00') // '14:31' */
export function formatClock(instant: string): string {
  return formatInstant(instant).slice(11)
}

/** @example formatMonthDay('2026-11-20T14:31:58+08:00') // '11-20' */
export function formatMonthDay(instant: string): string {
  return formatInstant(instant).slice(5, 10)
}

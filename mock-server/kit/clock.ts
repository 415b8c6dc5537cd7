/** A source of time in milliseconds since 1970. */
export interface Clock {
  now(): number
}

export const wallClock: Clock = { now: () => Date.now() }

const hourMs = 3_600_000

/** RFC 3339 with seconds in Beijing time, as WeChat Pay writes it: `2026-11-20T14:31:52+08:00`. */
export function toBeijingTime(ms: number): string {
  return new Date(ms + 8 * hourMs).toISOString().slice(0, 19) + '+08:00'
}

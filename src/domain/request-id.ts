const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomLength = 22

/**
 * Creates a request id: ordered by time, then 22 random characters, so that two phones never share one.
 * @param random from 0 up to, but not including, 1
 */
export function createRequestId(nowMs: number, random: () => number): string {
  const letters = Array.from({ length: randomLength }, () => alphabet.charAt(Math.floor(random() * alphabet.length)))
  return `${nowMs.toString(36)}-${letters.join('')}`
}

import type { Clock } from './clock'

/** After this wait a page says that the network is slow. */
const slowMs = 3000

/** Waits for an answer. Calls `onSlow` with true when that takes long, and with false when the wait is over. */
export async function reportSlow<T>(
  clock: Pick<Clock, 'after'>,
  answer: Promise<T>,
  onSlow: (isSlow: boolean) => unknown,
): Promise<T> {
  let isSlow = false
  const cancel = clock.after(slowMs, () => onSlow((isSlow = true)))
  try {
    return await answer
  } finally {
    cancel()
    if (isSlow) onSlow(false)
  }
}

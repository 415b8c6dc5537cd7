import type { Clock } from '../clock'

/** From here on a page says that the network is slow. */
const slowMs = 3000

/** Waits for an answer, and tells when that takes long, and when it is over. */
export async function tellIfSlow<T>(
  clock: Pick<Clock, 'after'>,
  answer: Promise<T>,
  tell: (isSlow: boolean) => void,
): Promise<T> {
  let isSlow = false
  const callOff = clock.after(slowMs, () => tell((isSlow = true)))
  try {
    return await answer
  } finally {
    callOff()
    if (isSlow) tell(false)
  }
}

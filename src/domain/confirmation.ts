const second = 1000

/** Waits between two questions to the merchant: short while the notification usually arrives, then longer, without an end. */
export const confirmationDelaysMs: readonly number[] = [1, 2, 3, 5, 8].map((seconds) => seconds * second)

export const slowDelayMs = 15 * second

/**
 * After this time without a word from the cashier (收银台), a payer whose order is not paid counts as back. Hosts may close
 * the cashier, and tell the app nothing.
 */
export const quietCashierMs = 15 * second

/** After this time the page says that confirming takes longer than usual. It never says "failed". */
export const longConfirmationMs = 30 * second

/**
 * How long to wait before the next question.
 * @param asked how many answers have arrived
 */
export function confirmationDelayMs(asked: number): number {
  return confirmationDelaysMs[asked] ?? slowDelayMs
}

export function isLongConfirmation(startedAtMs: number, nowMs: number): boolean {
  return nowMs - startedAtMs >= longConfirmationMs
}

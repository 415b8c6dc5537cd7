/** An amount of money in fen (分), a whole number. One yuan is 100 fen. */
export type Fen = number

/** Answers whether a value can be an amount: a whole number of fen, not below zero. */
export function isFen(value: unknown): value is Fen {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/**
 * Writes an amount in yuan, without the sign.
 * @example toYuan(12900) // '129.00'
 */
export function toYuan(fen: Fen): string {
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** @example formatYuan(12900) // '¥129.00' */
export function formatYuan(fen: Fen): string {
  return `¥${toYuan(fen)}`
}

/**
 * Writes an amount as people say it, without trailing zeros.
 * @example spokenYuan(12900) // '129'
 * @example spokenYuan(12950) // '129.5'
 */
export function spokenYuan(fen: Fen): string {
  return String(Number(toYuan(fen)))
}

import { randomInt } from 'node:crypto'
import { takeRandomBytes } from '../../../crypto/digest'
import { toBeijingTime } from '../../../kit/clock'

const digitsOf = (ms: number): string => toBeijingTime(ms).replace(/\D/g, '').slice(0, 14)

/** `wx`, Beijing day and time, hex: 36 characters, and in the order of time, which keeps the index small. */
export function createPrepayId(now: number): string {
  return `wx${digitsOf(now)}${takeRandomBytes(10).toString('hex')}`
}

/** 28 digits that begin with 42, the day inside. */
export function createTransactionId(now: number): string {
  const random = `${randomInt(0, 100_000_000)}`.padStart(8, '0') + `${randomInt(0, 10_000_000)}`.padStart(7, '0')
  return `42${'00'}${digitsOf(now).slice(0, 8)}${random}${randomInt(0, 10)}`
}

/** 29 digits that begin with 503, the day inside. */
export function createRefundId(now: number): string {
  const head = `${randomInt(0, 10_000_000)}`.padStart(7, '0')
  const tail = `${randomInt(0, 100_000_000_000)}`.padStart(11, '0')
  return `503${head}${digitsOf(now).slice(0, 8)}${tail}`
}

/** Eleven digits, as vouchers have had since 2021. */
export function createCouponId(): string {
  return String(randomInt(10_000_000_000, 100_000_000_000))
}

/** The batch of a voucher. */
export function createStockId(): string {
  return String(randomInt(10_000_000, 100_000_000))
}

/** 30 digits that begin with 3008, the day inside. UNVERIFIED: the shape. */
export function createSharingOrderId(now: number): string {
  return `3008${`${randomInt(0, 10_000_000)}`.padStart(7, '0')}${digitsOf(now).slice(0, 8)}${`${randomInt(0, 100_000_000_000)}`.padStart(11, '0')}`
}

/** The `package` digits of an H5 link. */
export function createLinkDigits(): string {
  return String(randomInt(1_000_000_000, 4_294_967_295))
}

/** The request bodies of orders and closes as data: lengths, patterns and the names that refusals use. */
export const outTradeNo = /^[0-9A-Za-z_\-|*]+$/

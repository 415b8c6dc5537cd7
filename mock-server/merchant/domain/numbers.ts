/** RFC 4648 base32: without 0, 1, 8 and 9, so that people can read a number out on the telephone. */
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const hourMs = 3_600_000

/** Random bytes in an order number. */
export const orderNumberBytes = 8

/** `SC` + Beijing date + `-` + 8 characters, such as `SC261121-QX7K2MPA`. `random` holds 8 bytes. */
export function toOrderNo(nowMs: number, random: Uint8Array): string {
  const day = new Date(nowMs + 8 * hourMs).toISOString().slice(2, 10).replaceAll('-', '')
  return `SC${day}-${Array.from(random.slice(0, orderNumberBytes), (byte) => base32[byte % 32]).join('')}`
}

/** The merchant order number (商户订单号) of an attempt: at most 32 of `[0-9A-Za-z_\-|*]`. `number` counts from 1. */
export function toOutTradeNo(orderNo: string, number: number): string {
  return `${orderNo}-${String(number).padStart(2, '0')}`
}

/** The number of a refund that somebody asked for: `RF` + Beijing date + `-` + 8 characters. `random` holds 8 bytes. */
export function toRefundNo(nowMs: number, random: Uint8Array): string {
  return toOrderNo(nowMs, random).replace(/^SC/, 'RF')
}

/** The number of an automatic refund follows from the payment's number: a payment goes back whole and once. */
export function toAutomaticRefundNo(outTradeNo: string): string {
  return `R${outTradeNo}`
}

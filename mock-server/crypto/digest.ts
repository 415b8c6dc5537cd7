import { createHash, randomFillSync, timingSafeEqual } from 'node:crypto'

/** Lower-case hex SHA-256. */
export function sha256Hex(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Lower-case hex MD5, for protocols that demand it. It is not secure. */
export function md5Hex(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex')
}

/** Compares two secrets in a time that does not depend on where they differ. */
export function isEqualSecret(left: string, right: string): boolean {
  // All digests have the same length, so the length of the secret does not show either.
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest())
}

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const poolBytes = 8192
const pool = Buffer.alloc(poolBytes)
let poolUsed = poolBytes

/** Takes random bytes from a pool, each once: many small requests to the system are slow. */
export function takeRandomBytes(length: number): Buffer {
  if (length > poolBytes) return randomFillSync(Buffer.alloc(length))
  if (poolUsed + length > poolBytes) {
    randomFillSync(pool)
    poolUsed = 0
  }
  const taken = Buffer.from(pool.subarray(poolUsed, poolUsed + length))
  poolUsed += length
  return taken
}

/** Random digits and letters, evenly spread. 32 of them carry 190 bits. */
export function randomAlphanumeric(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of takeRandomBytes(length + 8)) {
      // 248 is the largest multiple of 62 below 256: higher bytes would favour the first letters.
      if (byte < 248 && text.length < length) text += letters[byte % 62]
    }
  }
  return text
}

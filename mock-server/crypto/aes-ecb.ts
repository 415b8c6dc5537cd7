import { createCipheriv, createDecipheriv } from 'node:crypto'

/** AES-256 in ECB mode with PKCS#7 padding. It does not prove who wrote a text, and equal blocks look equal. */

/** Encrypts UTF-8 text; answers base64. The key is 32 ASCII characters. */
export function encryptAesEcb(key: string, plaintext: string): string {
  const cipher = createCipheriv('aes-256-ecb', Buffer.from(key), null)
  return Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]).toString('base64')
}

/**
 * Decrypts what `encryptAesEcb` made.
 * @throws when padding or UTF-8 is wrong, which another key nearly always causes
 */
export function decryptAesEcb(key: string, ciphertext: string): string {
  const decipher = createDecipheriv('aes-256-ecb', Buffer.from(key), null)
  const bytes = Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64')), decipher.final()])
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

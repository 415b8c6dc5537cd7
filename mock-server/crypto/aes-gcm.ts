import { createCipheriv, createDecipheriv } from 'node:crypto'

const tagBytes = 16

export interface AesGcmInput {
  /** 16, 24 or 32 ASCII characters; WeChat Pay's APIv3 key has 32. */
  readonly key: string
  /** Initialisation vector, taken as its UTF-8 bytes. */
  readonly nonce: string
  readonly associatedData: string
}

/** Encrypts UTF-8 text; answers base64 of the ciphertext followed by the 16-byte tag. */
export function encryptAesGcm(input: AesGcmInput, plaintext: string): string {
  const cipher = createCipheriv(algorithmFor(input.key), Buffer.from(input.key), Buffer.from(input.nonce))
  cipher.setAAD(Buffer.from(input.associatedData))
  return Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/**
 * Decrypts what `encryptAesGcm` made.
 * @throws when key, nonce, associated data or any bit of the ciphertext differs
 */
export function decryptAesGcm(input: AesGcmInput, ciphertext: string): string {
  const bytes = Buffer.from(ciphertext, 'base64')
  if (bytes.length < tagBytes) throw new Error('The ciphertext is shorter than its tag.')
  const decipher = createDecipheriv(algorithmFor(input.key), Buffer.from(input.key), Buffer.from(input.nonce), {
    authTagLength: tagBytes,
  })
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes))
  decipher.setAAD(Buffer.from(input.associatedData))
  return Buffer.concat([decipher.update(bytes.subarray(0, bytes.length - tagBytes)), decipher.final()]).toString('utf8')
}

function algorithmFor(key: string): 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' {
  switch (Buffer.byteLength(key)) {
    case 16:
      return 'aes-128-gcm'
    case 24:
      return 'aes-192-gcm'
    case 32:
      return 'aes-256-gcm'
    default:
      throw new Error(`An AES key has 16, 24 or 32 bytes; this one has ${Buffer.byteLength(key)}.`)
  }
}

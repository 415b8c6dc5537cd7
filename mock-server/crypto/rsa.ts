import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  privateDecrypt,
  publicEncrypt,
  publicDecrypt,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'

const generate = promisify(generateKeyPair)

/** Makes a fresh RSA-2048 pair. Takes a few hundred milliseconds off the main thread. */
export async function createRsaKeyPair(): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  return generate('rsa', { modulusLength: 2048 })
}

/** Parses a PEM into a KeyObject. Parse once: doing it for each signature halves the throughput of a server. */
export function parsePrivateKey(pem: string): KeyObject {
  return createPrivateKey(pem)
}

/** Parses a PEM public key or a PEM certificate. */
export function parsePublicKey(pem: string): KeyObject {
  return createPublicKey(pem)
}

/** Signs with RSASSA-PKCS1-v1_5 and SHA-256; answers base64. */
export function signRsaSha256(privateKey: KeyObject, message: string | Uint8Array): string {
  return sign('sha256', toBytes(message), privateKey).toString('base64')
}

/** Tells whether a base64 signature fits. A text that is not base64 does not fit; nothing is thrown. */
export function verifyRsaSha256(publicKey: KeyObject, message: string | Uint8Array, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64')
  // Node skips characters that are not base64: encoding again must give the text that was sent.
  if (bytes.toString('base64') !== signature) return false
  return verify('sha256', toBytes(message), publicKey, bytes)
}

/** Decrypts base64 RSAES-OAEP (SHA-1, MGF1 with SHA-1) to text; null where it was not made for this key. */
export function decryptRsaOaep(privateKey: KeyObject, ciphertext: string): string | null {
  try {
    const key = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
    return privateDecrypt(key, Buffer.from(ciphertext, 'base64')).toString('utf8')
  } catch {
    // Made for another key, or not a ciphertext.
    return null
  }
}

/** Encrypts a text as base64 RSAES-OAEP (SHA-1, MGF1 with SHA-1): with 2048 bits at most 214 bytes. */
export function encryptRsaOaep(publicKey: KeyObject, text: string): string {
  const key = { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
  return publicEncrypt(key, Buffer.from(text)).toString('base64')
}

/** The first bytes of DigestInfo, hex. @see https://www.rfc-editor.org/rfc/rfc8017#section-9.2 */
const digestInfos = {
  sha256: '3031300d060960864801650304020105000420',
  sha1: '3021300906052b0e03021a05000414',
  md5: '3020300c06082a864886f70d020505000410',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
} as const

export type SignedDigest =
  | { readonly kind: keyof typeof digestInfos; readonly hash: Buffer }
  /** The signed bytes are not a DigestInfo. */
  | { readonly kind: 'bare'; readonly bytes: Buffer }

/**
 * Recovers the digest from a PKCS#1 v1.5 signature; null where another key signed. One RSA operation thus tells whether
 * the key is right, without knowing the text.
 */
export function openRsaSignature(publicKey: KeyObject, signature: Uint8Array): SignedDigest | null {
  let opened: Buffer
  try {
    opened = publicDecrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, signature)
  } catch {
    // Signed with another key, or not a signature.
    return null
  }
  const hex = opened.toString('hex')
  for (const [kind, head] of Object.entries(digestInfos) as [keyof typeof digestInfos, string][]) {
    if (hex.startsWith(head)) return { kind, hash: opened.subarray(head.length / 2) }
  }
  return { kind: 'bare', bytes: opened }
}

/** Tells whether the bytes are an RSASSA-PSS signature (SHA-256) of the message. */
export function isPssSignature(publicKey: KeyObject, message: string | Uint8Array, signature: Uint8Array): boolean {
  const key = { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }
  return verify('sha256', toBytes(message), key, signature)
}

function toBytes(message: string | Uint8Array): Uint8Array {
  return typeof message === 'string' ? Buffer.from(message, 'utf8') : message
}

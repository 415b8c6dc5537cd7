import { createHash, type KeyObject } from 'node:crypto'
import { openRsaSignature, type SignedDigest } from '../../../crypto/rsa'

/** The keys that a signature is tried with, and whose they are. */

export interface KeyHolder {
  readonly mchid: string
  /** Upper-case hex. */
  readonly serial: string
  readonly publicKey: KeyObject
}

export interface KnownKeys {
  readonly merchants: readonly KeyHolder[]
  /** WeChat Pay's own: certificate and bare public key. */
  readonly platform: readonly { readonly serial: string; readonly publicKey: KeyObject }[]
}

/** Other merchants' keys tried per refusal at most. */
const foreignKeysMax = 32

export type Signer =
  | { readonly kind: 'own' | 'other-merchant'; readonly holder: KeyHolder; readonly digest: SignedDigest }
  | { readonly kind: 'platform'; readonly serial: string; readonly digest: SignedDigest }

/** Whose key made the signature; null for a key that the simulator does not know, or for damaged bytes. */
export function findSigner(own: KeyHolder | undefined, keys: KnownKeys, signature: Uint8Array): Signer | null {
  const ownDigest = own && openRsaSignature(own.publicKey, signature)
  if (own && ownDigest) return { kind: 'own', holder: own, digest: ownDigest }
  for (const { serial, publicKey } of keys.platform) {
    const digest = openRsaSignature(publicKey, signature)
    if (digest) return { kind: 'platform', serial, digest }
  }
  for (const holder of keys.merchants.filter(({ mchid }) => mchid !== own?.mchid).slice(0, foreignKeysMax)) {
    const digest = openRsaSignature(holder.publicKey, signature)
    if (digest) return { kind: 'other-merchant', holder, digest }
  }
  return null
}

/** Names a public key, as `openssl pkey -pubin -outform DER | sha256sum` begins. */
export function fingerprint(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(der).digest('hex').slice(0, 16)
}

/** Of a 2048-bit key; nothing shorter or longer can be a merchant's signature. */
const signatureBytes = 256

/** The bytes of a signature, however it was written down; `plain` where it is base64 as it should be. */
export function readSignature(text: string): { readonly bytes: Buffer; readonly as: SignatureForm } | null {
  const plain = Buffer.from(text, 'base64')
  if (plain.length === signatureBytes && plain.toString('base64') === text) return { bytes: plain, as: 'plain' }
  for (const { as, read } of forms) {
    const bytes = read(text)
    if (bytes?.length === signatureBytes) return { bytes, as }
  }
  return null
}

export type SignatureForm = 'plain' | (typeof forms)[number]['as']

const forms = [
  { as: 'hex', read: (text: string) => (/^[0-9a-f]{512}$/i.test(text) ? Buffer.from(text, 'hex') : null) },
  {
    as: 'base64 with percent-escapes',
    read: (text: string) =>
      /%[0-9a-f]{2}/i.test(text)
        ? Buffer.from(text.replace(/%2B/gi, '+').replace(/%2F/gi, '/').replace(/%3D/gi, '='), 'base64')
        : null,
  },
  {
    as: 'base64 in several lines',
    read: (text: string) => (/\s|\\n/.test(text) ? Buffer.from(text.replace(/\s|\\[rn]/g, ''), 'base64') : null),
  },
  { as: 'base64url', read: (text: string) => (/^[\w-]+=*$/.test(text) ? Buffer.from(text, 'base64url') : null) },
  { as: 'base64 without its padding or with a stray character', read: (text: string) => Buffer.from(text, 'base64') },
] as const

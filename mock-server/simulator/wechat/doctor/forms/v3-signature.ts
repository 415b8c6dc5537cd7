import { createHash } from 'node:crypto'
import { isPssSignature, type SignedDigest } from '../../../../crypto/rsa'
import { compareTexts, showText, type Found } from '../../../kit/diagnosis'
import {
  parseV3Authorization,
  v3ClockSkewSec,
  v3RequestMessage,
  type V3Authorization,
} from '../../../../wire/v3-signing'
import { cannotTell, found, foundAll, type Mistake, type WechatFinding } from '../findings'
import { findSigner, fingerprint, readSignature, type KeyHolder, type KnownKeys, type Signer } from '../known-keys'
import { bySha256, inWords, search } from './search'
import { v3SearchSpace, type SignedParts } from './v3-space'

/** A request whose signature was refused, as it came. */
export interface RefusedRequest extends Omit<SignedParts, 'timestamp' | 'nonce'> {
  readonly authorization: string | undefined
  /** Wall clock in milliseconds when it was refused. */
  readonly receivedAt: number
}

type Finding = Found<WechatFinding>

/**
 * Says why a V3 request was not let in. Opens the signature with each key that it knows, so that a wrong key and a wrong
 * text are told apart, and looks for the text that was signed instead.
 */
export function diagnoseV3Request(request: RefusedRequest, keys: KnownKeys): Finding {
  const values = parseV3Authorization(request.authorization)
  if (values === 'malformed' || values === 'wrong-scheme') return headerFinding(request.authorization, values)
  const own = keys.merchants.find(({ mchid }) => mchid === values.mchid)
  return (
    timestampFinding(values, request.receivedAt) ??
    merchantFinding(values, own, keys) ??
    signatureFinding(request, values, own, keys)
  )
}

function headerFinding(header: string | undefined, fault: 'malformed' | 'wrong-scheme'): Finding {
  if (header === undefined || header === '')
    return found('AUTHORIZATION_MISSING', 'The request has no Authorization header.')
  const scheme = header.split(' ', 1)[0] ?? ''
  if (fault === 'wrong-scheme')
    return found('SCHEME_DIFFERS', `The Authorization header begins with ${scheme.slice(0, 40)}.`)
  const absent = ['mchid', 'nonce_str', 'timestamp', 'serial_no', 'signature'].filter(
    // The character in front is looked for alone: a run of blanks must not be tried from each of its places.
    (name) => !new RegExp(`[ ,\\t]${name}="[^"]`).test(header),
  )
  return found(
    'AUTHORIZATION_MALFORMED',
    absent.length > 0
      ? `The Authorization header lacks ${inWords(absent)}, or writes it otherwise than name="value".`
      : 'The Authorization header names an attribute twice or another one besides the five.',
  )
}

function timestampFinding({ timestamp }: V3Authorization, receivedAt: number): Finding | null {
  const now = String(Math.floor(receivedAt / 1000))
  if (!/^\d+$/.test(timestamp)) {
    return found('TIMESTAMP_STALE', `The timestamp ${timestamp.slice(0, 40)} is no number of seconds.`, {
      expected: now,
      received: timestamp.slice(0, 40),
    })
  }
  const seconds = Number(timestamp)
  const comparison = { expected: now, received: timestamp.slice(0, 40) }
  if (Math.abs(seconds / 1000 - receivedAt / 1000) <= v3ClockSkewSec)
    return found('TIMESTAMP_MS', `The timestamp has ${timestamp.length} digits: it is in milliseconds.`, comparison)
  const late = Math.round(receivedAt / 1000 - seconds)
  if (Math.abs(late) <= v3ClockSkewSec) return null
  const hours = Math.abs(late) / 3600
  const zone =
    Math.abs(hours - Math.round(hours)) < 0.05 && hours < 15
      ? ' A whole number of hours suggests a time zone taken twice.'
      : ''
  return found(
    'TIMESTAMP_STALE',
    `The timestamp is ${Math.abs(late)} s ${late > 0 ? 'old' : 'in the future'}; ${v3ClockSkewSec} s are allowed.${zone}`,
    comparison,
  )
}

function merchantFinding(values: V3Authorization, own: KeyHolder | undefined, keys: KnownKeys): Finding | null {
  const serial = values.serial_no.toUpperCase()
  const ofSerial = keys.merchants.find((holder) => holder.serial === serial)
  if (own?.serial === serial) return null
  const known = own ? { expected: own.serial, received: values.serial_no.slice(0, 80) } : {}
  if (own === undefined) {
    if (ofSerial)
      return found(
        'MCHID_OF_SERIAL_DIFFERS',
        `The serial number belongs to merchant ${ofSerial.mchid}, and mchid says ${values.mchid.slice(0, 40)}.`,
        { expected: ofSerial.mchid, received: values.mchid.slice(0, 40) },
      )
    const looksLikeApp = /^wx[0-9a-f]{16}$/.test(values.mchid) ? ', which looks like an appid' : ''
    const there = keys.merchants.slice(0, 5).map(({ mchid }) => mchid)
    return found(
      'MCHID_UNKNOWN',
      `There is no merchant ${values.mchid.slice(0, 40)}${looksLikeApp}; known: ${inWords(there)}.`,
    )
  }
  if (ofSerial)
    return found(
      'MCHID_OF_SERIAL_DIFFERS',
      `The serial number belongs to merchant ${ofSerial.mchid}, and mchid says ${own.mchid}, whose serial is ${own.serial}.`,
      known,
    )
  if (keys.platform.some((platform) => platform.serial.toUpperCase() === serial)) {
    return values.serial_no.startsWith('PUB_KEY_ID_')
      ? found('SERIAL_IS_PUBLIC_KEY_ID', "serial_no is the id of WeChat Pay's public key.", known)
      : found('SERIAL_OF_PLATFORM', "serial_no is that of WeChat Pay's platform certificate.", known)
  }
  if (serial.startsWith('PUB_KEY_ID_'))
    return found('SERIAL_IS_PUBLIC_KEY_ID', 'serial_no is the id of a public key of WeChat Pay.', known)
  if (/^\d{20,}$/.test(serial) && BigInt(serial).toString(16).toUpperCase() === own.serial.replace(/^0+/, ''))
    return found('SERIAL_DECIMAL', "serial_no is the certificate's serial number in decimal.", known)
  if (serial.replace(/[:\s]/g, '').replace(/^0+/, '') === own.serial.replace(/^0+/, ''))
    return found('SERIAL_UNKNOWN', 'serial_no is written with colons, blanks or other leading zeros.', known)
  return found(
    'SERIAL_UNKNOWN',
    `serial_no is not the serial of merchant ${own.mchid}, which is ${own.serial} (key ${fingerprint(own.publicKey)}).`,
    known,
  )
}

function signatureFinding(
  request: RefusedRequest,
  values: V3Authorization,
  own: KeyHolder | undefined,
  keys: KnownKeys,
): Finding {
  const parts = { ...request, timestamp: values.timestamp, nonce: values.nonce_str }
  const right = v3RequestMessage(parts.method, parts.target, parts.timestamp, parts.nonce, parts.body)
  const signature = readSignature(values.signature)
  if (signature === null)
    return found('SIGNATURE_ENCODING', 'The signature is no base64 of 256 bytes: no RSA-2048 signature looks so.')
  const signer = findSigner(own, keys, signature.bytes)
  if (signer === null) return ofNobody(right, own, signature.bytes)

  const match = signer.digest.kind === 'sha256' ? search(v3SearchSpace(parts), bySha256(signer.digest.hash)) : null
  const mistakes: Mistake[] = [
    ...whoSigned(signer, own),
    ...howWritten(signature.as),
    ...whatDigest(signer.digest, right),
  ]
  if (match)
    mistakes.push(...match.mistakes.map(({ finding, what }) => ({ finding, text: `The client signed ${what}.` })))
  const comparison = match && match.text !== right ? compareTexts(right, match.text) : { expected: showText(right) }
  const [first, ...others] = mistakes
  if (first === undefined) return match ? rightAfterAll(right) : unknownText(signer, right)
  const all = foundAll([first, ...others], comparison)
  const isTextOpen = !match && signer.digest.kind === 'sha256' && first.finding !== 'DIGEST_TWICE'
  return isTextOpen ? { ...all, message: `${all.message} ${otherTextToo}` } : all
}

const otherTextToo = 'The signed text is not the expected one either; which one it is cannot be told.'

function rightAfterAll(right: string): Finding {
  return cannotTell(0, 'Key, text and signature are right: the request was refused for another reason.', {
    expected: showText(right),
  })
}

function whoSigned(signer: Signer, own: KeyHolder | undefined): readonly Mistake[] {
  if (signer.kind === 'own') return []
  if (signer.kind === 'platform')
    return [{ finding: 'PLATFORM_KEY', text: `The signature was made with WeChat Pay's own key ${signer.serial}.` }]
  return [
    {
      finding: 'KEY_OF_OTHER_MERCHANT',
      text: `The signature was made with the key of merchant ${signer.holder.mchid} (${fingerprint(signer.holder.publicKey)}); the header names ${own?.mchid ?? 'nobody'}${own ? ` (${fingerprint(own.publicKey)})` : ''}.`,
    },
  ]
}

function howWritten(as: string): readonly Mistake[] {
  return as === 'plain' ? [] : [{ finding: 'SIGNATURE_ENCODING', text: `The signature is written as ${as}.` }]
}

function whatDigest(digest: SignedDigest, right: string): readonly Mistake[] {
  if (digest.kind === 'bare')
    return [
      {
        finding: 'DIGEST_DIFFERS',
        text: 'The signature contains the bare text or digest, without the name of a digest.',
      },
    ]
  if (digest.kind !== 'sha256')
    return [{ finding: 'DIGEST_DIFFERS', text: `The signature was made with ${digest.kind.toUpperCase()}.` }]
  const once = createHash('sha256').update(right, 'utf8').digest()
  const forms = [once, Buffer.from(once.toString('hex')), Buffer.from(once.toString('base64'))]
  return forms.some((form) => createHash('sha256').update(form).digest().equals(digest.hash))
    ? [{ finding: 'DIGEST_TWICE', text: 'The client signed the SHA-256 of the text instead of the text.' }]
    : []
}

function ofNobody(right: string, own: KeyHolder | undefined, signature: Uint8Array): Finding {
  if (own && isPssSignature(own.publicKey, right, signature))
    return found('PADDING_PSS', 'The key and the text are right; the padding is PSS.', { expected: showText(right) })
  return cannotTell(
    4,
    `The signature was made with a key that nobody here has, or it was damaged on its way: it cannot be told which, nor what was signed. ` +
      `Compare the public half of the private key in use with the merchant's certificate${own ? ` (serial ${own.serial}, key ${fingerprint(own.publicKey)})` : ''}.`,
    { expected: showText(right) },
  )
}

function unknownText(signer: Signer, right: string): Finding {
  return cannotTell(
    0,
    `The key is right${signer.kind === 'own' ? ` (merchant ${signer.holder.mchid})` : ''}, but the signed text is another one, and none of the mistakes known here gives it. Compare what the client signed with the expected text, byte by byte.`,
    { expected: showText(right) },
  )
}

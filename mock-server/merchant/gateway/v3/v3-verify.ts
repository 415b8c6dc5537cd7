import type { IncomingHttpHeaders } from 'node:http'
import { verifyRsaSha256 } from '../../../crypto/rsa'
import {
  v3AuthorizationScheme,
  v3ClockSkewSec,
  v3Headers,
  v3ResponseMessage,
  v3SignatureProbePrefix,
} from '../../../wire/v3-signing'
import type { PlatformKeys } from './platform-keys'

export type SignatureRefusal =
  'UNSIGNED' | 'SIGNATURE_TYPE_UNKNOWN' | 'SIGNATURE_PROBE' | 'STALE' | 'SERIAL_UNKNOWN' | 'SIGNATURE_WRONG'

/** In lower case, as Node names headers. Computed once instead of for each message. */
const names = {
  timestamp: v3Headers.timestamp.toLowerCase(),
  nonce: v3Headers.nonce.toLowerCase(),
  signature: v3Headers.signature.toLowerCase(),
  serial: v3Headers.serial.toLowerCase(),
  signatureType: v3Headers.signatureType.toLowerCase(),
  requestId: v3Headers.requestId.toLowerCase(),
}

export function isSigned(headers: IncomingHttpHeaders): boolean {
  return headers[names.signature] !== undefined
}

export function requestIdOf(headers: IncomingHttpHeaders): string | null {
  return textOf(headers, names.requestId)
}

/**
 * Checks an answer or a notification before anything in it is parsed: presence, probe, clock window, serial, signature.
 * @param nowMs wall clock: the window is about transport, not about business
 * @returns null when it is WeChat Pay's and fresh
 * @throws WechatPayError when the key cannot be downloaded now
 */
export async function findSignatureRefusal(
  headers: IncomingHttpHeaders,
  body: Buffer,
  keys: PlatformKeys,
  nowMs: number,
): Promise<SignatureRefusal | null> {
  const timestamp = textOf(headers, names.timestamp)
  const nonce = textOf(headers, names.nonce)
  const signature = textOf(headers, names.signature)
  const serial = textOf(headers, names.serial)
  if (timestamp === null || nonce === null || signature === null || serial === null) return 'UNSIGNED'
  const signatureType = textOf(headers, names.signatureType)
  if (signatureType !== null && signatureType !== v3AuthorizationScheme) return 'SIGNATURE_TYPE_UNKNOWN'
  if (signature.startsWith(v3SignatureProbePrefix)) return 'SIGNATURE_PROBE'
  if (!isFresh(timestamp, nowMs)) return 'STALE'
  const key = await keys.find(serial)
  if (key === null) return 'SERIAL_UNKNOWN'
  const message = v3ResponseMessage(timestamp, nonce, body.toString('utf8'))
  return verifyRsaSha256(key, message, signature) ? null : 'SIGNATURE_WRONG'
}

/** Whether a timestamp in seconds is at most five minutes away, in either direction. */
export function isFresh(timestamp: string, nowMs: number): boolean {
  if (!/^\d{1,12}$/.test(timestamp)) return false
  return Math.abs(Math.floor(nowMs / 1000) - Number(timestamp)) <= v3ClockSkewSec
}

function textOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' && value !== '' ? value : null
}

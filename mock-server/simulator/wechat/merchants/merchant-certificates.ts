import type { KeyObject, X509Certificate } from 'node:crypto'
import { readCertificate } from '../../../crypto/read-certificate'
import type { Lack, MerchantIdentity } from '../identity'

/** A merchant API certificate (商户API证书) as the service knows it. */
export interface MerchantCertificate {
  /** Upper-case hex. */
  readonly serial: string
  readonly publicKey: KeyObject
  /** Virtual milliseconds. */
  readonly endsAt: number
  readonly state: CertificateState
}

export type CertificateState = 'current' | 'revoked' | 'replaced'

/** What the store keeps where it differs from the merchant's identity: the newest last. */
export interface KeptCertificate {
  readonly certificate: string
  readonly state: CertificateState
  readonly ends_at: number
}

/** The setting under which the store keeps what became of a merchant's certificates. */
export function certificatesSetting(mchid: string): string {
  return `certificates/${mchid}`
}

export function certificateOf({ certificate }: Pick<MerchantIdentity, 'certificate'>): KeptCertificate {
  return { certificate, state: 'current', ends_at: readCertificate(certificate).notAfter.getTime() }
}

export function parseCertificate({ certificate, state, ends_at }: KeptCertificate): MerchantCertificate {
  const { serial, publicKey } = readCertificate(certificate)
  return { serial, publicKey, state, endsAt: ends_at }
}

interface Holder {
  readonly certificates: readonly MerchantCertificate[]
  readonly lacks: ReadonlySet<Lack>
}

/**
 * The certificate that a serial names, or why it does not let its owner in; `unknown` where the merchant never had it, so also
 * for another merchant's.
 * @param now virtual milliseconds
 */
export function findCertificate(
  { certificates, lacks }: Holder,
  serial: string,
  now: number,
): MerchantCertificate | CertificateRefusal {
  if (lacks.has('certificate')) return 'none'
  if (lacks.has('apiv3_key')) return 'no-apiv3-key'
  return findOwn(certificates, serial, now)
}

/**
 * Whether a certificate that was shown in a handshake is one that the merchant may use now: by serial and key, since anybody
 * can write a certificate with the merchant's serial. The APIv3 key has no part in it.
 */
export function mayShow({ certificates, lacks }: Holder, shown: X509Certificate, now: number): boolean {
  const found = lacks.has('certificate') ? 'none' : findOwn(certificates, shown.serialNumber, now)
  return typeof found !== 'string' && shown.publicKey.equals(found.publicKey)
}

function findOwn(
  certificates: readonly MerchantCertificate[],
  serial: string,
  now: number,
): MerchantCertificate | CertificateRefusal {
  const found = certificates.find((one) => one.serial === serial.toUpperCase())
  if (found === undefined) return 'unknown'
  if (found.state !== 'current') return found.state
  return found.endsAt <= now ? 'expired' : found
}

export type CertificateRefusal = 'none' | 'no-apiv3-key' | 'unknown' | 'expired' | 'revoked' | 'replaced'

/** The vendor's texts, letter by letter. */
export const certificateTexts: Readonly<Record<CertificateRefusal, string>> = {
  none: '商户未申请过证书。',
  'no-apiv3-key': '商户未设置 APIv3 密钥。',
  unknown: '商户证书序列号有误。',
  expired: '商户证书已过期。',
  revoked: '商户证书已作废。',
  replaced: '已更换证书，请使用新证书',
}

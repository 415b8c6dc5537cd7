import { X509Certificate, type KeyObject } from 'node:crypto'

export interface CertificateFacts {
  /** Upper-case hex, as WeChat Pay writes it in headers. */
  readonly serial: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: KeyObject
}

/**
 * Reads serial, validity and key of a PEM certificate.
 * @throws where the text is no certificate
 */
export function readCertificate(pem: string): CertificateFacts {
  const certificate = new X509Certificate(pem)
  return {
    serial: certificate.serialNumber.toUpperCase(),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    publicKey: certificate.publicKey,
  }
}

/** Tells whether the private half of this authority's key signed the certificate. */
export function isIssuedBy(pem: string, authority: string): boolean {
  return new X509Certificate(pem).verify(new X509Certificate(authority).publicKey)
}

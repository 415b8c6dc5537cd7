import 'reflect-metadata'
import { randomBytes, webcrypto, X509Certificate, type KeyObject } from 'node:crypto'
import * as x509 from '@peculiar/x509'

// Node's types and those of the library describe the same object in two ways.
x509.cryptoProvider.set(webcrypto as unknown as Crypto)

const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

export interface CertificateOptions {
  /** X.500 name, such as `CN=Tenpay.com Sign, O=Tenpay.com, C=CN`. */
  readonly subject: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly notBefore: Date
  readonly notAfter: Date
  /** Upper-case hex; 40 random digits where left out. */
  readonly serial?: string
}

export interface Certificate {
  readonly pem: string
  /** Upper-case hex, as WeChat Pay writes it in headers. */
  readonly serial: string
}

/** Makes a self-signed X.509 certificate. Its serial is the one that `openssl x509 -serial` shows. */
export async function createCertificate(options: CertificateOptions): Promise<Certificate> {
  const serial = options.serial ?? randomSerial()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    name: options.subject,
    notBefore: options.notBefore,
    notAfter: options.notAfter,
    signingAlgorithm: algorithm,
    keys: {
      privateKey: await webcrypto.subtle.importKey(
        'pkcs8',
        options.privateKey.export({ type: 'pkcs8', format: 'der' }),
        algorithm,
        true,
        ['sign'],
      ),
      publicKey: await webcrypto.subtle.importKey(
        'spki',
        options.publicKey.export({ type: 'spki', format: 'der' }),
        algorithm,
        true,
        ['verify'],
      ),
    },
  })
  const pem = certificate.toString('pem') + '\n'
  return { pem, serial: readCertificate(pem).serial }
}

/** Reads serial, validity and key of a PEM certificate. */
export function readCertificate(pem: string): {
  serial: string
  notBefore: Date
  notAfter: Date
  publicKey: KeyObject
} {
  const certificate = new X509Certificate(pem)
  return {
    serial: certificate.serialNumber.toUpperCase(),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    publicKey: certificate.publicKey,
  }
}

/** 20 bytes, the first between 0x40 and 0x7f: a positive number of exactly 40 hex digits. */
function randomSerial(): string {
  const bytes = randomBytes(20)
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return bytes.toString('hex').toUpperCase()
}

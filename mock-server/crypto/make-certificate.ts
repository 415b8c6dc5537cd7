import 'reflect-metadata'
import { randomBytes, webcrypto, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509'
import * as x509 from '@peculiar/x509'
import { readCertificate } from './read-certificate'

/** Certificates for the simulators and for TLS on this machine. Servers that only read certificates do not load this file. */

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
  /** Upper-case hex. Default: 40 random digits. */
  readonly serial?: string
}

export interface Certificate {
  readonly pem: string
  /** Upper-case hex, as WeChat Pay writes it in headers. */
  readonly serial: string
}

/** Makes a self-signed X.509 certificate. `openssl x509 -serial` shows the same serial. */
export async function createCertificate(options: CertificateOptions): Promise<Certificate> {
  return selfSign(options, [])
}

/**
 * Makes the certificate of a local authority (根证书) that can vouch for the given hosts only: trusting it gives its key no
 * power over other names.
 */
export async function createAuthority(options: CertificateOptions, hosts: readonly string[]): Promise<Certificate> {
  return selfSign(options, [
    new x509.BasicConstraintsExtension(true, 0, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    await x509.SubjectKeyIdentifierExtension.create(await importPublic(options.publicKey)),
    new x509.Extension(id_ce_nameConstraints, true, new Uint8Array(permittedNames(hosts))),
  ])
}

/** Tells whether an authority was made for exactly these hosts. */
export function isAuthorityFor(pem: string, hosts: readonly string[]): boolean {
  const constraints = new x509.X509Certificate(pem).getExtension(id_ce_nameConstraints)
  return constraints !== null && Buffer.from(constraints.value).equals(permittedNames(hosts))
}

/** Makes a TLS server's certificate under an authority, for host names and IPv4 addresses. */
export async function issueServerCertificate(
  options: Omit<CertificateOptions, 'privateKey'>,
  hosts: readonly string[],
  authority: { readonly certificate: string; readonly privateKey: KeyObject },
): Promise<Certificate> {
  const issuer = new x509.X509Certificate(authority.certificate)
  const publicKey = await importPublic(options.publicKey)
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: options.serial ?? randomSerial(),
    subject: options.subject,
    issuer: issuer.subject,
    notBefore: options.notBefore,
    notAfter: options.notAfter,
    signingAlgorithm: algorithm,
    publicKey,
    signingKey: await importPrivate(authority.privateKey),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const),
      ),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return toCertificate(certificate)
}

async function selfSign(options: CertificateOptions, extensions: x509.Extension[]): Promise<Certificate> {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: options.serial ?? randomSerial(),
    name: options.subject,
    notBefore: options.notBefore,
    notAfter: options.notAfter,
    signingAlgorithm: algorithm,
    extensions,
    keys: { privateKey: await importPrivate(options.privateKey), publicKey: await importPublic(options.publicKey) },
  })
  return toCertificate(certificate)
}

function toCertificate(certificate: x509.X509Certificate): Certificate {
  const pem = certificate.toString('pem') + '\n'
  return { pem, serial: readCertificate(pem).serial }
}

function importPrivate(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), algorithm, true, ['sign'])
}

function importPublic(key: KeyObject): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('spki', key.export({ type: 'spki', format: 'der' }), algorithm, true, ['verify'])
}

/** The value of a name constraints extension. @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10 */
function permittedNames(hosts: readonly string[]): Buffer {
  const subtrees = hosts.map((host) => {
    const base = new GeneralName(isIP(host) === 0 ? { dNSName: host } : { iPAddress: `${host}/32` })
    return new GeneralSubtree({ base })
  })
  const constraints = new NameConstraints({ permittedSubtrees: new GeneralSubtrees(subtrees) })
  return Buffer.from(AsnConvert.serialize(constraints))
}

/** 20 bytes, the first between 0x40 and 0x7f: a positive number of exactly 40 hex digits. */
function randomSerial(): string {
  const bytes = randomBytes(20)
  bytes[0] = (bytes[0]! & 0x3f) | 0x40
  return bytes.toString('hex').toUpperCase()
}

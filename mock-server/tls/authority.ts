import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createAuthority, isAuthorityFor, issueServerCertificate } from '../crypto/make-certificate'
import { isIssuedBy, readCertificate } from '../crypto/read-certificate'
import { createRsaKeyPair, parsePrivateKey } from '../crypto/rsa'
import { writeSecret } from '../kit/secret-file'

/** A certificate authority of this installation, and the certificate that the TLS port shows. */
export interface Authority {
  /** What a client must trust, PEM. */
  readonly certificate: string
  /** Where it is kept; null in memory. */
  readonly file: string | null
  /** The server's certificate and key, PEM: the one at hand, or a new one where that ends soon. */
  server(): Promise<ServerIdentity>
}

export interface ServerIdentity {
  readonly cert: string
  readonly key: string
}

interface Kept {
  readonly certificate: string
  readonly privateKey: string
}

const dayMs = 24 * 3_600_000
const authorityDays = 3650
/** Some systems refuse server certificates that live longer than 398 days. */
const serverDays = 397
/** What ends sooner is made anew: the authority so long before, the server's certificate so long before. */
const authorityMarginDays = 400
const serverMarginDays = 30

const names = {
  authority: ['ca.pem', 'ca_key.pem'],
  server: ['tls_cert.pem', 'tls_key.pem'],
} as const

/**
 * Opens the authority of a data folder, or makes it at the first start; null: keeps nothing. Its private keys are
 * readable by their owner only.
 * @param now wall clock, milliseconds
 */
export async function openAuthority(
  dataFolder: string | null,
  hosts: readonly string[],
  now: () => number,
): Promise<Authority> {
  const kept = read('authority')
  let server = read('server')
  const isUsable =
    kept !== null && endsIn(kept) > authorityMarginDays * dayMs && isAuthorityFor(kept.certificate, hosts)
  const authority = isUsable ? kept : keep('authority', await createOwn())
  if (!isUsable) server = null
  let making: Promise<Kept> | null = null

  return {
    certificate: authority.certificate,
    file: dataFolder === null ? null : path.join(dataFolder, names.authority[0]),
    async server() {
      if (
        server === null ||
        endsIn(server) < serverMarginDays * dayMs ||
        !isIssuedBy(server.certificate, authority.certificate)
      ) {
        making ??= issue().finally(() => (making = null))
        server = keep('server', await making)
      }
      return { cert: server.certificate, key: server.privateKey }
    },
  }

  function endsIn({ certificate }: Kept): number {
    return readCertificate(certificate).notAfter.getTime() - now()
  }

  function read(which: keyof typeof names): Kept | null {
    if (dataFolder === null) return null
    const [certificate, privateKey] = names[which].map((name) => path.join(dataFolder, name))
    if (!existsSync(certificate!) || !existsSync(privateKey!)) return null
    return { certificate: readFileSync(certificate!, 'utf8'), privateKey: readFileSync(privateKey!, 'utf8') }
  }

  function keep(which: keyof typeof names, made: Kept): Kept {
    if (dataFolder !== null) {
      const [certificate, privateKey] = names[which].map((name) => path.join(dataFolder, name))
      mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
      writeSecret(privateKey!, made.privateKey)
      writeFileSync(certificate!, made.certificate)
    }
    return made
  }

  async function createOwn(): Promise<Kept> {
    const { privateKey, publicKey } = await createRsaKeyPair()
    const { pem } = await createAuthority(
      // The date keeps two authorities of one machine apart in a list of trusted ones.
      { subject: `CN=Local simulators ${isoDay()}`, privateKey, publicKey, ...validity(authorityDays) },
      hosts,
    )
    return { certificate: pem, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
  }

  async function issue(): Promise<Kept> {
    const { privateKey, publicKey } = await createRsaKeyPair()
    const { pem } = await issueServerCertificate(
      { subject: 'CN=Simulated hosts', publicKey, ...validity(serverDays) },
      hosts,
      { certificate: authority.certificate, privateKey: parsePrivateKey(authority.privateKey) },
    )
    return { certificate: pem, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
  }

  function isoDay(): string {
    return new Date(now()).toISOString().slice(0, 10)
  }

  function validity(days: number): { notBefore: Date; notAfter: Date } {
    // A clock of a container may be a little behind.
    return { notBefore: new Date(now() - dayMs), notAfter: new Date(now() + days * dayMs) }
  }
}

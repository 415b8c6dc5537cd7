import { createRequire } from 'node:module'
import type { Client } from 'pg'

/** The driver is loaded only where there is an address: most starts and checks have none. */
const load = createRequire(__filename)

/** What the driver makes of DATABASE_URL. */
export interface Connection {
  /** A name, an address, or the folder of a socket. */
  readonly host: string
  readonly password: string
  /** Whom the driver believes that it talks to: anybody, any server of an authority, or the host alone. */
  readonly tls: 'none' | 'unverified' | 'other-name' | 'verified'
}

type TlsOptions =
  boolean | { readonly rejectUnauthorized?: boolean; readonly checkServerIdentity?: unknown } | undefined

/**
 * Asks the driver itself how it would connect: it takes the last of two equal parameters, the environment (PGSSLMODE) and
 * the files that the address names. Nothing is connected.
 * @throws where the driver cannot use the address; the message may show a part of it
 * @see https://github.com/brianc/node-postgres/tree/master/packages/pg-connection-string
 */
export function readConnection(url: string): Connection {
  const driver = load('pg') as { readonly Client: typeof Client }
  // Its types know of `ssl` only whether it is there, and of no password that is missing.
  const { host, password, ssl } = new driver.Client({ connectionString: url }) as unknown as {
    readonly host: string
    readonly password: string | null | undefined
    readonly ssl: TlsOptions
  }
  return { host, password: password ?? '', tls: tlsOf(ssl) }
}

function tlsOf(ssl: TlsOptions): Connection['tls'] {
  if (ssl === undefined || ssl === false) return 'none'
  if (ssl === true) return 'verified'
  if (ssl.rejectUnauthorized === false) return 'unverified'
  return ssl.checkServerIdentity === undefined ? 'verified' : 'other-name'
}

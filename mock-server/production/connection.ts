import { Client } from 'pg'

/** What the driver makes of DATABASE_URL. */
export interface Connection {
  /** A name, an address, or the folder of a socket. */
  readonly host: string
  readonly password: string
  readonly tls: 'none' | 'unverified' | 'other-name' | 'verified'
}

/**
 * Asks the driver itself how it would connect: it takes the last of two equal parameters, the environment (PGSSLMODE) and
 * the files that the address names. Nothing is connected.
 * @throws where the driver cannot use the address; the message may show a part of it
 * @see https://github.com/brianc/node-postgres/tree/master/packages/pg-connection-string
 */
export function readConnection(url: string): Connection {
  const { host, password, ssl } = new Client({ connectionString: url }) as unknown as {
    readonly host: string
    readonly password: string | null | undefined
    readonly ssl:
      boolean | { readonly rejectUnauthorized?: boolean; readonly checkServerIdentity?: unknown } | undefined
  }
  return { host, password: password ?? '', tls: tlsOf(ssl) }
}

function tlsOf(
  ssl: boolean | { readonly rejectUnauthorized?: boolean; readonly checkServerIdentity?: unknown } | undefined,
) {
  if (ssl === undefined || ssl === false) return 'none'
  if (ssl === true) return 'verified'
  if (ssl.rejectUnauthorized === false) return 'unverified'
  return ssl.checkServerIdentity === undefined ? 'verified' : 'other-name'
}

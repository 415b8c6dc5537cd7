import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/**
 * The certificate that a client showed in the TLS handshake, which proved that it holds the key: no header can say so.
 * `plain` where the request came in without TLS and so could show none; null where TLS was used and none was shown.
 * Whose it is, is for the caller to compare: no authority was asked.
 */
export function presentedCertificate({ socket }: { readonly socket: Socket }): X509Certificate | 'plain' | null {
  if (!(socket instanceof TLSSocket)) return 'plain'
  return socket.getPeerX509Certificate() ?? null
}

/** Whether a request came in through TLS. */
export function isOverTls({ socket }: { readonly socket: Socket }): boolean {
  return socket instanceof TLSSocket
}

import { createServer as createHttp, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { listenBare } from '../kit/http/listen'
import type { Authority } from './authority'

/** The simulators under their real names. */
export interface TlsDoor {
  /** `https://localhost:4443` */
  readonly url: string
  /** The CONNECT proxy, `http://127.0.0.1:4444`; `/ca.pem` there is what a client must trust. */
  readonly proxyUrl: string
  close(): Promise<void>
}

export interface TlsDoorOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly proxyPort: number
  readonly authority: Authority
  /** Who answers under which host name, lower case. Only these can be reached, also through the proxy. */
  readonly companies: ReadonlyMap<string, RequestListener>
  /** Names of this machine itself: they can be called, and are not tunnelled. */
  readonly localNames: readonly string[]
}

const renewalLookMs = 12 * 3_600_000
/** As long as the plain ports hold an idle connection. */
const keepAliveMs = 72_000

/**
 * Ends TLS and hands each request to the company whose name it bears, in this process: bytes, request target and headers
 * stay as they came, and the company sees the client's own socket, so that a client certificate can't be claimed by a header.
 * @throws PortTakenError, PortForbiddenError
 */
export async function createTlsDoor(options: TlsDoorOptions): Promise<TlsDoor> {
  const { authority, companies } = options
  const sockets = new Set<Socket>()
  const watch = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }

  const https = createHttps(
    {
      ...(await authority.server()),
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      keepAliveTimeout: keepAliveMs,
      // Requested for V2's refunds, which check it; clients without a certificate are served too.
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      const listener = companies.get(nameOf(request))
      if (listener) return listener(request, response)
      response.writeHead(421, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(`Nobody answers here as ${nameOf(request) || 'a host without a name'}. ${known()}\n`)
    },
  )
  https.on('connection', watch)

  const proxy = createHttp((request, response) => {
    const direct = directTarget(request.url ?? '')
    const listener = direct && isTunnelled(direct.name) ? companies.get(direct.name) : undefined
    if (direct && listener) {
      request.url = direct.target
      request.headers['x-forwarded-proto'] = 'https'
      return listener(request, response)
    }
    const isCertificate = request.method === 'GET' && request.url === '/ca.pem'
    response.writeHead(isCertificate ? 200 : 403, {
      'content-type': isCertificate ? 'application/x-pem-file' : 'text/plain; charset=utf-8',
    })
    response.end(isCertificate ? authority.certificate : `This proxy only tunnels TLS (CONNECT). ${known()}\n`)
  })
  proxy.on('connection', watch)
  proxy.on('connect', (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    // Node hands over the very socket on which it listened.
    const socket = duplex as Socket
    socket.on('error', () => socket.destroy())
    const [, name = '', port = ''] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? []
    if (port !== '443' || !isTunnelled(name.toLowerCase())) {
      const why = `This proxy does not lead to ${(request.url ?? '').slice(0, 200)}. ${known()}\n`
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(why)}\r\nConnection: close\r\n\r\n${why}`,
      )
      return
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    https.emit('connection', socket)
  })

  const close = async (): Promise<void> => {
    clearInterval(renewal)
    const closed = [https, proxy].map(
      (server) => new Promise<void>((resolve) => (server.listening ? server.close(() => resolve()) : resolve())),
    )
    for (const socket of sockets) socket.destroy()
    await Promise.all(closed)
  }

  const renewal = setInterval(() => {
    authority.server().then(
      (identity) => https.setSecureContext(identity),
      (error: unknown) => process.stderr.write(`The TLS certificate could not be renewed: ${String(error)}\n`),
    )
  }, renewalLookMs)
  renewal.unref()
  try {
    const port = await listenBare(https, options.port)
    const proxyPort = await listenBare(proxy, options.proxyPort)
    return { url: `https://localhost:${port}`, proxyUrl: `http://127.0.0.1:${proxyPort}`, close }
  } catch (error) {
    await close()
    throw error
  }

  function isTunnelled(name: string): boolean {
    return companies.has(name) && !options.localNames.includes(name)
  }

  function known(): string {
    return `It knows port 443 of: ${[...companies.keys()].filter(isTunnelled).join(', ')}.`
  }
}

/** Some clients (older axios) don't tunnel: they send the proxy the whole https address in the clear. */
function directTarget(url: string): { readonly name: string; readonly target: string } | null {
  const [, name, path] = /^https:\/\/([^/:?#]+)(?::443)?(\/.*)$/i.exec(url) ?? []
  return name === undefined || path === undefined ? null : { name: name.toLowerCase(), target: path }
}

/** The name that a request is meant for: its Host header, else the one of the handshake. */
function nameOf({ headers, socket }: IncomingMessage): string {
  const host = (headers.host ?? '').toLowerCase().replace(/:\d+$/, '')
  if (host !== '') return host
  return socket instanceof TLSSocket && typeof socket.servername === 'string' ? socket.servername.toLowerCase() : ''
}

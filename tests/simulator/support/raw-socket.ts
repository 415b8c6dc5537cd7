import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** A request to the letter; the connection ends with it. */
export interface RawCall {
  readonly method?: string
  readonly target: string
  /** Null leaves one out that is sent otherwise. */
  readonly headers?: Readonly<Record<string, string | null>>
  readonly body?: string
  /** Over TLS, by this name. */
  readonly tls?: { readonly name: string; readonly ca: string }
}

export interface RawAnswer {
  readonly status: number
  /** As they are spelled on the wire. */
  readonly names: readonly string[]
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly text: string
}

/** Calls with a bare socket: every HTTP client of Node hands names out in lower case. */
export async function callRaw(base: string, call: RawCall): Promise<RawAnswer> {
  const { method = 'GET', target, headers = {}, body = '', tls } = call
  const { hostname: host, port } = new URL(base)
  const socket = tls
    ? connectTls({ host, port: Number(port), servername: tls.name, ca: tls.ca })
    : connect({ host, port: Number(port) })
  const all = {
    Host: tls?.name ?? new URL(base).host,
    Connection: 'close',
    'User-Agent': 'raw',
    Accept: '*/*',
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}\r\n`]))
  socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  const { first, ...answer } = parse(Buffer.concat(chunks).toString())
  return { status: Number(first.split(' ')[1]), ...answer }
}

export interface RawListener {
  readonly url: string
  /** The header names of each request, as they were spelled. */
  readonly received: (readonly string[])[]
  close(): Promise<void>
}

/** Takes every request and answers 204. */
export async function createRawListener(): Promise<RawListener> {
  const received: (readonly string[])[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let seen = ''
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1')
      const length = Number(/^content-length: (\d+)/im.exec(seen)?.[1] ?? 0)
      const end = seen.indexOf('\r\n\r\n')
      if (end < 0 || seen.length < end + 4 + length) return
      received.push(parse(seen).names)
      seen = ''
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function parse(message: string): Omit<RawAnswer, 'status'> & { readonly first: string } {
  const end = message.indexOf('\r\n\r\n')
  const [first = '', ...lines] = message.slice(0, end).split('\r\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
  })
  return { first, names: headers.map(([name]) => name), headers, text: message.slice(end + 4) }
}

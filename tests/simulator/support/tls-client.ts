import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'

export interface TlsAnswer {
  readonly status: number
  readonly text: string
  readonly headers: IncomingMessage['headers']
}

export interface TlsCall {
  readonly port: number
  readonly ca: string
  /** The name in the handshake, and in Host where that is not said otherwise. */
  readonly name: string
  readonly target: string
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Through an open tunnel instead of to the port. */
  readonly socket?: Socket
  readonly cert?: string
  readonly key?: string
}

/** One https call to this machine under a real name, with node:https and nothing else. */
export function callTls({ port, name, target, body, method = 'GET', ...call }: TlsCall): Promise<TlsAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        port,
        servername: name,
        agent: false,
        method,
        path: target,
        ca: call.ca,
        headers: { host: name, 'user-agent': 'tls-client', accept: '*/*', ...call.headers },
        ...(call.socket && { socket: call.socket }),
        ...(call.cert !== undefined && { cert: call.cert, key: call.key }),
      },
      (answer) => void readAnswer(answer).then(resolve, reject),
    )
    request.on('error', reject)
    request.end(body)
  })
}

/** Asks an HTTP proxy for a tunnel. */
export function connect(proxyUrl: string, target: string): Promise<{ status: number; text: string; socket: Socket }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(proxyUrl)
    const request = httpRequest({ host: hostname, port, method: 'CONNECT', path: target, agent: false })
    request.on('connect', (answer, socket, head) => {
      const status = answer.statusCode ?? 0
      if (status === 200) return resolve({ status, text: '', socket })
      const chunks: Uint8Array[] = [head]
      socket.on('data', (chunk: Buffer) => chunks.push(chunk))
      socket.on('end', () => resolve({ status, text: Buffer.concat(chunks).toString(), socket }))
      socket.on('error', reject)
    })
    request.on('error', reject)
    request.end()
  })
}

async function readAnswer(answer: IncomingMessage): Promise<TlsAnswer> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return { status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString(), headers: answer.headers }
}

import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { HostMap } from '../../kit/http/host-map'
import { WechatPayError } from './errors'

export interface HttpCall {
  readonly method: 'GET' | 'POST'
  /** The public address; the host map may redirect it. Path and query are sent exactly as written. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMs: number
  /** Default 1 MB: only bills are larger. */
  readonly answerBytesMax?: number
  /** Client certificate for the TLS handshake. */
  readonly certificate?: ClientCertificate
}

/** A client certificate (商户API证书) and its key, PEM. */
export interface ClientCertificate {
  readonly cert: string
  readonly key: string
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Sends one request and answers the bytes that come back, for any status. Rejects with a WechatPayError otherwise. */
export type HttpSend = (call: HttpCall) => Promise<HttpAnswer>

const answerBytesMax = 1_048_576

/** Keeps sockets open, because a TLS handshake costs more than the call. */
export function createHttpSender(hostMap: HostMap): { send: HttpSend; close(): void } {
  const httpAgent = new HttpAgent({ keepAlive: true, maxFreeSockets: 64 })
  const httpsAgent = new HttpsAgent({ keepAlive: true, maxFreeSockets: 64 })
  // Each certificate has sockets of its own: a call without it must not use a socket that was authenticated with it.
  const certified = new Map<ClientCertificate, HttpsAgent>()

  function agentFor(certificate: ClientCertificate | undefined): HttpsAgent {
    if (certificate === undefined) return httpsAgent
    let agent = certified.get(certificate)
    if (!agent) certified.set(certificate, (agent = new HttpsAgent({ keepAlive: true, ...certificate })))
    return agent
  }

  let isClosed = false

  function sendOnce(call: HttpCall): Promise<HttpAnswer> {
    const url = hostMap.resolve(call.url)
    const isTls = url.startsWith('https:')
    const body = call.body === undefined ? undefined : Buffer.from(call.body, 'utf8')
    return new Promise((resolve, reject) => {
      const request = (isTls ? httpsRequest : httpRequest)(
        url,
        {
          method: call.method,
          agent: isTls ? agentFor(call.certificate) : httpAgent,
          headers: { ...call.headers, ...(body && { 'content-length': body.length }) },
        },
        (answer) => {
          const chunks: Buffer[] = []
          let bytes = 0
          answer.on('data', (chunk: Buffer) => {
            bytes += chunk.length
            if (bytes > (call.answerBytesMax ?? answerBytesMax)) answer.destroy(new Error('The answer is too long.'))
            else chunks.push(chunk)
          })
          answer.on('end', () => {
            clearTimeout(timer)
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) })
          })
          answer.on('error', fail)
        },
      )
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        request.destroy(new Error(`No answer within ${call.timeoutMs} ms.`))
      }, call.timeoutMs)
      function fail(cause: Error & { code?: string }): void {
        clearTimeout(timer)
        // The server closed a kept-alive socket just as we wrote to it. All our calls can be repeated safely.
        if (!isLate && !isClosed && request.reusedSocket && cause.code === 'ECONNRESET') return resolve(sendOnce(call))
        const { host } = new URL(call.url)
        reject(
          new WechatPayError(isLate ? 'LOCAL_TIMEOUT' : 'LOCAL_NETWORK', `No answer from ${host}`, {
            status: 0,
            cause,
          }),
        )
      }
      request.on('error', fail)
      request.end(body)
    })
  }

  return {
    send: sendOnce,
    close() {
      isClosed = true
      httpAgent.destroy()
      httpsAgent.destroy()
      for (const agent of certified.values()) agent.destroy()
    },
  }
}

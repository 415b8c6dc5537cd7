import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'

export type Sent =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly headers: IncomingMessage['headers']
      /** As they were spelled: name, value, name, value… */
      readonly rawHeaders: readonly string[]
      readonly body: Buffer
    }
  | { readonly kind: 'timeout' | 'unreachable'; readonly reason: string }

const answerBytesMax = 1_048_576

/** Posts bytes exactly as they are: no redirect is followed, nothing is decoded, and the whole exchange has a limit. */
export function sendBytes(url: string, headers: OutgoingHttpHeaders, body: Buffer, timeoutMs: number): Promise<Sent> {
  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest
    const outgoing = send(url, { method: 'POST', headers: { ...headers, 'content-length': body.length } }, (answer) => {
      const chunks: Buffer[] = []
      let size = 0
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > answerBytesMax) outgoing.destroy(new Error(`the answer is longer than ${answerBytesMax} bytes`))
        else chunks.push(chunk)
      })
      answer.on('error', (error) => finish({ kind: 'unreachable', reason: error.message }))
      answer.on('end', () =>
        finish({
          kind: 'answered',
          status: answer.statusCode ?? 502,
          headers: answer.headers,
          rawHeaders: answer.rawHeaders,
          body: Buffer.concat(chunks),
        }),
      )
    })
    const timer = setTimeout(() => {
      finish({ kind: 'timeout', reason: `no answer within ${timeoutMs} ms` })
      outgoing.destroy()
    }, timeoutMs)
    function finish(sent: Sent): void {
      clearTimeout(timer)
      resolve(sent)
    }
    outgoing.on('error', (error) => finish({ kind: 'unreachable', reason: error.message }))
    outgoing.end(body)
  })
}

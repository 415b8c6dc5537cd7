import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Request } from './draft'

/** An answer to the letter. */
export interface Answer {
  readonly status: number
  /** Names in the spelling of the wire. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly text: string
}

const limitMs = 15_000
const bytesMax = 64 * 1024

/** No answer, or none that can be used. */
export class SendError extends Error {
  override readonly name = 'SendError'
}

/** Sends one request on a connection of its own. @throws SendError */
export async function send(base: string, request: Request): Promise<Answer> {
  try {
    return await exchange(base, request)
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string }
    throw new SendError(message || (code ?? 'no answer'), { cause })
  }
}

async function exchange(base: string, { method, target, headers, body }: Request): Promise<Answer> {
  const { protocol, hostname, port } = new URL(base)
  const ask = protocol === 'https:' ? requestHttps : requestHttp
  const options = { hostname, port, path: target, method, headers, agent: false, timeout: limitMs }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = ask(options, resolve)
    sent.on('error', reject)
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${limitMs / 1000} s`)))
    sent.end(body)
  })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer) {
    size += (chunk as Buffer).length
    if (size > bytesMax) throw new Error(`an answer of more than ${bytesMax} bytes`)
    chunks.push(chunk as Buffer)
  }
  const { rawHeaders } = answer
  const names = rawHeaders.filter((_text, index) => index % 2 === 0)
  return {
    status: answer.statusCode ?? 0,
    headers: names.map((name, index) => [name, rawHeaders[2 * index + 1] ?? '']),
    text: Buffer.concat(chunks).toString('utf8'),
  }
}

import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { spellHeaders } from './spell-headers'

/** Headers that belong to one hop (RFC 9110 §7.6.1), and those that the forwarder writes itself. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
])

/**
 * Copies the headers that survive a hop, spelled and repeated as they came, without those that `Connection` names and
 * those named in `except`, lower case. A header that is put beside them replaces one of its name, however that is spelled.
 */
export function endToEndHeaders(
  { headers, rawHeaders }: { readonly headers: IncomingMessage['headers']; readonly rawHeaders: readonly string[] },
  except: readonly string[] = [],
): OutgoingHttpHeaders {
  const named = (headers.connection ?? '').toLowerCase().split(/[\s,]+/)
  const kept = new Map<string, { readonly name: string; readonly values: string[] }>()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    const lower = name.toLowerCase()
    if (hopByHop.has(lower) || named.includes(lower) || except.includes(lower)) continue
    const known = kept.get(lower)
    if (known) known.values.push(value)
    else kept.set(lower, { name, values: [value] })
  }
  return Object.fromEntries(
    [...kept.values()].map(({ name, values }) => [name, values.length === 1 ? values[0] : values]),
  )
}

/** Answers what another server has answered: its bytes, and its headers as they are spelled. */
export function passBack(
  reply: FastifyReply,
  status: number,
  headers: OutgoingHttpHeaders,
  body: Buffer,
): FastifyReply {
  spellHeaders(reply, headers).hijack()
  reply.raw.statusCode = status
  reply.raw.end(body)
  return reply
}

/**
 * Sends a request on and streams the answer back, event streams included. `headers` are all that the target sees.
 * A target that does not answer becomes a 502 with a JSON sentence.
 */
export async function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  target: string,
  headers: OutgoingHttpHeaders,
): Promise<FastifyReply> {
  const send = target.startsWith('https:') ? httpsRequest : httpRequest
  const body = Buffer.isBuffer(request.body) ? request.body : undefined
  reply.hijack()
  await new Promise<void>((done) => {
    const outgoing = send(
      target,
      { method: request.method, headers: { ...headers, ...(body && { 'content-length': body.length }) } },
      (answer) => {
        reply.raw.writeHead(answer.statusCode ?? 502, endToEndHeaders(answer))
        answer.pipe(reply.raw)
        answer.on('error', () => reply.raw.destroy())
        answer.on('close', done)
      },
    )
    outgoing.on('error', (error) => {
      if (reply.raw.headersSent) reply.raw.destroy()
      else {
        reply.raw.writeHead(502, { 'content-type': 'application/json; charset=utf-8' })
        reply.raw.end(JSON.stringify({ code: 'UNREACHABLE', message: `${new URL(target).host}: ${error.message}` }))
      }
      done()
    })
    // A page that was left must not keep a stream to the target open.
    reply.raw.on('close', () => outgoing.destroy())
    outgoing.end(body)
  })
  return reply
}

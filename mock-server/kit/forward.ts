import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { FastifyReply, FastifyRequest } from 'fastify'

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

/** Copies the headers that survive a hop, without those that `Connection` names and those named in `except`. */
export function endToEndHeaders(headers: IncomingHttpHeaders, except: readonly string[] = []): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = {}
  const named = (headers.connection ?? '').toLowerCase().split(/[\s,]+/)
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !hopByHop.has(name) && !named.includes(name) && !except.includes(name))
      kept[name] = value
  }
  return kept
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
        reply.raw.writeHead(answer.statusCode ?? 502, endToEndHeaders(answer.headers))
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

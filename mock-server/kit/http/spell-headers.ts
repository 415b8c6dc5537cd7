import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'

/**
 * Sets headers of an answer in the spelling given. Fastify's own `reply.header` lowers every name, and some clients look
 * a name up to the letter.
 * @note Not for Content-Type: Fastify sets its own over it.
 */
export function spellHeaders(reply: FastifyReply, headers: OutgoingHttpHeaders): FastifyReply {
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) reply.raw.setHeader(name, value)
  return reply
}

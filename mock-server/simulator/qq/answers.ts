import type { FastifyReply } from 'fastify'
import type { QqError } from './domain/qq-errors'

/** Errors come with HTTP 200, as in all services of api.q.qq.com; the proxy's own status is a knob. */
export function sendQqError(reply: FastifyReply, error: QqError, status = 200): FastifyReply {
  return reply.code(status).send({ errcode: error.errcode, errmsg: error.errmsg })
}

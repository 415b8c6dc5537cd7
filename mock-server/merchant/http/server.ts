import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import helmet from '@fastify/helmet'
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Logger } from 'pino'
import { isLoopbackAddress } from '../../kit/http/loopback-guard'
import { sharedValidators } from '../../kit/http/shared-validators'
import { ApiError } from './api-error'
import { ajvOptions, toFieldRefusal } from './validation'

/** Bytes of the largest body that any call takes. */
const bodyBytesMax = 65_536
const requestTimeoutMs = 30_000
const idleCheckMs = 20

export interface ServerOptions {
  readonly logger: Logger
  /** Addresses whose `X-Forwarded-For` is trusted. */
  readonly trustedProxies: readonly string[]
}

/** Makes a server that keeps bodies as bytes and answers every failure from the contract's catalogue of refusals. */
export async function createServer({ logger, trustedProxies }: ServerOptions): Promise<FastifyInstance> {
  const server = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    // A stop closes idle connections and lets open requests have their answers.
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    routerOptions: { maxParamLength: 200 },
    schemaController: sharedValidators,
    ajv: ajvOptions,
    schemaErrorFormatter: toFieldRefusal,
    frameworkErrors: (error, _request, reply) => void answerError(error, reply, logger),
    clientErrorHandler: answerClientError,
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  server.setErrorHandler((error, _request, reply) => answerError(error, reply, logger))
  server.setNotFoundHandler((_request, reply) => answerError(new ApiError('NOT_FOUND'), reply, logger))
  await server.register(helmet, {
    // The default, no-referrer, would break H5 payments: WeChat Pay's middle page checks for a registered domain.
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Taro's web components style themselves.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
  })
  server.addHook('onRequest', async ({ raw }) => {
    if (isAmbiguous(raw.rawHeaders)) throw new ApiError('BAD_REQUEST')
  })
  return server
}

/** Headers that must come once: of two copies, a proxy may use the other one than this server. */
const singleHeaders = new Set(['host', 'authorization', 'content-type', 'origin'])

function isAmbiguous(rawHeaders: readonly string[]): boolean {
  const names = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [name.toLowerCase()] : []))
  return names.some((name, at) => singleHeaders.has(name) && names.indexOf(name) !== at)
}

/** Stops listening, answers open requests, and destroys connections still open after `graceMs`. */
export async function closeGently(server: FastifyInstance, graceMs: number): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), graceMs)
  // A connection that was busy when the stop began stays open after its answer, and would delay the stop.
  const idle = setInterval(() => server.server.closeIdleConnections(), idleCheckMs)
  try {
    await server.close()
  } finally {
    clearTimeout(timer)
    clearInterval(idle)
  }
}

/** Shows only deliberate refusals; everything else becomes one plain 500 and a line in the log. */
function answerError(error: unknown, reply: FastifyReply, logger: Logger): FastifyReply {
  const refusal = toRefusal(error)
  if (refusal.code === 'INTERNAL') logger.error({ err: error }, 'request failed')
  return reply.code(refusal.status).header('cache-control', 'no-store').send(refusal.toBody())
}

function toRefusal(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new ApiError('BODY_TOO_LARGE')
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new ApiError('UNSUPPORTED_MEDIA_TYPE')
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return new ApiError('NOT_FOUND')
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return statusCode === 404 ? new ApiError('NOT_FOUND') : new ApiError('BAD_REQUEST')
  }
  return new ApiError('INTERNAL')
}

/** Answers input that is not HTTP: it reaches no handler. */
function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = new ApiError('BAD_REQUEST')
  const body = JSON.stringify(refusal.toBody())
  socket.end(
    `HTTP/1.1 ${refusal.status} Bad Request\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

/**
 * The address that WeChat Pay is told as the payer's: that of the client behind a trusted proxy, else that of the peer.
 * @param loopbackPayerIp used for a browser on this machine, which sends no X-Forwarded-For
 */
export function payerClientIpOf(request: FastifyRequest, loopbackPayerIp: string | null): string {
  const claimed = request.ip.replace(/^::ffff:(?=\d+\.)/, '')
  const address = isIP(claimed) === 0 ? (request.socket.remoteAddress ?? '') : claimed
  if (isLoopbackAddress(address)) return loopbackPayerIp ?? '127.0.0.1'
  return address
}

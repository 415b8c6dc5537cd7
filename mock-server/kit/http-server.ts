import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { AddressInfo } from 'node:net'

export interface HttpServerOptions {
  /** Largest request body in bytes. Default 1 MiB. */
  readonly bodyLimitBytes?: number
}

/**
 * A Fastify whose bodies stay bytes: signatures are verified over what was sent, so nothing may be parsed before.
 * `request.body` is a Buffer or undefined, whatever the content type.
 */
export function createHttpServer(options: HttpServerOptions = {}): FastifyInstance {
  const server: FastifyInstance = fastify({
    bodyLimit: options.bodyLimitBytes ?? 1_048_576,
    // A simulated provider must answer its own way for every path: nothing is cut short before a handler sees it.
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: false },
    // Bad percent-escapes and endless path parameters also get the answer that the server gives to other faults.
    frameworkErrors: (error, request, reply) =>
      void server.errorHandler(error, request as FastifyRequest, reply as never),
    // Open event streams and kept-alive sockets must not hold up a stop.
    forceCloseConnections: true,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  return server
}

/** Listens on loopback only and answers the address. Port 0 takes a free one. */
export async function listenOnLoopback(server: FastifyInstance, port: number): Promise<string> {
  try {
    await server.listen({ host: '127.0.0.1', port })
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EADDRINUSE') throw new PortTakenError(port)
    throw error
  }
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
}

/** Somebody else listens on the port. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  constructor(readonly port: number) {
    super(`Port ${port} is taken. Stop what listens there, or choose other ports with --port-base.`)
  }
}

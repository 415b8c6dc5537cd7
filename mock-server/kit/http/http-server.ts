import { inspect } from 'node:util'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { AddressInfo } from 'node:net'
import { listenError } from './listen'
import { sharedValidators } from './shared-validators'

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
    // A simulated provider must answer its own way for every path: long parameters reach the handler.
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: false },
    // Bad percent-escapes and endless path parameters also get the server's own error answer.
    frameworkErrors: (error, request, reply) =>
      void server.errorHandler(error, request as FastifyRequest, reply as never),
    // Open event streams and kept-alive sockets must not delay a stop.
    forceCloseConnections: true,
    schemaController: sharedValidators,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false } },
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  return server
}

/** What a server answers to, such as `POST /v3/pay/transactions/jsapi`, as the routes are added from now on. */
export function collectRoutes(server: FastifyInstance): readonly string[] {
  const routes: string[] = []
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${url}`)
  })
  return routes
}

/** Receives a bug of our own, such as a request that should have been answered otherwise. */
export type OnDefect = (error: unknown) => void

/** Prints one report to stderr, with the stack and its causes: the reader needs to know where the bug is. */
export function printDefectsOf(program: string): OnDefect {
  return (error) =>
    process.stderr.write(`${program} failed: ${error instanceof Error ? inspect(error) : String(error)}\n`)
}

/** Listens on loopback only and answers the address. Port 0 takes a free one. */
export function listenOnLoopback(server: FastifyInstance, port: number): Promise<string> {
  return listenOn(server, '127.0.0.1', port)
}

/** Listens on an address of this machine and answers how this machine reaches it. Port 0 takes a free one. */
export async function listenOn(server: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    await server.listen({ host, port })
  } catch (error) {
    throw listenError(error, port)
  }
  const here = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${here.includes(':') ? `[${here}]` : here}:${(server.server.address() as AddressInfo).port}`
}

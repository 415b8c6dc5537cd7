import cors from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/**
 * Lets pages of the named origins call the API. Answers to other origins carry no CORS header, which a browser takes as a
 * refusal. Sessions travel in a header, so credentials are not allowed.
 */
export async function allowOrigins(server: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return
  await server.register(cors, {
    delegator: async ({ headers, url }: FastifyRequest) => {
      const { origin = '' } = headers
      return {
        origin: origins.includes(origin) && url.startsWith('/api/') ? origin : false,
        // An OPTIONS request that is not a preflight is answered like every other unknown call.
        preflight: headers['access-control-request-method'] !== undefined,
        methods: ['GET', 'POST', 'DELETE'],
        allowedHeaders: ['authorization', 'content-type'],
        maxAge: 600,
      }
    },
  })
}

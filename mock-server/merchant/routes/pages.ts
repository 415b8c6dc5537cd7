import { existsSync } from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/**
 * Serves the h5 build. Its pages are one document: every address below `/pages/` is that document's business.
 * Without a build there is nothing to serve, and the API works all the same.
 */
export async function addPages(server: FastifyInstance, root: string): Promise<void> {
  if (!existsSync(path.join(root, 'index.html'))) return
  await server.register(fastifyStatic, {
    root,
    index: 'index.html',
    cacheControl: false,
    setHeaders(response, file) {
      // The document names hashed files: it is asked for every time, they never again.
      const isHashed = /\.[0-9a-f]{8,}\.\w+$/.test(path.basename(file))
      response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  server.get('/pages/*', (_request, reply) => reply.sendFile('index.html'))
}

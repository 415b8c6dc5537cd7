import { existsSync } from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/**
 * Serves the h5 build. All addresses below `/pages/` get the same document, which shows the page. Without a build nothing
 * is served; the API does not need one.
 */
export async function addPages(server: FastifyInstance, root: string): Promise<void> {
  if (!existsSync(path.join(root, 'index.html'))) return
  await server.register(fastifyStatic, {
    root,
    index: 'index.html',
    cacheControl: false,
    setHeaders(response, file) {
      // The document names files with a hash: browsers ask for it every time, and for these files once.
      const isHashed = /\.[0-9a-f]{8,}\.\w+$/.test(path.basename(file))
      response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  server.get('/pages/*', (_request, reply) => reply.sendFile('index.html'))
}

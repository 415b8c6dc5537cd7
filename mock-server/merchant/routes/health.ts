import type { FastifyInstance } from 'fastify'
import type { Store } from '../store/port'

export interface HealthRoutesOptions {
  readonly store: Store
  /** Whether notifications of WeChat Pay can be verified now. */
  readonly hasKeys: () => Promise<boolean>
  readonly isStopping: () => boolean
}

/** Many probes must not become many queries. */
const rememberMs = 1000

/**
 * `/healthz`: the process runs. `/readyz`: it can take orders; else 503 with what is missing, so that a load balancer
 * chooses another process. Both are public and say nothing else.
 */
export function addHealthRoutes(server: FastifyInstance, { store, hasKeys, isStopping }: HealthRoutesOptions): void {
  let last: { readonly atMs: number; readonly missing: Promise<readonly string[]> } | null = null

  async function findMissing(): Promise<readonly string[]> {
    const [isReachable, areLoaded] = await Promise.all([store.isReachable(), hasKeys()])
    return [...(isReachable ? [] : ['store']), ...(areLoaded ? [] : ['keys'])]
  }

  server.get('/healthz', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }))

  server.get('/readyz', async (_request, reply) => {
    const nowMs = performance.now()
    if (last === null || nowMs - last.atMs > rememberMs) last = { atMs: nowMs, missing: findMissing() }
    const missing = isStopping() ? ['running'] : await last.missing
    return reply
      .code(missing.length === 0 ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(missing.length === 0 ? { status: 'ready' } : { status: 'not ready', missing })
  })
}

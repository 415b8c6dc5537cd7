import { isIP } from 'node:net'
import rateLimit, { type FastifyRateLimitStore, type FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from './api-error'
import type { HitCounter } from '../store/engine/engine'

export interface RateLimits {
  /** Calls of our API that one address may make in a minute. Default 600: many phones share one. */
  readonly perAddress?: number
  /** Calls that one signed-in user may make in a minute. Default 240. */
  readonly perUser?: number
  /** Sign-ins that one address may make in a minute. Default 120. */
  readonly loginsPerAddress?: number
}

/** Counts a call for a key; rejects with RATE_LIMITED when there were too many. */
export type RequestLimit = (request: FastifyRequest, key: string) => Promise<void>

export interface RequestLimits {
  readonly address: RequestLimit
  readonly user: RequestLimit
  readonly login: RequestLimit
}

const minuteMs = 60_000

/**
 * What counts as one address: of IPv6 the network of 64 bits, because providers give each customer one. Otherwise one
 * customer could call from 2⁶⁴ addresses.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1]
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address
  const [left = [], right = []] = address.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const missing = Array.from({ length: 8 - left.length - right.length }, () => '0')
  const groups = [...left, ...missing, ...right].slice(0, 4)
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** @param hits counts for all processes of the shop; null: each process counts its own calls */
export async function createRequestLimits(
  server: FastifyInstance,
  limits: RateLimits | false,
  hits: HitCounter | null,
): Promise<RequestLimits> {
  if (limits === false) {
    const unlimited: RequestLimit = async () => undefined
    return { address: unlimited, user: unlimited, login: unlimited }
  }
  await server.register(rateLimit, { global: false, ...(hits !== null && { store: toPluginStore(hits) }) })
  const keys = new WeakMap<FastifyRequest, string>()

  function create(max: number): RequestLimit {
    const count = server.createRateLimit({
      max,
      timeWindow: minuteMs,
      keyGenerator: (request) => keys.get(request) ?? request.ip,
    })
    return async (request, key) => {
      keys.set(request, key)
      const result = await count(request)
      if (!result.isAllowed && result.isExceeded) throw new ApiError('RATE_LIMITED')
    }
  }

  return {
    address: create(limits.perAddress ?? 600),
    user: create(limits.perUser ?? 240),
    login: create(limits.loginsPerAddress ?? 120),
  }
}

/** Makes the class that the plugin expects as a store: it counts, and makes a child for each limit. */
function toPluginStore(hits: HitCounter): FastifyRateLimitStoreCtor {
  return class SharedCounts implements FastifyRateLimitStore {
    incr(key: string, done: Parameters<FastifyRateLimitStore['incr']>[1], windowMs: number): void {
      hits.add(key, windowMs).then(
        ({ count, endsInMs }) => done(null, { current: count, ttl: endsInMs }),
        (error: unknown) => done(error as Error),
      )
    }

    child(): FastifyRateLimitStore {
      return this
    }
  }
}

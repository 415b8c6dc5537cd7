import type { FastifyInstance } from 'fastify'
import { readRecord } from '../../kit/read-request'
import { rateFamilies, rateMax, type RateLimits } from '../merchants/rate-limits'
import { ControlRefusal } from './control-refusal'

export interface RateControlDeps {
  readonly rateLimits: RateLimits
}

/** How many calls per second each merchant has, by kind of call. */
export function addRateControl(server: FastifyInstance, { rateLimits }: RateControlDeps): void {
  server.get('/control/rate-limits', () => showRates())

  server.put('/control/rate-limits/:family', async (request) => {
    const { family: asked } = request.params as { family: string }
    const family = rateFamilies.find((known) => known === asked)
    if (family === undefined)
      throw new ControlRefusal(404, 'FAMILY_UNKNOWN', `There is no ${asked}: ${rateFamilies.join(', ')}.`)
    const { per_second } = readRecord(request.body)
    const isRate = typeof per_second === 'number' && per_second > 0 && per_second <= rateMax
    if (per_second !== null && !isRate)
      throw new ControlRefusal(
        400,
        'RATE_INVALID',
        `per_second must be a number up to ${rateMax}, or null for no limit.`,
      )
    await rateLimits.set(family, per_second)
    return showRates()
  })

  function showRates(): unknown {
    return {
      rate_limits: rateFamilies.map((family) => ({ family, per_second: rateLimits.settings[family] ?? null })),
    }
  }
}

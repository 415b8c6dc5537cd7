import { v2Paths } from '../wire/v2-paths'
import { v3Paths } from '../wire/v3-paths'
import type { Asker } from './question'

/** What numbers of orders look like that the probe asks about: nobody orders such a one. */
export const probeNumber = /^PROBE[0-9A-Za-z]{20}$/

/** A request, as it would be sent. */
export interface Drafted {
  readonly by: Asker
  readonly method: string
  /** Path and query, filled in. */
  readonly target: string
  readonly body: string
}

/** A question that might do more than ask: a bug of the table, never sent. */
export class HarmError extends Error {
  override readonly name = 'HarmError'
}

const closePath = /^\/v3\/pay\/transactions\/out-trade-no\/([^/?]+)\/close$/
const v2Asks: ReadonlySet<string> = new Set([v2Paths.query, v2Paths.close])

/**
 * Lets through what cannot move money or make anything: with the merchant's key only reads, the self-test without an address
 * for notifications, and the close of a number that the probe made up. Who shows no key of the merchant's is refused whatever
 * is asked.
 * @throws HarmError
 */
export function assertHarmless({ by, method, target, body }: Drafted): void {
  if (by === 'nobody' || by === 'stranger') return
  if (method === 'GET') return
  const [path = ''] = target.split('?', 1)
  const fail = (why: string): never => {
    throw new HarmError(`${method} ${path} with the merchant's key: ${why}.`)
  }
  if (method !== 'POST') fail('only GET and POST are asked')
  if (path === v3Paths.echo) {
    if (body.includes('notify_url')) fail('the self-test must not send notifications')
    return
  }
  if (v2Asks.has(path)) {
    const number = /<out_trade_no>(?:<!\[CDATA\[)?(\w+)/.exec(body)?.[1] ?? ''
    if (!probeNumber.test(number)) fail('the number is none of the probe')
    return
  }
  const number = closePath.exec(target)?.[1]
  if (number === undefined || !probeNumber.test(number))
    fail('it is no read, no self-test and no close of a made-up number')
}

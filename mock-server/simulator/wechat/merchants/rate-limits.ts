import type { Clock } from '../../../kit/clock'
import type { Store } from '../store/store'

/** Kinds of calls that are counted together, V2 with V3. The first match counts. */
const families = {
  refund: /^POST (\/v3\/refund\/|\/secapi\/pay\/refund$)/,
  'refund-query': /^(GET \/v3\/refund\/|POST \/pay\/refundquery$)/,
  close: /^POST .*(\/close|\/closeorder)$/,
  order: /^POST .*(transactions\/|\/unifiedorder$)/,
  query: /^(GET .*transactions\/|POST \/pay\/orderquery$)/,
  bill: /^(GET \/v3\/bill|POST \/pay\/downloadbill$)/,
  certificates: /^GET \/v3\/certificates/,
} as const

export type RateFamily = keyof typeof families
export const rateFamilies = Object.keys(families) as readonly RateFamily[]

/** Calls per second of one merchant; kinds that are not named have no limit. */
export type RateLimitSettings = Readonly<Partial<Record<RateFamily, number>>>

/** What the service is known to allow. @see https://github.com/wechatpay-apiv3/wechatpay-go `services/refunddomestic` */
export const documentedRates: RateLimitSettings = { order: 500, refund: 150, 'refund-query': 300 }

/** Counts by the wall clock: calls per second are not business time. */
export interface RateLimits {
  /** Whether one more call is allowed. An allowed call is counted. */
  take(mchid: string, family: RateFamily | null): boolean
  readonly settings: RateLimitSettings
  /** Null: no limit. */
  set(family: RateFamily, perSecond: number | null): Promise<void>
  /** Returns to the limits of the start. */
  reset(): void
}

export const rateMax = 1_000_000

const settingName = 'rate-limits'

export function createRateLimits(initial: RateLimitSettings, store: Store, wall: Clock): RateLimits {
  const buckets = new Map<string, { tokens: number; at: number }>()
  let settings = (JSON.parse(store.setting(settingName) ?? 'null') as RateLimitSettings | null) ?? initial
  return {
    take(mchid, family) {
      const rate = family === null ? undefined : settings[family]
      if (rate === undefined) return true
      // A burst of one second, and never less than one call.
      const size = Math.max(rate, 1)
      const now = wall.now()
      const bucket = buckets.get(`${mchid} ${family}`) ?? { tokens: size, at: now }
      const tokens = Math.min(size, bucket.tokens + (Math.max(now - bucket.at, 0) / 1000) * rate)
      const isAllowed = tokens >= 1
      buckets.set(`${mchid} ${family}`, { tokens: isAllowed ? tokens - 1 : tokens, at: now })
      return isAllowed
    },
    get settings() {
      return settings
    },
    async set(family, perSecond) {
      const { [family]: _former, ...others } = settings
      const next: RateLimitSettings = perSecond === null ? others : { ...others, [family]: perSecond }
      await store.write(() => store.putSetting(settingName, JSON.stringify(next)))
      settings = next
      // What was used up under the former rate is forgiven.
      buckets.clear()
    },
    reset() {
      settings = initial
      buckets.clear()
    },
  }
}

/** Null for what is not counted. */
export function rateFamilyOf(method: string, route: string): RateFamily | null {
  return rateFamilies.find((family) => families[family].test(`${method} ${route}`)) ?? null
}

import { wallClock, type Clock } from '../../kit/clock'
import { createHostMap, type HostMap } from '../../kit/http/host-map'
import { printDefectsOf, type OnDefect } from '../../kit/http/http-server'
import type { Diagnosis } from '../kit/diagnosis'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type AppIdentity,
  type MerchantIdentity,
  type PlatformIdentity,
} from './identity'
import { documentedRates, type RateLimitSettings } from './merchants/rate-limits'

export interface WechatSimulatorOptions {
  /** Port of the service. Default 0: a free port. */
  readonly port?: number
  /** Port of the control API. Default 0: a free port. */
  readonly controlPort?: number
  /** SQLite file. Default `:memory:`. */
  readonly dataFile?: string
  /** Maps real origins to local addresses, for notifications. Default: no origin is mapped. */
  readonly hostMap?: HostMap
  /** WeChat Pay's own certificate and key. Default: made at each start. */
  readonly platform?: PlatformIdentity
  /** Default: one app, made at each start. */
  readonly apps?: readonly AppIdentity[]
  /** Default: one merchant of all apps, made at each start. */
  readonly merchants?: readonly MerchantIdentity[]
  /** Whether X-Forwarded-For of a peer on this machine is believed. Default true: the bench forwards for its phones. */
  readonly trustLoopbackForwarded?: boolean
  /** The payer's address for a browser on this machine. Default null: 127.0.0.1, which the middle page refuses. */
  readonly loopbackPayerIp?: string | null
  /** HTTP status for a serial that the merchant never had. Default 500, as observed in life. */
  readonly unknownSerial?: 500 | 401
  /** Calls per second of one merchant, by kind of call; `documented`: the vendor's numbers. Default: no limit. */
  readonly rateLimits?: RateLimitSettings | 'documented'
  /** Shape of `detail` where a signature does not match. Default `nested`, as since about 2021. */
  readonly signErrorDetail?: 'nested' | 'flat'
  /** Whether refusals of well-signed V3 requests are signed, as in life. Default true. */
  readonly signRefusals?: boolean
  /** Whether closing a number that was never ordered uses the number up, as observed in life. Default true. */
  readonly burnUnknown?: boolean
  /** Whether a partner's JSAPI order must name `sp_openid` even where it names `sub_openid`. Default false. */
  readonly partnerSpOpenidRequired?: boolean
  /**
   * Base of the addresses in answers (`h5_url`), such as `https://wx.tenpay.com`, for callers who used another name than
   * 127.0.0.1 or localhost. Default: the simulator's own address.
   */
  readonly handedOutBase?: string
  /**
   * Sends a probe with a wrong signature before every Nth notification, as in life. Default 0: only where the fault
   * `signtest-probe` asks for one.
   */
  readonly signTestEvery?: number
  /** How long a refund is processed, in milliseconds of virtual time. Default 3000; in life minutes to days. */
  readonly refundTakesMs?: number
  /**
   * How long after a partial refund the next one of the same order is accepted, in milliseconds of virtual time; 0: at
   * once. Default 60 000, as documented. UNVERIFIED: what an earlier one is answered.
   * @see https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_5_9.shtml
   */
  readonly refundIntervalMs?: number
  /** When a refunded trade turns to REFUND: sources disagree. Default `acceptance`. */
  readonly refundStateAt?: 'acceptance' | 'success'
  /** Lifetime of a bill's download address, in milliseconds of virtual time. Default 300 000; older pages say 30 000. */
  readonly billLinkLifeMs?: number
  /** Sign-ins of one person per minute before errcode 45011. Default 100. */
  readonly loginsPerMinute?: number
  /** Receives the simulator's own bugs. Default: one report on stderr. */
  readonly onDefect?: OnDefect
  /** Receives each diagnosis, for a log. Default: none; the control API lists them in any case. */
  readonly onDiagnosis?: (diagnosis: Diagnosis) => void
  /** The wall clock, which tests can stop. Default: the machine's. */
  readonly wall?: Clock
}

/** The options with every default filled in. */
export type WechatSettings = Required<Omit<WechatSimulatorOptions, 'rateLimits' | 'handedOutBase'>> & {
  readonly rateLimits: RateLimitSettings
  /** Null: the simulator's own address. */
  readonly handedOutBase: string | null
}

/** Each value is explained at its option. */
const defaults = {
  port: 0,
  controlPort: 0,
  dataFile: ':memory:',
  hostMap: createHostMap({}),
  trustLoopbackForwarded: true,
  loopbackPayerIp: null,
  unknownSerial: 500,
  signErrorDetail: 'nested',
  signRefusals: true,
  burnUnknown: true,
  partnerSpOpenidRequired: false,
  handedOutBase: null,
  signTestEvery: 0,
  refundTakesMs: 3000,
  refundIntervalMs: 60_000,
  refundStateAt: 'acceptance',
  billLinkLifeMs: 300_000,
  loginsPerMinute: 100,
  onDefect: printDefectsOf('the WeChat simulator'),
  onDiagnosis: () => undefined,
  wall: wallClock,
} as const satisfies Partial<WechatSettings>

/** Fills in the defaults, and makes the identities that are left out. */
export async function toSettings(options: WechatSimulatorOptions): Promise<WechatSettings> {
  const { apps = [createAppIdentity()], rateLimits = {} } = options
  return {
    ...defaults,
    ...options,
    rateLimits: rateLimits === 'documented' ? documentedRates : rateLimits,
    apps,
    merchants: options.merchants ?? [await createMerchantIdentity({ appids: apps.map(({ appid }) => appid) })],
    platform: options.platform ?? (await createPlatformIdentity()),
  }
}

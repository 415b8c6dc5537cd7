import type { KeyObject } from 'node:crypto'
import type { Logger } from 'pino'
import type { Clock } from '../kit/clock'
import type { HostMap } from '../kit/http/host-map'
import { catalogue } from './domain/catalogue'
import { findSellerProblems, type Seller } from './domain/seller'
import type { RateLimits } from './http/rate-limits'
import type { OwnerHook } from './jobs/hook-work'
import type { Scheduler } from './jobs/scheduler'

/** Keys of a merchant that uses API v3. */
export interface V3Options {
  readonly v2?: undefined
  readonly merchantSerialNo: string
  /** PEM, or the key itself. */
  readonly merchantPrivateKey: string | KeyObject
  /** 32 bytes. */
  readonly apiV3Key: string
  /** WeChat Pay's public key and its id, for merchants in that mode. Default: platform certificates are downloaded. */
  readonly platformPublicKey?: { readonly id: string; readonly key: string | KeyObject }
}

/** Keys of a merchant that uses V2, the API in XML. */
export interface V2Options {
  readonly v2: {
    /** API key (API密钥), 32 characters. */
    readonly apiKey: string
    /** Default HMAC-SHA256. */
    readonly signType?: 'MD5' | 'HMAC-SHA256'
    /** The merchant's certificate and its key, PEM, for refunds. Default: none, and refunds are made by hand. */
    readonly certificate?: { readonly cert: string; readonly key: string }
  }
}

export interface MerchantOptions {
  /** Port of the API, the notifications and the h5 build. 0 takes a free one. */
  readonly port: number
  /** Address of this machine to listen on. Default 127.0.0.1. */
  readonly host?: string
  /** Port of the operator API. Default: there is no operator API. */
  readonly operatorPort?: number
  /** Bearer token of the operator API. Needed with `operatorPort`. */
  readonly operatorToken?: string
  /** SQLite file. Default `:memory:`. */
  readonly dataFile?: string
  /** PostgreSQL instead, `postgres://…`: any number of processes may share one database. */
  readonly databaseUrl?: string
  /** Connections of this process to PostgreSQL. Default 16. */
  readonly databasePool?: number
  /** The addresses at which WeChat Pay and QQ are called. */
  readonly hostMap: HostMap
  /** Public origin of the shop, such as `https://shop.example`: a registered H5 domain. */
  readonly publicBase: string
  readonly wechat: {
    readonly appid: string
    readonly secret: string
    readonly mchid: string
    /** Set where `mchid` is a partner (服务商) who sells for a sub merchant. Default: the merchant sells its own goods. */
    readonly partner?: {
      readonly subMchid: string
      /** The partner's own appid, where `appid` is the sub merchant's. Default: `appid` is the partner's. */
      readonly spAppid?: string
    }
    /**
     * Sub merchants whose goods the shop sells, by the names of the catalogue. Each is paid for its own goods, and a cart
     * is paid as one combined order (合单支付). Only with V3, and not with `partner`. Default: all goods are the shop's.
     */
    readonly sellers?: readonly Seller[]
  } & (V3Options | V2Options)
  /** The shop's QQ mini program, where it has one. */
  readonly qq?: { readonly appid: string; readonly secret: string }
  /** Folder of the h5 build. A folder without index.html counts as none. Default: none. */
  readonly staticRoot?: string
  /** Trusts `X-Forwarded-For` from this machine. For development. Default false. */
  readonly trustLoopbackForwarded?: boolean
  /** More trusted proxies: addresses or CIDR blocks. Default none. */
  readonly trustedProxies?: readonly string[]
  /** Origins whose pages may call our API, besides the shop's own. Default none. */
  readonly corsOrigins?: readonly string[]
  /** The payer's address for a browser on this machine. For development. Default: 127.0.0.1, which cannot pay. */
  readonly loopbackPayerIp?: string
  /** Business time: lives, expiry, schedules. Default the wall clock. */
  readonly clock?: Clock
  /** Time of signatures; stays the wall clock when business time moves. Default the wall clock. */
  readonly transportClock?: Clock
  /** Default: silent. */
  readonly logger?: Logger
  /** Default: timers. */
  readonly scheduler?: Scheduler
  /** Milliseconds between two looks for work that is due. Default 1000. */
  readonly sweepEveryMs?: number
  /** False switches them off. Default: those of RateLimits. */
  readonly rateLimits?: RateLimits | false
  /**
   * Who gets coupons and points at the first visit. A guest in a browser is new each time, so `everyone` is for
   * development only. Default `members`: users that sign in by WeChat or QQ.
   */
  readonly welcome?: 'members' | 'everyone' | 'nobody'
  /** Refunds up to this amount need no approval before the goods are sent. Default 0: each needs one. */
  readonly automaticRefundMaxFen?: number
  /**
   * The shop owner's own step, such as informing a warehouse. Called at least once for each paid order and for each
   * refund of a paid order, and called again after growing waits when it rejects. Default: none.
   */
  readonly ownerHook?: OwnerHook
  /** How long an order can be paid. Default 15 minutes. */
  readonly orderLifeMs?: number
  /** Default 30 days. */
  readonly sessionLifeMs?: number
  /** Stock of each item in a new shop. Default 1,000,000. */
  readonly initialStock?: number
  /** Milliseconds that a stop waits for open requests. Default 10,000. */
  readonly graceMs?: number
  /** Milliseconds to wait for WeChat Pay and QQ. Default 5000: less than the client waits for the shop. */
  readonly timeoutMs?: number
}

/**
 * Checks what would otherwise fail only at the first payment.
 * @throws Error with all findings, one a line
 */
export function assertUsable({ publicBase, wechat, operatorPort, operatorToken }: MerchantOptions): void {
  const findings = [...findInBase(publicBase), ...findInKeys(wechat), ...findInSellers(wechat)]
  if (operatorPort !== undefined && (operatorToken ?? '').length < 16) {
    findings.push('operatorToken: expected at least 16 characters, because operatorPort is set')
  }
  if (findings.length > 0) throw new Error(findings.join('\n'))
}

function findInBase(publicBase: string): readonly string[] {
  if (URL.canParse(publicBase) && new URL(publicBase).origin === publicBase) return []
  return [`publicBase: expected an origin without a path, found ${publicBase}, e.g. https://shop.example`]
}

function findInKeys(wechat: MerchantOptions['wechat']): readonly string[] {
  const [name, key] =
    wechat.v2 === undefined ? ['wechat.apiV3Key', wechat.apiV3Key] : ['wechat.v2.apiKey', wechat.v2.apiKey]
  const findings: string[] = []
  if (Buffer.byteLength(key) !== 32) findings.push(`${name}: expected 32 bytes, found ${Buffer.byteLength(key)}`)
  const id = wechat.v2 === undefined ? wechat.platformPublicKey?.id : undefined
  if (id !== undefined && !/^PUB_KEY_ID_\d+$/.test(id)) {
    findings.push(`wechat.platformPublicKey.id: expected PUB_KEY_ID_ and digits, found ${id}`)
  }
  return findings
}

function findInSellers({ sellers = [], v2, partner, mchid }: MerchantOptions['wechat']): readonly string[] {
  const findings = findSellerProblems(sellers, catalogue, mchid).map((finding) => `wechat.sellers: ${finding}`)
  if (sellers.length > 0 && partner !== undefined) {
    const what = 'wechat.partner sells for one sub merchant, sellers for several: leave one of them out'
    findings.unshift(`wechat.sellers: ${what}`)
  }
  if (sellers.length > 0 && v2 !== undefined) findings.unshift('wechat.sellers: V2 has no combined orders, take V3')
  return findings
}

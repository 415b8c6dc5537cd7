import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import pino, { type Logger } from 'pino'
import { apiPaths } from '../../src/contract/api'
import { wallClock, type Clock } from '../kit/clock'
import type { HostMap } from '../kit/http/host-map'
import { listenOn, listenOnLoopback } from '../kit/http/http-server'
import { createAttempts } from './actions/attempts'
import { createAuthentication } from './http/authenticate'
import { createCancelOrder } from './actions/cancel-order'
import { channels } from './actions/channels'
import { allowOrigins } from './http/cors'
import { catalogue } from './domain/catalogue'
import { welcomeAt } from './domain/coupon'
import type { ClientKind } from './domain/order'
import { findSellerProblems, goodsSoldBy, type Seller } from './domain/seller'
import { createShopEvents } from './events/events'
import { createEventsEverywhere } from './events/events-everywhere'
import { createExpiring } from './actions/expire-order'
import { createGateways, type GatewaysOptions } from './gateway/create-gateways'
import { payeeOf } from './gateway/parties'
import type { PlatformPublicKey } from './gateway/v3/v3-public-key'
import { createDeliverWork } from './jobs/deliver-work'
import { createHookWork, type OwnerHook } from './jobs/hook-work'
import { createOutbox } from './jobs/outbox'
import { createReconcile } from './jobs/reconcile'
import { createRefundWork } from './jobs/refund-work'
import { timerScheduler, type Scheduler } from './jobs/scheduler'
import { createSweep } from './jobs/sweep'
import { lockIn } from '../kit/keyed-lock'
import { createMetrics } from './events/metrics'
import { createPlaceOrder } from './actions/place-order'
import { createPayOrder } from './actions/pay-order'
import { createQuoting } from './actions/quotes'
import { createRequestLimits, networkOf, type RateLimits } from './http/rate-limits'
import { addHealthRoutes } from './routes/health'
import { createRefunding } from './actions/refunds'
import { addAfterSalesRoutes } from './routes/after-sales'
import { addMeRoutes } from './routes/me'
import { addNoticeRoutes, wechatNoticePath } from './routes/notices'
import { addOperatorRoutes } from './routes/operator/operator'
import { addGoodsRoutes } from './routes/goods'
import { addOrderRoutes } from './routes/orders'
import { addPaymentRoutes } from './routes/payments'
import { addPages } from './routes/pages'
import { addSessionRoutes } from './routes/sessions'
import { closeGently, createServer, payerClientIpOf } from './http/server'
import { createSettlePayment } from './actions/settle-payment'
import { createSqlStore } from './store/sql-store'
import type { Engine } from './store/engine/engine'
import { openPostgresEngine } from './store/engine/postgres-engine'
import { openSqliteEngine } from './store/engine/sqlite-engine'

/** A merchant that speaks API v3. */
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

/** A merchant that speaks the first API, in XML. */
export interface V2Options {
  readonly v2: {
    /** API key (API密钥), 32 characters. */
    readonly apiKey: string
    /** Default HMAC-SHA256. */
    readonly signType?: 'MD5' | 'HMAC-SHA256'
    /** The merchant's certificate and its key, PEM, for refunds. Default: none, and a person gives money back. */
    readonly certificate?: { readonly cert: string; readonly key: string }
  }
}

export interface MerchantOptions {
  /** Of the API, the notifications and the h5 build. 0 takes a free one. */
  readonly port: number
  /** Address of this machine that they listen on. Default 127.0.0.1. */
  readonly host?: string
  /** Of the operator API; there is none without. */
  readonly operatorPort?: number
  /** Bearer token of the operator API: needed with `operatorPort`. */
  readonly operatorToken?: string
  /** SQLite file. Default `:memory:`. */
  readonly dataFile?: string
  /** PostgreSQL instead, `postgres://…`: any number of merchants may work on one database. */
  readonly databaseUrl?: string
  /** Connections of this process to PostgreSQL. Default 16. */
  readonly databasePool?: number
  /** Where WeChat Pay and QQ are called. */
  readonly hostMap: HostMap
  /** Origin under which the world sees the shop, such as `https://shop.example`: a registered H5 domain. */
  readonly publicBase: string
  readonly wechat: {
    readonly appid: string
    readonly secret: string
    readonly mchid: string
    /** Set where a partner (服务商) with that `mchid` sells for a sub merchant. Default: the merchant sells for himself. */
    readonly partner?: {
      readonly subMchid: string
      /** The partner's own appid, where `appid` is the sub merchant's. Default: `appid` is the partner's. */
      readonly spAppid?: string
    }
    /**
     * Whose goods the shop sells, by the names in the catalogue: each gets the money for his own, and a cart is paid as one
     * combined order (合单支付). V3 only, and not beside `partner`. Default: everything is the shop's.
     */
    readonly sellers?: readonly Seller[]
  } & (V3Options | V2Options)
  /** The shop's QQ mini program, where it has one. */
  readonly qq?: { readonly appid: string; readonly secret: string }
  /** Folder of the h5 build. Default: none. A folder without index.html is the same as none. */
  readonly staticRoot?: string
  /** Believe `X-Forwarded-For` of this machine. For development. Default false. */
  readonly trustLoopbackForwarded?: boolean
  /** More proxies that are believed: addresses or CIDR blocks. Default none. */
  readonly trustedProxies?: readonly string[]
  /** Origins whose pages may call our API, besides the shop's own. Default none. */
  readonly corsOrigins?: readonly string[]
  /** Address that a browser on this machine pays from. For development. Default: 127.0.0.1, which cannot pay. */
  readonly loopbackPayerIp?: string
  /** Business time: lives, expiry, schedules. Default the wall clock. */
  readonly clock?: Clock
  /** Time of signatures; stays the wall clock when business time moves. Default the wall clock. */
  readonly transportClock?: Clock
  /** Default: silent. */
  readonly logger?: Logger
  /** Default: timers. */
  readonly scheduler?: Scheduler
  /** How often what is due is looked at. Default 1000. */
  readonly sweepEveryMs?: number
  /** Default: see RateLimits; false for none. */
  readonly rateLimits?: RateLimits | false
  /**
   * Who finds coupons and points at the first visit. A guest in a browser is new each time, so that `everyone` is for
   * development. Default `members`: who signs in.
   */
  readonly welcome?: 'members' | 'everyone' | 'nobody'
  /** Refunds up to here need nobody's approval while the goods are still in the house. Default 0: a person approves each. */
  readonly automaticRefundMaxFen?: number
  /**
   * The owner's own step, such as telling a warehouse. Called at least once for each paid order and for each refund of
   * one, and again with growing waits when it rejects. Default: none.
   */
  readonly ownerHook?: OwnerHook
  /** How long an order can be paid. Default 15 minutes. */
  readonly orderLifeMs?: number
  /** Default 30 days. */
  readonly sessionLifeMs?: number
  /** Pieces of each item in a new shop. Default 1,000,000. */
  readonly initialStock?: number
  /** How long a stop waits for requests that were begun. Default 10,000. */
  readonly graceMs?: number
  /** Waiting for WeChat Pay and QQ. Default 5000: less than the client waits for us. */
  readonly timeoutMs?: number
}

export interface Merchant {
  readonly url: string
  /** Null without an operator port. */
  readonly operatorUrl: string | null
  /** Does now what is due now: late queries, expiry, the outbox. */
  sweep(): Promise<void>
  /** Takes nothing new, finishes what it holds, then ends. */
  close(): Promise<void>
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** Never in a log, whoever hands them in, and however deep. */
const secretNames = [
  'authorization',
  'openid',
  'token',
  'tokenHash',
  'access_token',
  'secret',
  'session_key',
  'apiV3Key',
  'apiV2Key',
  'merchantPrivateKey',
  'databaseUrl',
  'rawBody',
  'headers',
  'connectionString',
]
const redactedPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

/** Starts the shop's back end: its API, notifications, pages and the work that is due without anybody asking. */
export async function createMerchant(options: MerchantOptions): Promise<Merchant> {
  assertUsable(options)
  const clock = options.clock ?? wallClock
  const transportClock = options.transportClock ?? wallClock
  const logger = (options.logger ?? pino({ level: 'silent' })).child(
    { company: 'merchant' },
    { redact: { paths: redactedPaths, censor: '(hidden)' } },
  )
  const { wechat, publicBase } = options
  const { partner } = wechat
  const seller = {
    ...wechat,
    partner: partner ? { subMchid: partner.subMchid, spAppid: partner.spAppid ?? null } : null,
  }
  const { sellers = [] } = wechat
  const goods = goodsSoldBy(sellers, catalogue)
  const store = await createSqlStore(await openEngine(options, logger), {
    goods,
    initialStock: options.initialStock ?? 1_000_000,
    hasHook: options.ownerHook !== undefined,
  })
  const events = createShopEvents(logger, clock)
  const everywhere = createEventsEverywhere({ events, broadcast: store.broadcast, logger })
  const metrics = createMetrics({ store, events, clock })
  const { logins, refunds, bills, shipping, hasKeys, closeConnections, ...out } = createGateways({
    hostMap: options.hostMap,
    wechat: seller,
    keys: toKeys(wechat),
    qq: options.qq ?? null,
    notifyUrl: publicBase + wechatNoticePath,
    clock,
    transportClock,
    timeoutMs: options.timeoutMs ?? 5000,
    onRefreshFailed: (error) => logger.warn({ err: error }, 'certificates not refreshed'),
    tokens: { ...store, lock: lockIn('token', store.lock) },
  })
  const gateway = metrics.time(out.gateway)
  const settlePayment = createSettlePayment({ store, events, clock, payee: payeeOf(seller) })
  const attempts = createAttempts({ store, gateway, settlePayment, events, clock, logger })
  const orderLock = lockIn('order', store.lock)
  const expiring = createExpiring({ store, attempts, orderLock, events, clock, logger })
  const payOrder = createPayOrder({ store, gateway, attempts, expiring, orderLock, events, clock, logger, publicBase })
  const quoting = createQuoting({ store, goods, clock })
  const cancelOrder = createCancelOrder({ store, attempts, orderLock, events, clock })
  const refunding = createRefunding({ store, events, clock, automaticMaxFen: options.automaticRefundMaxFen ?? 0 })
  const placeOrder = createPlaceOrder({
    store,
    payOrder,
    requestLock: lockIn('request', store.lock),
    events,
    clock,
    quoting,
    sellers,
    orderLifeMs: options.orderLifeMs ?? 15 * minuteMs,
  })
  const hook = createHookWork(store, options.ownerHook ?? null)
  const outbox = createOutbox({
    store,
    work: {
      refund: createRefundWork({ store, refunds, refunding, clock }),
      deliver: createDeliverWork({ store, shipping, events, clock }),
      hook,
      hookRefund: hook,
    },
    events,
    clock,
    logger,
  })
  const reconcile = createReconcile({ store, bills, lock: lockIn('bill', store.lock), events, clock, logger })
  const sweep = createSweep({ store, attempts, expiring, outbox, reconcile, clock, logger })

  const trustedProxies = [...(options.trustLoopbackForwarded ? ['loopback'] : []), ...(options.trustedProxies ?? [])]
  const server = await createServer({ logger, trustedProxies })
  metrics.watch(server)
  await allowOrigins(server, options.corsOrigins ?? [])
  const limits = await createRequestLimits(server, options.rateLimits ?? {}, store.hits)
  server.addHook('onRequest', async (request, reply) => {
    // The route, not the address as written: an escaped letter in it must not lead around the limits.
    const route = request.routeOptions.url ?? ''
    if (!route.startsWith('/api/')) return
    void reply.header('cache-control', 'no-store')
    const network = networkOf(request.ip)
    await limits.address(request, `address:${network}`)
    if (request.method === 'POST' && route === apiPaths.sessions) await limits.login(request, `login:${network}`)
  })
  const authentication = createAuthentication(store, clock, limits.user)
  addSessionRoutes(server, {
    store,
    authentication,
    clock,
    logger,
    logins,
    sessionLifeMs: options.sessionLifeMs ?? 30 * dayMs,
    welcomeOf: (client) => (isWelcome(options.welcome ?? 'members', client) ? welcomeAt(clock.now()) : null),
  })
  addMeRoutes(server, { store, authentication, quoting, clock })
  addAfterSalesRoutes(server, { store, authentication, cancelOrder, refunding, events, clock })
  addGoodsRoutes(server, { store, goods })
  addOrderRoutes(server, { store, authentication, attempts, expiring, clock })
  addPaymentRoutes(server, {
    store,
    authentication,
    placeOrder,
    payOrder,
    clock,
    payerClientIpOf: (request) => payerClientIpOf(request, options.loopbackPayerIp ?? null),
  })
  addNoticeRoutes(server, { gateway, store, settlePayment, refunding, events, clock, logger })
  let isStopping = false
  addHealthRoutes(server, { store, hasKeys, isStopping: () => isStopping })
  if (options.staticRoot !== undefined) await addPages(server, options.staticRoot)

  const operator = options.operatorPort === undefined ? null : await createServer({ logger, trustedProxies: [] })
  const operatorToken = options.operatorToken ?? ''
  if (operator)
    addOperatorRoutes(operator, { store, refunding, events, everywhere, clock, token: operatorToken, metrics })

  let stopSweeping = () => {}
  async function close(): Promise<void> {
    isStopping = true
    stopSweeping()
    const graceMs = options.graceMs ?? 10_000
    // Whoever does not answer in time is not waited for: the call fails, and its work stays written down.
    const timer = setTimeout(closeConnections, graceMs)
    await Promise.all([closeGently(server, graceMs), operator && closeGently(operator, graceMs), sweep.stop()])
    clearTimeout(timer)
    await everywhere.close()
    await store.close()
    closeConnections()
  }
  try {
    const url = await listenOn(server, options.host ?? '127.0.0.1', options.port)
    const operatorUrl = operator ? await listenOnLoopback(operator, options.operatorPort!) : null
    const scheduler = options.scheduler ?? timerScheduler
    stopSweeping = scheduler.every(options.sweepEveryMs ?? 1000, () => void sweep.run())
    return { url, operatorUrl, sweep: sweep.run, close }
  } catch (error) {
    await close()
    throw error
  }
}

function isWelcome(whom: 'members' | 'everyone' | 'nobody', client: ClientKind): boolean {
  return whom === 'everyone' || (whom === 'members' && channels[client].login !== 'guest')
}

function openEngine({ databaseUrl, databasePool, dataFile }: MerchantOptions, logger: Logger): Promise<Engine> {
  if (databaseUrl === undefined) return openSqliteEngine(dataFile ?? ':memory:')
  return openPostgresEngine({
    url: databaseUrl,
    ...(databasePool !== undefined && { poolSize: databasePool }),
    onConnectionLost: (error) => logger.error({ err: error }, 'database connection lost'),
  })
}

function toKeys(own: V3Options | V2Options): GatewaysOptions['keys'] {
  if (own.v2 !== undefined) {
    const { apiKey, signType = 'HMAC-SHA256', certificate = null } = own.v2
    return { v2: { apiKey, signType, certificate } }
  }
  const { merchantSerialNo, apiV3Key, platformPublicKey } = own
  return {
    v3: {
      merchantSerialNo,
      apiV3Key,
      merchantPrivateKey: toKey(own.merchantPrivateKey),
      platformPublicKey: platformPublicKey ? toPublicKey(platformPublicKey) : null,
    },
  }
}

function toPublicKey({ id, key }: { readonly id: string; readonly key: string | KeyObject }): PlatformPublicKey {
  return { id, key: typeof key === 'string' ? createPublicKey(key) : key }
}

function toKey(key: string | KeyObject): KeyObject {
  return typeof key === 'string' ? createPrivateKey(key) : key
}

/** What would only fail at the first payment fails at the start. */
function assertUsable({ publicBase, wechat, operatorPort, operatorToken }: MerchantOptions): void {
  const faults: string[] = []
  if (!URL.canParse(publicBase) || new URL(publicBase).origin !== publicBase) {
    faults.push(`publicBase: expected an origin without a path, found ${publicBase}, e.g. https://shop.example`)
  }
  const [name, key] =
    wechat.v2 === undefined ? ['wechat.apiV3Key', wechat.apiV3Key] : ['wechat.v2.apiKey', wechat.v2.apiKey]
  if (Buffer.byteLength(key) !== 32) faults.push(`${name}: expected 32 bytes, found ${Buffer.byteLength(key)}`)
  if (
    wechat.v2 === undefined &&
    wechat.platformPublicKey !== undefined &&
    !/^PUB_KEY_ID_\d+$/.test(wechat.platformPublicKey.id)
  ) {
    faults.push(`wechat.platformPublicKey.id: expected PUB_KEY_ID_ and digits, found ${wechat.platformPublicKey.id}`)
  }
  const sellers = wechat.sellers ?? []
  if (sellers.length > 0 && wechat.v2 !== undefined) faults.push('wechat.sellers: V2 has no combined orders, take V3')
  if (sellers.length > 0 && wechat.partner !== undefined) {
    faults.push('wechat.sellers: wechat.partner sells for one sub merchant, sellers for several: leave one of them out')
  }
  faults.push(...findSellerProblems(sellers, catalogue, wechat.mchid).map((fault) => `wechat.sellers: ${fault}`))
  if (operatorPort !== undefined && (operatorToken ?? '').length < 16) {
    faults.push('operatorToken: expected at least 16 characters, because operatorPort is set')
  }
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

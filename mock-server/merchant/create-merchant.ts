import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import pino, { type Logger } from 'pino'
import { apiPaths } from '../../src/contract/api'
import { wallClock, type Clock } from '../kit/clock'
import type { HostMap } from '../kit/host-map'
import { listenOnLoopback } from '../kit/http-server'
import { createAttempts } from './attempts'
import { createAuthenticate } from './authenticate'
import { catalogue } from './domain/catalogue'
import { createShopEvents } from './events'
import { createExpiring } from './expiring'
import { createGateways } from './gateway/create-gateways'
import type { PlatformPublicKey } from './gateway/v3-public-key'
import { timerScheduler, type Scheduler } from './jobs/scheduler'
import { createSweep } from './jobs/sweep'
import { createKeyedLock } from './keyed-lock'
import { createPlaceOrder } from './ordering'
import { createPayOrder } from './paying'
import { createRequestLimits, type RateLimits } from './rate-limits'
import { addNoticeRoutes, wechatNoticePath } from './routes/notices'
import { addOperatorRoutes } from './routes/operator'
import { addOrderRoutes } from './routes/orders'
import { addPages } from './routes/pages'
import { addSessionRoutes } from './routes/sessions'
import { createServer, payerClientIpOf } from './server'
import { createSettlePayment } from './settling'
import { createSqlStore } from './store/sql-store'
import { openSqliteEngine } from './store/sqlite-engine'

export interface MerchantOptions {
  /** Of the API, the notifications and the h5 build. 0 takes a free one. */
  readonly port: number
  /** Of the operator API; there is none without. */
  readonly operatorPort?: number
  /** Bearer token of the operator API: needed with `operatorPort`. */
  readonly operatorToken?: string
  /** SQLite file. Default `:memory:`. */
  readonly dataFile?: string
  /** Where WeChat Pay and QQ are called. */
  readonly hostMap: HostMap
  /** Origin under which the world sees the shop, such as `https://shop.example`: a registered H5 domain. */
  readonly publicBase: string
  readonly wechat: {
    readonly appid: string
    readonly secret: string
    readonly mchid: string
    readonly merchantSerialNo: string
    /** PEM, or the key itself. */
    readonly merchantPrivateKey: string | KeyObject
    /** 32 bytes. */
    readonly apiV3Key: string
    /** WeChat Pay's public key and its id, for merchants in that mode. Default: platform certificates are downloaded. */
    readonly platformPublicKey?: { readonly id: string; readonly key: string | KeyObject }
  }
  /** The shop's QQ mini program, where it has one. */
  readonly qq?: { readonly appid: string; readonly secret: string }
  /** Folder of the h5 build. Default: none. A folder without index.html is the same as none. */
  readonly staticRoot?: string
  /** Believe `X-Forwarded-For` of this machine. For development. Default false. */
  readonly trustLoopbackForwarded?: boolean
  /** More proxies that are believed: addresses or CIDR blocks. Default none. */
  readonly trustedProxies?: readonly string[]
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
  /** How long an order can be paid. Default 15 minutes. */
  readonly orderLifeMs?: number
  /** Default 30 days. */
  readonly sessionLifeMs?: number
  /** Pieces of each item in a new shop. Default 1,000,000. */
  readonly initialStock?: number
  /** Waiting for WeChat Pay and QQ. Default 5000: less than the client waits for us. */
  readonly timeoutMs?: number
}

export interface Merchant {
  readonly url: string
  /** Null without an operator port. */
  readonly operatorUrl: string | null
  /** Does now what is due now: late queries, expiry. */
  sweep(): Promise<void>
  close(): Promise<void>
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** Never in a log, whoever hands them in. */
const redactedPaths = ['authorization', 'openid', 'token', 'secret', 'apiV3Key', 'rawBody', 'headers']

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
  const goods = catalogue
  const { gateway, logins, closeConnections } = createGateways({
    hostMap: options.hostMap,
    wechat: {
      ...wechat,
      merchantPrivateKey: toKey(wechat.merchantPrivateKey),
      platformPublicKey: wechat.platformPublicKey ? toPublicKey(wechat.platformPublicKey) : null,
    },
    qq: options.qq ?? null,
    notifyUrl: publicBase + wechatNoticePath,
    clock,
    transportClock,
    timeoutMs: options.timeoutMs ?? 5000,
    onRefreshFailed: (error) => logger.warn({ err: error }, 'certificates not refreshed'),
  })
  const store = await createSqlStore(await openSqliteEngine(options.dataFile ?? ':memory:'), {
    goods,
    initialStock: options.initialStock ?? 1_000_000,
  })
  const events = createShopEvents(logger, clock)
  const settlePayment = createSettlePayment({ store, events, clock, payee: wechat })
  const attempts = createAttempts({ store, gateway, settlePayment, events, clock, logger })
  const orderLock = createKeyedLock()
  const expiring = createExpiring({ store, attempts, orderLock, events, clock, logger })
  const payOrder = createPayOrder({ store, gateway, attempts, expiring, orderLock, events, clock, logger, publicBase })
  const placeOrder = createPlaceOrder({
    store,
    payOrder,
    requestLock: createKeyedLock(),
    events,
    clock,
    goods,
    orderLifeMs: options.orderLifeMs ?? 15 * minuteMs,
  })
  const sweep = createSweep({ store, attempts, expiring, clock, logger })

  const trustedProxies = [...(options.trustLoopbackForwarded ? ['loopback'] : []), ...(options.trustedProxies ?? [])]
  const server = await createServer({ logger, trustedProxies })
  const limits = await createRequestLimits(server, options.rateLimits ?? {})
  server.addHook('onRequest', async (request) => {
    // The route, not the address as written: an escaped letter in it must not lead around the limits.
    const route = request.routeOptions.url ?? ''
    if (!route.startsWith('/api/')) return
    await limits.address(request, `address:${request.ip}`)
    if (request.method === 'POST' && route === apiPaths.sessions) await limits.login(request, `login:${request.ip}`)
  })
  const authenticate = createAuthenticate(store, clock, limits.user)
  addSessionRoutes(server, {
    store,
    authenticate,
    clock,
    logger,
    logins,
    sessionLifeMs: options.sessionLifeMs ?? 30 * dayMs,
  })
  addOrderRoutes(server, {
    store,
    authenticate,
    attempts,
    expiring,
    placeOrder,
    payOrder,
    goods,
    clock,
    payerClientIpOf: (request) => payerClientIpOf(request, options.loopbackPayerIp ?? null),
  })
  addNoticeRoutes(server, { gateway, store, settlePayment, events, clock, logger })
  if (options.staticRoot !== undefined) await addPages(server, options.staticRoot)

  const operator = options.operatorPort === undefined ? null : await createServer({ logger, trustedProxies: [] })
  if (operator) addOperatorRoutes(operator, { store, events, token: options.operatorToken ?? '' })

  let stopSweeping = () => {}
  async function close(): Promise<void> {
    stopSweeping()
    await Promise.all([server.close(), operator?.close()])
    await sweep.finished()
    await store.close()
    closeConnections()
  }
  try {
    const url = await listenOnLoopback(server, options.port)
    const operatorUrl = operator ? await listenOnLoopback(operator, options.operatorPort!) : null
    const scheduler = options.scheduler ?? timerScheduler
    stopSweeping = scheduler.every(options.sweepEveryMs ?? 1000, () => void sweep.run())
    return { url, operatorUrl, sweep: sweep.run, close }
  } catch (error) {
    await close()
    throw error
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
  if (Buffer.byteLength(wechat.apiV3Key) !== 32) {
    faults.push(`wechat.apiV3Key: expected 32 bytes, found ${Buffer.byteLength(wechat.apiV3Key)}`)
  }
  if (wechat.platformPublicKey !== undefined && !/^PUB_KEY_ID_\d+$/.test(wechat.platformPublicKey.id)) {
    faults.push(`wechat.platformPublicKey.id: expected PUB_KEY_ID_ and digits, found ${wechat.platformPublicKey.id}`)
  }
  if (operatorPort !== undefined && (operatorToken ?? '').length < 16) {
    faults.push('operatorToken: expected at least 16 characters, because operatorPort is set')
  }
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

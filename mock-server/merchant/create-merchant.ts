import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import pino, { type Logger } from 'pino'
import { wallClock } from '../kit/clock'
import { listenOn, listenOnLoopback } from '../kit/http/http-server'
import { createAttempts } from './actions/attempts'
import { createCancelOrder } from './actions/cancel-order'
import { catalogue } from './domain/catalogue'
import { goodsSoldBy } from './domain/seller'
import { createShopEvents } from './events/events'
import { createEventsEverywhere } from './events/events-everywhere'
import { createExpiring } from './actions/expire-order'
import { createGateways, type GatewaysOptions } from './gateway/create-gateways'
import { payeeOf } from './gateway/parties'
import type { PlatformPublicKey } from './gateway/v3/v3-public-key'
import { createDeliverWork } from './jobs/deliver-work'
import { createHookWork } from './jobs/hook-work'
import { createOutbox } from './jobs/outbox'
import { createReconcile } from './jobs/reconcile'
import { createRefundWork } from './jobs/refund-work'
import { timerScheduler } from './jobs/scheduler'
import { createSweep } from './jobs/sweep'
import { lockIn } from '../kit/keyed-lock'
import { createMetrics } from './events/metrics'
import { createPlaceOrder } from './actions/place-order'
import { createPayOrder } from './actions/pay-order'
import { createQuoting } from './actions/quotes'
import { createRefunding } from './actions/refunds'
import { wechatNoticePath } from './routes/notices'
import { closeGently } from './http/server'
import { createOperatorServer, createPublicServer } from './create-servers'
import { assertUsable, type MerchantOptions, type V2Options, type V3Options } from './options'
import { createSettlePayment } from './actions/settle-payment'
import { createSqlStore } from './store/sql-store'
import type { Engine } from './store/engine/engine'
import { openSqliteEngine } from './store/engine/sqlite-engine'

export type { MerchantOptions, V2Options, V3Options } from './options'

export interface Merchant {
  readonly url: string
  /** Null without an operator port. */
  readonly operatorUrl: string | null
  /** Does the work that is due now: late queries, expiry, the outbox. */
  sweep(): Promise<void>
  /** Takes no new requests, answers the open ones, then ends. */
  close(): Promise<void>
}

const minuteMs = 60_000

/** Fields that no log line may show, at any depth. */
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

/** Starts the shop's back end: its API, notifications, pages, and the work that falls due. */
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

  let isStopping = false
  const parts = { store, events, clock, logger, metrics, refunding }
  const server = await createPublicServer(options, {
    ...parts,
    goods,
    gateway,
    logins,
    hasKeys,
    settlePayment,
    attempts,
    expiring,
    quoting,
    placeOrder,
    payOrder,
    cancelOrder,
    isStopping: () => isStopping,
  })
  const operator = await createOperatorServer(options, { ...parts, everywhere })

  let stopSweeping = () => {}
  async function close(): Promise<void> {
    isStopping = true
    stopSweeping()
    const graceMs = options.graceMs ?? 10_000
    // A call without an answer then fails; its work stays in the store for the next start.
    const timer = setTimeout(closeConnections, graceMs)
    await Promise.all([closeGently(server, graceMs), operator && closeGently(operator.server, graceMs), sweep.stop()])
    clearTimeout(timer)
    await everywhere.close()
    await store.close()
    closeConnections()
  }
  try {
    const url = await listenOn(server, options.host ?? '127.0.0.1', options.port)
    const operatorUrl = operator ? await listenOnLoopback(operator.server, operator.port) : null
    const scheduler = options.scheduler ?? timerScheduler
    stopSweeping = scheduler.every(options.sweepEveryMs ?? 1000, () => void sweep.run())
    return { url, operatorUrl, sweep: sweep.run, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openEngine({ databaseUrl, databasePool, dataFile }: MerchantOptions, logger: Logger): Promise<Engine> {
  if (databaseUrl === undefined) return openSqliteEngine(dataFile ?? ':memory:')
  const { openPostgresEngine } = await import('./store/engine/postgres-engine')
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

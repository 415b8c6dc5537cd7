import { wallClock, type Clock } from '../../kit/clock'
import { createHostMap, type HostMap } from '../../kit/host-map'
import { createHttpServer, listenOnLoopback } from '../../kit/http-server'
import { addCashierRoutes } from './cashier'
import { createVirtualClock } from './clock'
import { createControlServer } from './control'
import { createDirectory, openidOf } from './directory'
import { createEventBus } from './events'
import { createFaults } from './faults'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type AppIdentity,
  type MerchantIdentity,
  type PlatformIdentity,
} from './identity'
import { createLedger } from './ledger'
import { addLoginRoutes } from './login'
import { addMiddlePage } from './middle-page'
import { createNotifier } from './notifier'
import { openStore } from './store'
import { sendUnsigned } from './v3-door'
import { addV3Routes } from './v3-routes'

export interface WechatSimulatorOptions {
  /** Default 0: a free port. */
  readonly port?: number
  readonly controlPort?: number
  /** Default `:memory:`. */
  readonly dataFile?: string
  /** Where the merchants' notify_url really are. Default: nowhere else. */
  readonly hostMap?: HostMap
  /** Made afresh where left out. */
  readonly platform?: PlatformIdentity
  readonly apps?: readonly AppIdentity[]
  readonly merchants?: readonly MerchantIdentity[]
  /** Default true: the phones of the bench come through a forwarder on this machine. */
  readonly trustLoopbackForwarded?: boolean
  /** Stands for a browser on this machine. Default null: it is 127.0.0.1, which the middle page refuses. */
  readonly loopbackPayerIp?: string | null
  /** What a serial that is not the merchant's gets. Default 500, as observed in life. */
  readonly unknownSerial?: 500 | 401
  /** Shape of `detail` where a signature does not match. Default `nested`, as since about 2021. */
  readonly signErrorDetail?: 'nested' | 'flat'
  /**
   * Base of addresses that are handed out (`h5_url`), such as `https://wx.tenpay.com`, where the caller used another name
   * than 127.0.0.1 or localhost. Default: the simulator's own address.
   */
  readonly handedOutBase?: string
  /** The wall clock; tests stand it still. */
  readonly wall?: Clock
}

export interface WechatSimulator {
  readonly url: string
  readonly controlUrl: string
  readonly platform: PlatformIdentity
  readonly apps: readonly AppIdentity[]
  readonly merchants: readonly MerchantIdentity[]
  /** The openid of a person under an app, known from now on. */
  openid(appid: string, user: string): Promise<string>
  /** The payer pays. @returns null where the trade can't be paid */
  pay(mchid: string, outTradeNo: string): Promise<{ transaction_id: string } | null>
  /** Moves virtual time and answers when everything that fell due has been delivered, in order. */
  advance(seconds: number): Promise<void>
  /** Virtual time in milliseconds: what a merchant's business clock may follow in development. */
  now(): number
  /** Answers when no delivery is due or under way. */
  settled(): Promise<void>
  reset(): Promise<void>
  close(): Promise<void>
}

/** The person who holds the phones of the bench. */
const benchUser = 'payer-1'
const clockSetting = 'clock_offset_ms'
const closeBatch = 500
const housekeepingEveryMs = 60_000

/** Starts WeChat Pay and WeChat login on this machine. */
export async function createWechatSimulator(options: WechatSimulatorOptions = {}): Promise<WechatSimulator> {
  const apps = options.apps ?? [createAppIdentity()]
  const merchants = options.merchants ?? [await createMerchantIdentity({ appids: apps.map(({ appid }) => appid) })]
  const platform = options.platform ?? (await createPlatformIdentity())

  const store = openStore(options.dataFile ?? ':memory:')
  const clock = createVirtualClock(options.wall ?? wallClock)
  clock.setOffset(Number(store.setting(clockSetting) ?? 0))
  const directory = createDirectory(merchants, apps, platform)
  for (const merchant of store.addedMerchants()) directory.add(merchant)
  await meetBenchUser()

  const events = createEventBus()
  const faults = createFaults()
  const hostMap = options.hostMap ?? createHostMap({})
  const notifier = createNotifier({ store, clock, directory, hostMap, events, faults })
  const ledger = createLedger({ store, clock, directory, events, onNotice: () => notifier.wake() })

  const server = createHttpServer()
  server.setNotFoundHandler((request, reply) =>
    sendUnsigned(reply, 404, 'RESOURCE_NOT_EXISTS', `请求的资源不存在: ${request.method} ${request.url.split('?')[0]}`),
  )
  server.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    if (status < 500) return sendUnsigned(reply, status, 'PARAM_ERROR', '请求体过大或格式有误')
    request.log.error(error)
    return sendUnsigned(reply, 500, 'SYSTEM_ERROR', '系统繁忙，请稍后重试')
  })
  let url = ''
  addV3Routes(server, {
    ledger,
    directory,
    unknownSerial: options.unknownSerial ?? 500,
    signErrorDetail: options.signErrorDetail ?? 'nested',
    ownBase: () => options.handedOutBase ?? url,
  })
  addLoginRoutes(server, { store, clock, directory })
  addCashierRoutes(server, { store, clock, directory, ledger })
  addMiddlePage(server, {
    store,
    clock,
    directory,
    ledger,
    trustLoopbackForwarded: options.trustLoopbackForwarded ?? true,
    loopbackPayerIp: options.loopbackPayerIp ?? null,
  })
  const control = createControlServer({
    store,
    clock,
    directory,
    ledger,
    events,
    faults,
    resend: (id) => notifier.resend(id),
    advance,
    reset,
  })

  let controlUrl: string
  try {
    url = await listenOnLoopback(server, options.port ?? 0)
    controlUrl = await listenOnLoopback(control, options.controlPort ?? 0)
  } catch (error) {
    await Promise.all([server.close(), control.close()])
    await store.close()
    throw error
  }
  // What a crash left undelivered goes on now.
  notifier.wake()
  await ledger.closeOverdue(closeBatch)
  const housekeeping = setInterval(() => {
    ledger.closeOverdue(closeBatch).catch((error: unknown) => server.log.error(error))
  }, housekeepingEveryMs)
  housekeeping.unref()
  let advancing: Promise<void> = Promise.resolve()

  return {
    url,
    controlUrl,
    platform,
    apps,
    merchants,
    async openid(appid, user) {
      const openid = openidOf(appid, user)
      await store.write(() => store.putOpenid(openid, appid))
      return openid
    },
    async pay(mchid, outTradeNo) {
      const trade = store.trade(mchid, outTradeNo)
      const openid = trade?.order?.payer?.openid ?? openidOf(trade?.order?.appid ?? '', benchUser)
      const paid = trade && (await ledger.pay(trade, openid))
      return paid?.transaction_id ? { transaction_id: paid.transaction_id } : null
    },
    advance,
    now: () => clock.now(),
    settled: () => notifier.settled(),
    reset,
    async close() {
      clearInterval(housekeeping)
      await Promise.all([server.close(), control.close()])
      await notifier.stop()
      await store.close()
    },
  }

  /** One after the other: two callers who advance at once both get all their seconds. */
  function advance(seconds: number): Promise<void> {
    const run = advancing.then(() => advanceNow(seconds))
    advancing = run.catch(() => undefined)
    return run
  }

  async function advanceNow(seconds: number): Promise<void> {
    const target = clock.now() + Math.round(seconds * 1000)
    for (;;) {
      const due = earliest(store.nextNoticeAt(), store.nextSelfCloseAt())
      if (due === null || due > target) break
      clock.moveTo(due)
      await ledger.closeOverdue(closeBatch)
      await notifier.settled()
    }
    clock.moveTo(target)
    await store.write(() => store.putSetting(clockSetting, String(clock.offsetMs)))
    await notifier.settled()
    events.publish({ type: 'clock', at: new Date(clock.now()).toISOString(), detail: { seconds } })
  }

  async function reset(): Promise<void> {
    await notifier.settled()
    await store.write(() => store.clear())
    directory.reset()
    faults.reset()
    clock.setOffset(0)
    await meetBenchUser()
  }

  async function meetBenchUser(): Promise<void> {
    await store.write(() => {
      for (const { appid } of apps) store.putOpenid(openidOf(appid, benchUser), appid)
    })
  }
}

function earliest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null)
  return known.length === 0 ? null : Math.min(...known)
}

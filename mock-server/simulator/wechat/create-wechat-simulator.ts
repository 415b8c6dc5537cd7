import type { RequestListener } from 'node:http'
import { toBeijingTime, wallClock, type Clock } from '../../kit/clock'
import type { Diagnosis } from '../kit/diagnosis'
import { createHostMap, type HostMap } from '../../kit/http/host-map'
import {
  collectRoutes,
  createHttpServer,
  listenOnLoopback,
  printDefectsOf,
  type OnDefect,
} from '../../kit/http/http-server'
import { createMinuteCounter } from '../kit/minute-counter'
import { isV2Path } from '../../wire/v2-paths'
import { addAccessTokenRoutes } from './mini-program/access-token'
import { createTradeFinder } from './faults/api-faults'
import { createBillDesk } from './desks/bill-desk'
import { addBillRoutes } from './v3/bills/bill-routes'
import { addCashierRoutes } from './payer/cashier'
import { certificatesSetting } from './control/control-keys'
import { createVirtualClock } from './clock'
import { createControlServer } from './control/control'
import { createDirectory, expectedPayer, openidOf } from './merchants/directory'
import { isApiPath, refuseWith } from './mini-program/errcodes'
import { createEventBus } from './events'
import { createDoctor } from './doctor/doctor'
import { isStrayVerify, strayVerifyText } from './doctor/rules/path-rules'
import { createFaults } from './faults/faults'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type AppIdentity,
  type MerchantIdentity,
  type PlatformIdentity,
} from './identity'
import { createLedger } from './desks/ledger'
import { addLoginRoutes } from './mini-program/login'
import type { KeptCertificate } from './merchants/merchant-certificates'
import { addMiddlePage } from './payer/middle-page'
import { v3PaymentNotice } from './v3/payments/v3-notices'
import { createNotifier } from './delivery/notifier'
import { addPhoneNumberRoutes } from './mini-program/phone-number'
import { createPlatformKeys } from './merchants/platform-keys'
import { createRateLimits, documentedRates, type RateLimitSettings } from './merchants/rate-limits'
import { addShippingRoutes } from './mini-program/shipping'
import { createRefundDesk } from './desks/refund-desk'
import { v3RefundNotice } from './v3/refunds/v3-refund-notices'
import { openStore } from './store/store'
import { sendV2NotTaken } from './v2/v2-door'
import { v2PaymentNotice, v2RefundNotice } from './v2/v2-notices'
import { addV2Routes } from './v2/v2-routes'
import { sendUnsigned } from './v3/v3-door'
import { addV3RefundRoutes } from './v3/refunds/v3-refund-routes'
import { addV3Routes } from './v3/payments/v3-routes'

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
  /** Calls a second of one merchant, by kind of call, or those that the vendor names. Default none: no limit. */
  readonly rateLimits?: RateLimitSettings | 'documented'
  /** Shape of `detail` where a signature does not match. Default `nested`, as since about 2021. */
  readonly signErrorDetail?: 'nested' | 'flat'
  /** Whether refusals of well-signed V3 requests are signed, as in life. Default true. */
  readonly signRefusals?: boolean
  /** Whether a close uses up a number that was never ordered, as observed in life. Default true. */
  readonly burnUnknown?: boolean
  /** Whether a partner's JSAPI order must name `sp_openid` even where it names `sub_openid`. Default false. */
  readonly partnerSpOpenidRequired?: boolean
  /**
   * Base of addresses that are handed out (`h5_url`), such as `https://wx.tenpay.com`, where the caller used another name
   * than 127.0.0.1 or localhost. Default: the simulator's own address.
   */
  readonly handedOutBase?: string
  /**
   * Each so-manyth notification is preceded by a probe with a wrong signature, as now and then in life. Default 0: none but
   * those that the fault `signtest-probe` asks for.
   */
  readonly signTestEvery?: number
  /** How long a refund is processed, in milliseconds of virtual time. Default 3000; in life minutes to days. */
  readonly refundTakesMs?: number
  /** When a refunded trade turns to REFUND: sources disagree. Default `acceptance`. */
  readonly refundStateAt?: 'acceptance' | 'success'
  /** How long the address of a bill lives, in milliseconds of virtual time. Default 300 000; older pages say 30 000. */
  readonly billLinkLifeMs?: number
  /** Sign-ins of one person before errcode 45011. Default 100. */
  readonly loginsPerMinute?: number
  /** Hears of faults of the simulator's own. Default: one report on stderr. */
  readonly onDefect?: OnDefect
  /** Hears what the doctor found, for a log. Default: nobody; the control API has it anyway. */
  readonly onDiagnosis?: (diagnosis: Diagnosis) => void
  /** The wall clock; tests stand it still. */
  readonly wall?: Clock
}

export interface WechatSimulator {
  readonly url: string
  readonly controlUrl: string
  readonly platform: PlatformIdentity
  readonly apps: readonly AppIdentity[]
  readonly merchants: readonly MerchantIdentity[]
  /** Every route of the service's own hosts, such as `POST /v3/pay/transactions/jsapi`. */
  readonly routes: readonly string[]
  /** Answers a request of the service's hosts that came in elsewhere, such as through TLS. */
  readonly listener: RequestListener
  /** The openid of a person under an app, known from now on. */
  openid(appid: string, user: string): Promise<string>
  /** The payer pays. @returns null where the trade can't be paid */
  pay(mchid: string, outTradeNo: string): Promise<{ transaction_id: string } | null>
  /** Moves virtual time and answers when everything that fell due has been delivered, in order. */
  advance(seconds: number): Promise<void>
  /** Stops virtual time where it is, or lets it run on from there. */
  setStill(still: boolean): Promise<void>
  /** Virtual time in milliseconds: what a merchant's business clock may follow in development. */
  now(): number
  /** Answers when no delivery is due or under way. */
  settled(): Promise<void>
  reset(): Promise<void>
  close(): Promise<void>
}

/** The person who holds the phones of the bench. */
const benchUser = 'payer-1'
const clockSetting = 'clock'
const closeBatch = 500
const housekeepingEveryMs = 60_000

/** Starts WeChat Pay and WeChat login on this machine. */
export async function createWechatSimulator(options: WechatSimulatorOptions = {}): Promise<WechatSimulator> {
  const apps = options.apps ?? [createAppIdentity()]
  const merchants = options.merchants ?? [await createMerchantIdentity({ appids: apps.map(({ appid }) => appid) })]
  const platform = options.platform ?? (await createPlatformIdentity())

  const store = openStore(options.dataFile ?? ':memory:')
  const clock = createVirtualClock(options.wall ?? wallClock)
  clock.restore(store.setting(clockSetting) ?? '0')
  const platformKeys = createPlatformKeys(platform, { store, clock })
  const directory = createDirectory(merchants, apps, platformKeys)
  for (const merchant of store.addedMerchants()) directory.add(merchant)
  for (const { mchid } of directory.merchants()) {
    const certificates = store.setting(certificatesSetting(mchid))
    if (certificates !== null) directory.setCertificates(mchid, JSON.parse(certificates) as readonly KeptCertificate[])
  }
  const { rateLimits: rates = {}, wall = wallClock } = options
  const rateLimits = createRateLimits(rates === 'documented' ? documentedRates : rates, store, wall)
  await meetBenchUser()

  const events = createEventBus()
  const faults = createFaults(store, (name, trade) =>
    events.announce({
      type: 'fault-struck',
      at: toBeijingTime(clock.now()),
      ...(trade && { mchid: trade.mchid, out_trade_no: trade.out_trade_no }),
      detail: { name },
    }),
  )
  const hostMap = options.hostMap ?? createHostMap({})
  const server = createHttpServer()
  const routes = collectRoutes(server)
  const doctor = createDoctor({
    store,
    directory,
    clock,
    hostMap,
    events,
    routes,
    onDiagnosis: options.onDiagnosis ?? (() => undefined),
  })
  const { examine } = doctor
  const notifier = createNotifier({
    store,
    clock,
    directory,
    hostMap,
    events,
    faults,
    examine,
    signTestEvery: options.signTestEvery ?? 0,
  })
  const onDefect = options.onDefect ?? printDefectsOf('the WeChat simulator')
  const refundDesk = createRefundDesk({
    store,
    clock,
    directory,
    events,
    faults,
    takesMs: options.refundTakesMs ?? 3000,
    refundStateAt: options.refundStateAt ?? 'acceptance',
    refundNotice: { v3: v3RefundNotice, v2: v2RefundNotice },
    onNotice: () => notifier.wake(),
    onDefect,
  })
  const ledger = createLedger({
    store,
    clock,
    directory,
    events,
    burnUnknown: options.burnUnknown ?? true,
    paymentNotice: { v3: v3PaymentNotice, v2: v2PaymentNotice },
    onNotice: () => notifier.wake(),
  })

  const stopping = new AbortController()
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    examine({ kind: 'no-such-path', method: request.method, target: request.url })
    if (isStrayVerify(path)) return sendUnsigned(reply, 404, 'RESOURCE_NOT_EXISTS', strayVerifyText)
    if (isApiPath(path)) return reply.code(404).send(refuseWith('URL'))
    if (isV2Path(path)) return sendV2NotTaken(reply, request.method)
    return sendUnsigned(reply, 404, 'RESOURCE_NOT_EXISTS', `请求的资源不存在: ${request.method} ${path}`)
  })
  server.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    if (status >= 500) onDefect(error)
    if (isApiPath(request.url)) return reply.code(status).send(refuseWith(status < 500 ? 'SHAPE' : 'BUSY'))
    if (status < 500 && isV2Path(request.url.split('?')[0] ?? '')) return sendV2NotTaken(reply, request.method)
    if (status < 500) return sendUnsigned(reply, status, 'PARAM_ERROR', '请求体过大或格式有误')
    return sendUnsigned(reply, 500, 'SYSTEM_ERROR', '系统繁忙，请稍后重试')
  })
  let url = ''
  const door = {
    directory,
    clock,
    rateLimits,
    unknownSerial: options.unknownSerial ?? 500,
    signErrorDetail: options.signErrorDetail ?? 'nested',
    signRefusals: options.signRefusals ?? true,
    ownBase: () => options.handedOutBase ?? url,
    faults,
    findTrade: createTradeFinder(store),
    stopping: stopping.signal,
    onDefect,
    examine,
  }
  addV3Routes(server, {
    ...door,
    ledger,
    partnerSpOpenidRequired: options.partnerSpOpenidRequired ?? false,
  })
  addV3RefundRoutes(server, { ...door, refundDesk })
  const billDesk = createBillDesk({ store, clock })
  const bills = addBillRoutes(server, {
    ...door,
    billDesk,
    clock,
    billLinkLifeMs: options.billLinkLifeMs ?? 300_000,
  })
  addV2Routes(server, { ...door, ledger, refundDesk, billDesk })
  const logins = createMinuteCounter(clock)
  const miniPrograms = { store, clock, directory, faults }
  addLoginRoutes(server, { ...miniPrograms, logins, loginsPerMinute: options.loginsPerMinute ?? 100 })
  addAccessTokenRoutes(server, miniPrograms)
  addPhoneNumberRoutes(server, miniPrograms)
  addShippingRoutes(server, { ...miniPrograms, events, examine })
  addCashierRoutes(server, { store, clock, directory, ledger, faults, events, examine })
  addMiddlePage(server, {
    store,
    clock,
    directory,
    ledger,
    faults,
    trustLoopbackForwarded: options.trustLoopbackForwarded ?? true,
    loopbackPayerIp: options.loopbackPayerIp ?? null,
    examine,
  })
  const control = createControlServer({
    store,
    clock,
    directory,
    platformKeys,
    rateLimits,
    ledger,
    refundDesk,
    events,
    faults,
    doctor,
    resend: (id) => notifier.resend(id),
    hostMap,
    advance,
    setStill,
    nextAt,
    reset,
    onDefect,
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
  // What a crash left undelivered or unfinished goes on now.
  notifier.wake()
  refundDesk.wake()
  await ledger.closeOverdue(closeBatch)
  await platformKeys.rotateWhereDue()
  const housekeeping = setInterval(() => {
    ledger.closeOverdue(closeBatch).catch(onDefect)
    platformKeys.rotateWhereDue().catch(onDefect)
  }, housekeepingEveryMs)
  housekeeping.unref()
  let advancing: Promise<void> = Promise.resolve()

  return {
    url,
    controlUrl,
    platform,
    apps,
    merchants,
    routes,
    listener: (request, response) => server.routing(request, response),
    async openid(appid, user) {
      const openid = openidOf(appid, user)
      await store.write(() => store.putOpenid(openid, appid))
      return openid
    },
    async pay(mchid, outTradeNo) {
      const trade = store.trade(mchid, outTradeNo) ?? store.combined(mchid, outTradeNo)
      const paid = trade?.order ? await ledger.pay(trade, expectedPayer(trade.order, benchUser)) : null
      // A combined order has no number of its own; those of its sub orders are in its notification.
      return paid && { transaction_id: paid.transaction_id ?? '' }
    },
    advance,
    setStill,
    now: () => clock.now(),
    settled,
    reset,
    async close() {
      stopping.abort()
      clearInterval(housekeeping)
      refundDesk.stop()
      await Promise.all([server.close(), control.close()])
      await notifier.stop()
      await doctor.settled()
      await store.close()
    },
  }

  function nextAt(): number | null {
    return earliest(store.nextNoticeAt(), store.nextSelfCloseAt(), store.nextRefundAt())
  }

  /** One after the other: two callers who advance at once both get all their seconds. */
  function advance(seconds: number): Promise<void> {
    const run = advancing.then(() => advanceNow(seconds))
    advancing = run.catch(() => undefined)
    return run
  }

  async function setStill(still: boolean): Promise<void> {
    clock.setStill(still)
    await store.write(() => store.putSetting(clockSetting, clock.kept))
    notifier.wake()
    refundDesk.wake()
    events.announce({ type: 'clock', at: new Date(clock.now()).toISOString(), detail: { still } })
  }

  async function advanceNow(seconds: number): Promise<void> {
    const target = clock.now() + Math.round(seconds * 1000)
    for (;;) {
      const due = earliest(nextAt(), platformKeys.nextAt())
      if (due === null || due > target) break
      clock.moveTo(due)
      await platformKeys.rotateWhereDue()
      await ledger.closeOverdue(closeBatch)
      await settled()
    }
    clock.moveTo(target)
    await store.write(() => store.putSetting(clockSetting, clock.kept))
    await settled()
    events.announce({ type: 'clock', at: new Date(clock.now()).toISOString(), detail: { seconds } })
  }

  async function settled(): Promise<void> {
    while ((await refundDesk.settleDue()) > 0) continue
    await notifier.settled()
  }

  async function reset(): Promise<void> {
    await settled()
    await store.write(() => store.clear())
    platformKeys.reset()
    rateLimits.reset()
    directory.reset()
    faults.reset()
    await doctor.settled()
    doctor.reset()
    events.clear()
    clock.reset()
    logins.reset()
    refundDesk.wake()
    bills.reset()
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

import type { RequestListener } from 'node:http'
import { toBeijingTime } from '../../kit/clock'
import { collectRoutes, createHttpServer, listenOnLoopback } from '../../kit/http/http-server'
import { createVirtualClock } from './clock'
import { createControlServer } from './control/control'
import { createDoors } from './create-doors'
import { createTime, restoreClock } from './create-time'
import { createNotifier } from './delivery/notifier'
import { createLedger } from './desks/ledger'
import { createRefundDesk } from './desks/refund-desk'
import { createVoucherDesk } from './desks/voucher-desk'
import { createDoctor } from './doctor/doctor'
import { createEventBus } from './events'
import { createFaults } from './faults/faults'
import type { AppIdentity, MerchantIdentity, PlatformIdentity } from './identity'
import { expectedPayer, openidOf } from './merchants/directory'
import { openDirectory } from './merchants/open-directory'
import { createPlatformKeys } from './merchants/platform-keys'
import { createRateLimits } from './merchants/rate-limits'
import { toSettings, type WechatSimulatorOptions } from './options'
import { openStore } from './store/store'
import { v2PaymentNotice, v2RefundNotice } from './v2/v2-notices'
import { v3PaymentNotice } from './v3/payments/v3-notices'
import { v3RefundNotice } from './v3/refunds/v3-refund-notices'

export interface WechatSimulator {
  readonly url: string
  readonly controlUrl: string
  readonly platform: PlatformIdentity
  readonly apps: readonly AppIdentity[]
  readonly merchants: readonly MerchantIdentity[]
  /** Every route of the service's own hosts, such as `POST /v3/pay/transactions/jsapi`. */
  readonly routes: readonly string[]
  /** Answers requests to the service's hosts that arrive elsewhere, such as through TLS. */
  readonly listener: RequestListener
  /** The openid of a person under an app. From now on the service knows it. */
  openid(appid: string, user: string): Promise<string>
  /** The payer pays, in money unless the order asks for a voucher. @returns null where the trade can't be paid */
  pay(mchid: string, outTradeNo: string): Promise<{ transaction_id: string } | null>
  /** Moves virtual time and answers when everything that fell due has been delivered, in order. */
  advance(seconds: number): Promise<void>
  /** Stops virtual time where it is, or lets it run on from there. */
  setStill(still: boolean): Promise<void>
  /** Virtual time in milliseconds: what a merchant's business clock may follow in development. */
  now(): number
  /** Answers when no delivery is due or under way. */
  settled(): Promise<void>
  /** Empties everything; the identities stay. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** The user of the bench's phones. */
const benchUser = 'payer-1'

/** Starts WeChat Pay and WeChat login on this machine. */
export async function createWechatSimulator(options: WechatSimulatorOptions = {}): Promise<WechatSimulator> {
  const settings = await toSettings(options)
  const { platform, apps, merchants, hostMap, onDefect, onDiagnosis, signTestEvery } = settings

  // What is kept, and who there is.
  const store = openStore(settings.dataFile)
  const clock = createVirtualClock(settings.wall)
  restoreClock(clock, store)
  const platformKeys = createPlatformKeys(platform, { store, clock })
  const directory = openDirectory(settings, store, platformKeys)
  const rateLimits = createRateLimits(settings.rateLimits, store, settings.wall)
  await addBenchUser()

  // Who watches: events, faults, the doctor.
  const events = createEventBus()
  const faults = createFaults(store, (name, trade) =>
    events.announce({
      type: 'fault-struck',
      at: toBeijingTime(clock.now()),
      ...(trade && { mchid: trade.mchid, out_trade_no: trade.out_trade_no }),
      detail: { name },
    }),
  )
  const server = createHttpServer()
  const routes = collectRoutes(server)
  const doctor = createDoctor({ store, directory, clock, hostMap, events, routes, onDiagnosis })
  const { examine } = doctor

  // Who carries out.
  const shared = { store, clock, directory, events, faults, onDefect }
  const notifier = createNotifier({ ...shared, hostMap, examine, signTestEvery })
  const onNotice = (): void => notifier.wake()
  const refundNotice = { v3: v3RefundNotice, v2: v2RefundNotice }
  const paymentNotice = { v3: v3PaymentNotice, v2: v2PaymentNotice }
  const refundDesk = createRefundDesk({ ...shared, ...settings, refundNotice, onNotice })
  const ledger = createLedger({ ...shared, ...settings, paymentNotice, onNotice })
  const voucherDesk = createVoucherDesk(shared)
  const time = createTime({ ...shared, ledger, refundDesk, notifier, platformKeys })

  // Who answers.
  const stopping = new AbortController()
  let url = ''
  const service = { ...shared, ledger, refundDesk, voucherDesk, rateLimits, examine, onNotice }
  const doors = createDoors(server, { ...service, settings, routes, stopping: stopping.signal, ownUrl: () => url })
  const resend = (id: string): Promise<boolean> => notifier.resend(id)
  const control = createControlServer({ ...service, ...time, platformKeys, doctor, hostMap, resend, reset })

  let controlUrl: string
  try {
    url = await listenOnLoopback(server, settings.port)
    controlUrl = await listenOnLoopback(control, settings.controlPort)
  } catch (error) {
    await Promise.all([server.close(), control.close()])
    await store.close()
    throw error
  }
  await time.start()

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
      const voucher = trade && (await voucherDesk.strike(trade, benchUser))
      const paid = trade?.order ? await ledger.pay(trade, expectedPayer(trade.order, benchUser), { voucher }) : null
      // A combined order has no number of its own; those of its sub orders are in its notification.
      return paid && { transaction_id: paid.transaction_id ?? '' }
    },
    advance: (seconds) => time.advance(seconds),
    setStill: (still) => time.setStill(still),
    now: () => clock.now(),
    settled: () => time.settled(),
    reset,
    async close() {
      stopping.abort()
      time.stop()
      refundDesk.stop()
      await Promise.all([server.close(), control.close()])
      await notifier.stop()
      await doctor.settled()
      await store.close()
    },
  }

  async function reset(): Promise<void> {
    await time.settled()
    await store.write(() => store.clear())
    platformKeys.reset()
    rateLimits.reset()
    directory.reset()
    faults.reset()
    await doctor.settled()
    doctor.reset()
    events.clear()
    clock.reset()
    refundDesk.wake()
    doors.reset()
    await addBenchUser()
  }

  function addBenchUser(): Promise<void> {
    return store.write(() => {
      for (const { appid } of apps) store.putOpenid(openidOf(appid, benchUser), appid)
    })
  }
}

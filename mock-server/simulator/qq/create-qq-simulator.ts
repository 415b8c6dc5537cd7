import type { RequestListener } from 'node:http'
import { wallClock, type Clock } from '../../kit/clock'
import type { Diagnosis } from '../kit/diagnosis'
import type { HostMap } from '../../kit/http/host-map'
import {
  collectRoutes,
  createHttpServer,
  listenOnLoopback,
  printDefectsOf,
  type OnDefect,
} from '../../kit/http/http-server'
import { createMinuteCounter } from '../kit/minute-counter'
import { parseObject } from '../kit/read-request'
import { addControlRoutes } from './control/control-routes'
import { createQqDoctor } from './doctor/doctor'
import { createQqEvents } from './events'
import { createQqFaults } from './faults/faults'
import type { QqAppIdentity } from './identity'
import { addLoginRoutes } from './mini-program/login-routes'
import { addProxyRoutes } from './proxy/proxy-routes'
import { addRelayRoutes } from './proxy/relay-routes'
import { openStore } from './store/store'
import { createVirtualTime } from './virtual-time'

export interface QqSimulatorOptions {
  /** Of api.q.qq.com. 0 takes a free one. */
  readonly port: number
  /** Of the control API. Default: a free one. */
  readonly controlPort?: number
  /** SQLite file. Default `:memory:`. */
  readonly dataFile?: string
  /** Where WeChat Pay and the merchants are called. */
  readonly hostMap: HostMap
  readonly apps: readonly QqAppIdentity[]
  /** Source of time. Default the wall clock; virtual time is added to it. */
  readonly clock?: Clock
  /** HTTP status of the proxy's own errors. UNVERIFIED. Default 200. */
  readonly proxyErrorStatus?: number
  /** Whether `Wechatpay-*` headers survive the proxy and the relay. UNVERIFIED. Default true. */
  readonly forwardWechatpayHeaders?: boolean
  /**
   * Whether the proxy compares the appid of a body with those bound to the merchant number. UNVERIFIED; false leaves it to
   * WeChat Pay. Default true.
   */
  readonly checkBodyAppid?: boolean
  /** How long the merchant may take for a notification. Default 5000. */
  readonly relayAnswerLimitMs?: number
  /** Receives each diagnosis, for a log. Default: none; the control API lists them in any case. */
  readonly onDiagnosis?: (diagnosis: Diagnosis) => void
  /** Sign-ins of one person before errcode 45011. Default 100. */
  readonly loginsPerMinute?: number
  /** Receives the simulator's own bugs. Default: one report on stderr. */
  readonly onDefect?: OnDefect
}

export interface QqSimulator {
  readonly url: string
  readonly controlUrl: string
  readonly apps: readonly QqAppIdentity[]
  /** Every route of api.q.qq.com, such as `GET /api/getToken`. */
  readonly routes: readonly string[]
  /** Answers a request of api.q.qq.com that came in elsewhere, such as through TLS. */
  readonly listener: RequestListener
  /** Moves virtual time forward. */
  advance(seconds: number): Promise<void>
  /** Empty, at the wall clock's time. */
  reset(): Promise<void>
  /** Ends everything, event streams included. */
  close(): Promise<void>
}

/** QQ's services: sign-in, server token, the WeChat Pay proxy and its relay of notifications. */
export async function createQqSimulator(options: QqSimulatorOptions): Promise<QqSimulator> {
  const store = openStore(options.dataFile ?? ':memory:')
  const time = createVirtualTime(store, options.clock ?? wallClock)
  const { clock } = time
  const events = createQqEvents(clock)
  const apps = new Map(options.apps.map((app) => [app.appid, app]))
  const faults = createQqFaults()
  const logins = createMinuteCounter(clock)
  const doctor = createQqDoctor({
    store,
    clock,
    events,
    apps: options.apps,
    onDiagnosis: options.onDiagnosis ?? (() => undefined),
  })
  const shared = { store, clock, events, faults, hostMap: options.hostMap, app: (appid: string) => apps.get(appid) }
  const forwardWechatpayHeaders = options.forwardWechatpayHeaders ?? true

  const onDefect = options.onDefect ?? printDefectsOf('the QQ simulator')
  const server = createHttpServer()
  const routes = collectRoutes(server)
  addLoginRoutes(server, { ...shared, logins, loginsPerMinute: options.loginsPerMinute ?? 100 })
  addProxyRoutes(server, {
    ...shared,
    errorStatus: options.proxyErrorStatus ?? 200,
    forwardWechatpayHeaders,
    checkBodyAppid: options.checkBodyAppid ?? true,
    examine: doctor.examine,
  })
  addRelayRoutes(server, {
    ...shared,
    forwardWechatpayHeaders,
    answerLimitMs: options.relayAnswerLimitMs ?? 5000,
  })
  // QQ's client asks this before it opens a payment window. A redirect_url that was appended does not matter.
  server.post('/client/check-wx-url', (request, reply) => {
    const { appid, url } = parseObject(request.body) ?? {}
    if (typeof appid !== 'string' || typeof url !== 'string') {
      return reply.code(400).send({ errcode: -1, errmsg: 'appid and url are needed' })
    }
    const ordered = url.replace(/&redirect_url=.*$/s, '')
    const ok = store.orderByUrl(appid, ordered) !== null
    if (!ok) doctor.examine({ kind: 'url-unknown', appid, url })
    return reply.send({ ok })
  })
  server.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    const status = error.statusCode ?? 500
    if (status < 500) return reply.code(status).send({ errcode: -1, errmsg: error.message })
    onDefect(error)
    return reply.code(500).send({ errcode: -1, errmsg: 'system busy' })
  })
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ errcode: -1, errmsg: `There is nothing at ${request.method} ${request.url}.` }),
  )

  const control = createHttpServer()
  const reset = async (): Promise<void> => {
    await store.write(() => store.clear())
    await time.reset()
    faults.reset()
    logins.reset()
    doctor.journal.clear()
    events.announce('reset', {})
  }
  addControlRoutes(control, { store, time, events, faults, doctor, reset, apps: options.apps })

  const closeAll = async (): Promise<void> => {
    await Promise.all([server.close(), control.close()])
    await store.close()
  }
  try {
    const url = await listenOnLoopback(server, options.port)
    const controlUrl = await listenOnLoopback(control, options.controlPort ?? 0)
    return {
      url,
      controlUrl,
      apps: options.apps,
      routes,
      listener: (request, response) => server.routing(request, response),
      advance: time.advance,
      reset,
      close: closeAll,
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

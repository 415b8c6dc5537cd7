import type { FastifyInstance } from 'fastify'
import { toRoutePattern, type RoutePattern } from '../../kit/http/route-pattern'
import { isV2Path } from '../../wire/v2-paths'
import { createMinuteCounter } from '../kit/minute-counter'
import type { VirtualClock } from './clock'
import { createBillDesk } from './desks/bill-desk'
import type { Ledger } from './desks/ledger'
import type { RefundDesk } from './desks/refund-desk'
import { createSharingDesk } from './desks/sharing-desk'
import type { VoucherDesk } from './desks/voucher-desk'
import type { Examine } from './domain/evidence'
import type { EventBus } from './events'
import { createTradeFinder } from './faults/api-faults'
import type { Faults } from './faults/faults'
import type { Directory } from './merchants/directory'
import type { RateLimits } from './merchants/rate-limits'
import { addAccessTokenRoutes } from './mini-program/access-token'
import { isApiPath, refuseWith } from './mini-program/errcodes'
import { addLoginRoutes } from './mini-program/login'
import { addPhoneNumberRoutes } from './mini-program/phone-number'
import { addShippingRoutes } from './mini-program/shipping'
import type { WechatSettings } from './options'
import { addCashierRoutes } from './payer/cashier'
import { addMiddlePage } from './payer/middle-page'
import type { Store } from './store/store'
import { sendV2NotTaken } from './v2/v2-door'
import { addV2Routes } from './v2/v2-routes'
import { addBillRoutes } from './v3/bills/bill-routes'
import { addV3Routes } from './v3/payments/v3-routes'
import { addEchoRoutes } from './v3/security/echo-routes'
import { addSharingRoutes } from './v3/sharing/sharing-routes'
import { addV3RefundRoutes } from './v3/refunds/v3-refund-routes'
import { sendUnsigned } from './v3/v3-door'
import { sendUnrouted } from './v3/v3-gateway'

export interface DoorDeps {
  readonly settings: WechatSettings
  readonly store: Store
  readonly clock: VirtualClock
  readonly directory: Directory
  readonly rateLimits: RateLimits
  readonly events: EventBus
  readonly faults: Faults
  readonly ledger: Ledger
  readonly refundDesk: RefundDesk
  readonly voucherDesk: VoucherDesk
  readonly examine: Examine
  /** Called when a notification was written. */
  readonly onNotice: () => void
  /** The routes of the service, as they are added. */
  readonly routes: readonly string[]
  /** Aborted when the simulator stops. */
  readonly stopping: AbortSignal
  /** The service's own address, once it listens. */
  readonly ownUrl: () => string
}

export interface Doors {
  /** Forgets what doors keep in memory: download addresses of bills, counted sign-ins. */
  reset(): void
}

/** Adds every route of the service's own hosts: the V3 and V2 APIs, the mini program's APIs, and what the payer's phone calls. */
export function createDoors(server: FastifyInstance, deps: DoorDeps): Doors {
  const { settings, store, clock, directory, events, faults, ledger, voucherDesk, examine } = deps
  answerUnrouted(server, deps)

  const billDesk = createBillDesk({ store, clock })
  const door = {
    ...settings,
    ...deps,
    billDesk,
    ownBase: () => settings.handedOutBase ?? deps.ownUrl(),
    findTrade: createTradeFinder(store),
  }
  addV3Routes(server, door)
  addV3RefundRoutes(server, door)
  const bills = addBillRoutes(server, door)
  addEchoRoutes(server, door)
  addSharingRoutes(server, { ...door, sharingDesk: createSharingDesk({ store, clock }) })
  addV2Routes(server, door)

  const logins = createMinuteCounter(clock)
  const miniProgram = { store, clock, directory, faults }
  addLoginRoutes(server, { ...miniProgram, logins, loginsPerMinute: settings.loginsPerMinute })
  addAccessTokenRoutes(server, miniProgram)
  addPhoneNumberRoutes(server, miniProgram)
  addShippingRoutes(server, { ...miniProgram, events, examine })

  const payer = { store, clock, directory, ledger, voucherDesk, faults, events, examine }
  addCashierRoutes(server, payer)
  addMiddlePage(server, {
    ...payer,
    trustLoopbackForwarded: settings.trustLoopbackForwarded,
    loopbackPayerIp: settings.loopbackPayerIp,
  })

  return {
    reset() {
      bills.reset()
      logins.reset()
    },
  }
}

/** Answers unknown paths and requests that reach no handler in the words of the API whose path they name. */
function answerUnrouted(server: FastifyInstance, { examine, routes, settings: { onDefect } }: DoorDeps): void {
  let patterns: readonly RoutePattern[] | null = null
  const isRouted = (path: string): boolean =>
    (patterns ??= routes.map(toRoutePattern)).some(({ pattern }) => pattern.test(path))
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    examine({ kind: 'no-such-path', method: request.method, target: request.url })
    if (isApiPath(path)) return reply.code(404).send(refuseWith('URL'))
    if (isV2Path(path)) return sendV2NotTaken(reply, request.method)
    return sendUnrouted(reply, path, isRouted)
  })
  server.setErrorHandler((error, request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    if (status >= 500) onDefect(error)
    if (isApiPath(request.url)) return reply.code(status).send(refuseWith(status < 500 ? 'SHAPE' : 'BUSY'))
    if (status < 500 && isV2Path(request.url.split('?')[0] ?? '')) return sendV2NotTaken(reply, request.method)
    if (status < 500) return sendUnsigned(reply, status, 'PARAM_ERROR', '请求体过大或格式有误')
    return sendUnsigned(reply, 500, 'SYSTEM_ERROR', '系统繁忙，请稍后重试')
  })
}

import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { apiPaths, type ClientKind } from '../../src/contract/api'
import type { Clock } from '../kit/clock'
import type { Attempts } from './actions/attempts'
import type { CancelOrder } from './actions/cancel-order'
import { channels } from './actions/channels'
import type { Expiring } from './actions/expire-order'
import type { PayOrder } from './actions/pay-order'
import type { PlaceOrder } from './actions/place-order'
import type { Quoting } from './actions/quotes'
import type { Refunding } from './actions/refunds'
import type { SettlePayment } from './actions/settle-payment'
import type { CatalogueItem } from './domain/catalogue'
import { welcomeAt } from './domain/coupon'
import type { ShopEvents } from './events/events'
import type { EventsEverywhere } from './events/events-everywhere'
import type { Metrics } from './events/metrics'
import type { PaymentGateway } from './gateway/port'
import { createAuthentication } from './http/authenticate'
import { allowOrigins } from './http/cors'
import { createRequestLimits, networkOf } from './http/rate-limits'
import { createServer, payerClientIpOf } from './http/server'
import type { MerchantOptions } from './options'
import { addAfterSalesRoutes } from './routes/after-sales'
import { addGoodsRoutes } from './routes/goods'
import { addHealthRoutes } from './routes/health'
import { addMeRoutes } from './routes/me'
import { addNoticeRoutes } from './routes/notices'
import { addOperatorRoutes } from './routes/operator/operator'
import { addOrderRoutes } from './routes/orders'
import { addPages } from './routes/pages'
import { addPaymentRoutes } from './routes/payments'
import { addSessionRoutes, type SessionRoutesOptions } from './routes/sessions'
import type { Store } from './store/port'

interface CommonParts {
  readonly store: Store
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly refunding: Refunding
}

export interface PublicParts extends CommonParts {
  readonly goods: readonly CatalogueItem[]
  readonly gateway: PaymentGateway
  readonly logins: SessionRoutesOptions['logins']
  readonly hasKeys: () => Promise<boolean>
  readonly settlePayment: SettlePayment
  readonly attempts: Attempts
  readonly expiring: Expiring
  readonly quoting: Quoting
  readonly placeOrder: PlaceOrder
  readonly payOrder: PayOrder
  readonly cancelOrder: CancelOrder
  readonly isStopping: () => boolean
}

const dayMs = 24 * 3_600_000

/** Makes the server that the world sees: API, notifications, health and pages. It does not listen yet. */
export async function createPublicServer(options: MerchantOptions, parts: PublicParts): Promise<FastifyInstance> {
  const { store, events, clock, logger, metrics, gateway, settlePayment, refunding, hasKeys, isStopping } = parts
  const trustedProxies = [...(options.trustLoopbackForwarded ? ['loopback'] : []), ...(options.trustedProxies ?? [])]
  const server = await createServer({ logger, trustedProxies })
  metrics.watch(server)
  await allowOrigins(server, options.corsOrigins ?? [])
  await addApi(server, options, parts)
  addNoticeRoutes(server, { gateway, store, settlePayment, refunding, events, clock, logger })
  addHealthRoutes(server, { store, hasKeys, isStopping })
  if (options.staticRoot !== undefined) await addPages(server, options.staticRoot)
  return server
}

/** Adds the client's API in a scope of its own: the hooks are for its routes only, whatever their addresses look like. */
async function addApi(server: FastifyInstance, options: MerchantOptions, parts: PublicParts): Promise<void> {
  const { store, events, clock, logger, goods, logins, refunding, quoting, attempts, expiring } = parts
  const limits = await createRequestLimits(server, options.rateLimits ?? {}, store.hits)
  const authentication = createAuthentication(store, clock, limits.user)
  await server.register(async (api) => {
    api.addHook('onRequest', async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      const network = networkOf(request.ip)
      await limits.address(request, `address:${network}`)
      const isLogin = request.method === 'POST' && request.routeOptions.url === apiPaths.sessions
      if (isLogin) await limits.login(request, `login:${network}`)
    })
    addSessionRoutes(api, {
      store,
      authentication,
      clock,
      logger,
      logins,
      sessionLifeMs: options.sessionLifeMs ?? 30 * dayMs,
      welcomeOf: (client) => (isWelcome(options.welcome ?? 'members', client) ? welcomeAt(clock.now()) : null),
    })
    addMeRoutes(api, { store, authentication, quoting, clock })
    addGoodsRoutes(api, { store, goods })
    addOrderRoutes(api, { store, authentication, attempts, expiring, clock })
    addPaymentRoutes(api, {
      store,
      authentication,
      placeOrder: parts.placeOrder,
      payOrder: parts.payOrder,
      clock,
      payerClientIpOf: (request) => payerClientIpOf(request, options.loopbackPayerIp ?? null),
    })
    addAfterSalesRoutes(api, { store, authentication, cancelOrder: parts.cancelOrder, refunding, events, clock })
  })
}

function isWelcome(whom: NonNullable<MerchantOptions['welcome']>, client: ClientKind): boolean {
  return whom === 'everyone' || (whom === 'members' && channels[client].login !== 'guest')
}

export interface OperatorServer {
  readonly server: FastifyInstance
  readonly port: number
}

/** Makes the server of the person who runs the shop; null without a port for it. */
export async function createOperatorServer(
  { operatorPort, operatorToken = '' }: MerchantOptions,
  { logger, ...parts }: CommonParts & { readonly everywhere: EventsEverywhere },
): Promise<OperatorServer | null> {
  if (operatorPort === undefined) return null
  const server = await createServer({ logger, trustedProxies: [] })
  addOperatorRoutes(server, { ...parts, token: operatorToken })
  return { server, port: operatorPort }
}

import { env } from './env'
import { platform } from './platform'
import { createHttp } from './services/http'
import { createLoginClient, createMerchantClient } from './services/merchant-client'
import { createAttemptKeeper } from './stores/attempt'
import { createCheckoutStore } from './stores/checkout'
import type { Clock } from './stores/clock'
import { createResultStore } from './stores/result'
import { createSessionStore } from './stores/session'
import { createShelfStore } from './stores/shelf'
import type { AppStores } from './stores/app-stores'

const clock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Builds everything that the app runs on. The only place that knows the concrete platform and HTTP client. */
export function createAppStores(): AppStores {
  const { storage, navigation } = platform
  const http = createHttp({ baseUrl: env.apiBase })
  const session = createSessionStore({ client: createLoginClient(http), platform, clock })
  const client = createMerchantClient({ http, tokens: session })
  const shelf = createShelfStore({ client, storage, navigation })
  const attempts = createAttemptKeeper(storage)
  const checkout = createCheckoutStore({ client, platform, session, shelf, attempts, clock, random: Math.random })
  const result = createResultStore({
    client,
    navigation,
    clock,
    known: (orderNo) => checkout.known(orderNo),
    onSettled: (order) => {
      checkout.absorb(order)
      attempts.clear(order.orderNo)
    },
  })
  return { hostName: platform.hostName, session, shelf, checkout, result }
}

import { createRequestId } from './domain/request-id'
import { env, walletBase } from './env'
import { platform as host } from './platform'
import { simulate } from './platform/simulated'
import type { Platform } from './platform/types'
import { createHttp } from './services/http'
import { createLoginClient, createMerchantClient } from './services/merchant-client'
import { createPurchaseKeeper } from './stores/checkout/purchase'
import { createCheckoutStore } from './stores/checkout/checkout'
import type { Clock } from './stores/clock'
import { createDraftStore } from './stores/checkout/draft'
import { createPrivacyStore } from './stores/account/privacy'
import { createResultStore } from './stores/orders/result'
import { createSessionStore } from './stores/account/session'
import { createSettingsStore } from './stores/account/settings'
import { createShelfStore } from './stores/checkout/shelf'
import type { AppStores } from './stores/app-stores'

const platform: Platform = walletBase === null ? host : simulate(host, walletBase)

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
  const newId = (): string => createRequestId(clock.now(), Math.random)
  const http = createHttp({ baseUrl: env.apiBase })
  const session = createSessionStore({ client: createLoginClient(http), platform, clock })
  const client = createMerchantClient({ http, tokens: session })
  const shelf = createShelfStore({ client, storage, clock })
  const purchases = createPurchaseKeeper({ storage, newId })
  const draft = createDraftStore({ client, platform, shelf })
  const settings = createSettingsStore({ platform })
  const checkout = createCheckoutStore({
    client,
    platform,
    session,
    shelf,
    draft,
    purchases,
    clock,
  })
  const result = createResultStore({
    client,
    vibrate: () => platform.vibrate(),
    clock,
    known: (orderNo) => checkout.known(orderNo),
    onSettled: (order) => checkout.takeOver(order),
  })
  platform.watchNetwork((isOnline) => {
    checkout.networkChanged(isOnline)
    result.networkChanged(isOnline)
    if (isOnline && shelf.getState().status === 'failed') void shelf.load()
  })
  return {
    hostName: platform.hostName,
    forbidsVirtualGoods: platform.forbidsVirtualGoods(),
    canContact: platform.canContact,
    navigation,
    settings,
    session,
    shelf,
    checkout,
    result,
    draft,
    privacy: createPrivacyStore({ platform }),
    create: (make) => make({ client, settings, platform, clock, checkout, newId }),
  }
}

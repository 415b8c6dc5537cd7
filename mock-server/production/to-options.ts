import path from 'node:path'
import { ConfigError } from '../local/config'
import { wallClock } from '../kit/clock'
import { createHostMap } from '../kit/http/host-map'
import type { MerchantOptions, V2Options, V3Options } from '../merchant/create-merchant'
import { createOwnerWebhook } from '../merchant/jobs/owner-webhook'
import type { Settings } from './settings'

/** What the merchant is created with. */
export function toOptions(settings: Settings): Omit<MerchantOptions, 'logger'> {
  const { wechat, store, qq, staticRoot } = settings
  return {
    port: settings.port,
    host: settings.host,
    operatorPort: settings.operatorPort,
    operatorToken: settings.operatorToken,
    ...('databaseUrl' in store
      ? { databaseUrl: store.databaseUrl, databasePool: store.poolSize }
      : { dataFile: store.dataFile }),
    // Real host names are called at their real addresses; no setting changes that.
    hostMap: createHostMap({}),
    publicBase: settings.publicBase,
    wechat: {
      appid: wechat.appid,
      secret: wechat.secret,
      mchid: wechat.mchid,
      ...(wechat.partner && { partner: wechat.partner }),
      sellers: wechat.sellers,
      ...toKeys(wechat),
    },
    ...(qq && { qq }),
    ...(staticRoot !== null && { staticRoot: path.resolve(staticRoot) }),
    trustedProxies: settings.trustedProxies,
    corsOrigins: settings.corsOrigins,
    orderLifeMs: settings.orderLifeMs,
    welcome: settings.welcome,
    automaticRefundMaxFen: settings.automaticRefundMaxFen,
    ...(settings.ownerHook && { ownerHook: createOwnerWebhook({ ...settings.ownerHook, clock: wallClock }) }),
  }
}

function toKeys({ v3, v2 }: Settings['wechat']): V3Options | V2Options {
  if (v2 !== null) return { v2 }
  if (v3 === null) throw new ConfigError('Neither V3 nor V2 keys were read.')
  const { platformPublicKey, ...own } = v3
  return { ...own, ...(platformPublicKey && { platformPublicKey }) }
}

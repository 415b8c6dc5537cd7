import type { RequestListener } from 'node:http'
import path from 'node:path'
import { distFolder } from '../../config/build-app'
import type { Config } from './config'
import { createPhoneRoutes } from '../device/routes'
import { createBrowserDoor } from './browser-door'
import { openInstallation, ownerHookSecretOf, writeSdkFiles, type TlsAddresses } from './installation'
import { wallClock } from '../kit/clock'
import type { Diagnosis } from '../simulator/kit/diagnosis'
import { createHostMap, type HostMap } from '../kit/http/host-map'
import { createLog } from '../kit/log-lines'
import { createMerchant, type MerchantOptions } from '../merchant/create-merchant'
import { createOwnerWebhook } from '../merchant/jobs/owner-webhook'
import { createQqSimulator } from '../simulator/qq/create-qq-simulator'
import { createWechatSimulator } from '../simulator/wechat/create-wechat-simulator'
import { openAuthority } from '../tls/authority'
import { createTlsDoor } from '../tls/create-tls-door'
import { allTlsNames, localNames, tlsNames } from '../tls/hosts'
import { qqHost } from '../wire/qq'
import { wechatHosts } from '../wire/v3-paths'

/** Everything that runs: addresses, and how to stop it. */
export interface LocalStack {
  readonly merchantUrl: string
  readonly wechatUrl: string
  readonly qqUrl: string
  readonly browserDoorUrl: string
  readonly operatorUrl: string
  readonly operatorToken: string
  readonly wechatControl: string
  readonly qqControl: string
  readonly mchid: string
  /** Null without `--tls`. */
  readonly tls: (TlsAddresses & { readonly ca: string }) | null
  close(): Promise<void>
}

/** Where the shop is in the world; `.example` is reserved, so nobody else ever is. */
const shopBase = 'https://shop.example'

const realOrigins = [shopBase, qqHost, ...Object.values(wechatHosts)]

/** Beside the sub merchant of every installation. */
const secondSubMerchant = { mchid: '1900000002', name: '雾白陶社', appids: [] }

/** Who sells what the catalogue has, with `--sellers`. */
const demoSellers = [
  { sellerId: 'garden', subMchid: '1900000001' },
  { sellerId: 'kiln', subMchid: secondSubMerchant.mchid },
]

/** The person who holds the phones of the bench. */
const benchUser = 'payer-1'

/** The address of a browser on this machine (RFC 5737): 127.0.0.1 could order and would then be refused. */
const browserIp = '203.0.113.13'

export type LocalStackOptions = Omit<Config, 'command' | 'build' | 'keyMode' | 'sellers' | 'tls' | 'ownerHook'> & {
  /** Default null: plain HTTP only. */
  readonly tls?: Config['tls']
  /** Default certificate. */
  readonly keyMode?: Config['keyMode']
  /** Default false. */
  readonly sellers?: boolean
  /** Default null: nobody is told. */
  readonly ownerHook?: Config['ownerHook']
  /** For tests and measurements: what the shop does otherwise than by default. */
  readonly shop?: Pick<MerchantOptions, 'rateLimits' | 'initialStock' | 'loopbackPayerIp'>
}

/**
 * Starts merchant, WeChat, QQ and the front on loopback. What was started is stopped again when a later part fails.
 * @throws PortTakenError, PortForbiddenError, InstallationError
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { portBase, dataFolder, resolve, keyMode = 'certificate', ownerHook = null, sellers = false } = options
  const installation = await openInstallation(dataFolder)
  const { app, subApp, merchant: identity, platform, qqApp, operatorToken } = installation
  const port = (offset: number): number => (portBase === null ? 0 : portBase + offset)
  const file = (name: string): string => (dataFolder === null ? ':memory:' : path.join(dataFolder, name))
  const logger = createLog(options.logLevel, process.stdout.isTTY)
  const started: { close(): Promise<void> }[] = []
  const close = async (): Promise<void> => {
    // The front first: it holds streams to all the others. The merchant before those it calls.
    for (const part of started.reverse().splice(0)) await part.close()
  }

  // With free ports nobody knows an address before everybody listens. Until then every real name leads nowhere: not for
  // a moment may a simulated key be shown to a real host.
  const nowhere = 'http://127.0.0.1:1'
  const places = Object.fromEntries(realOrigins.map((origin) => [origin, nowhere]))
  let map = createHostMap({ ...places, ...resolve })
  const hostMap: HostMap = { resolve: (url) => map.resolve(url), has: (url) => map.has(url) }
  const learn = (origins: readonly string[], url: string): void => {
    for (const origin of origins) places[origin] = url
    map = createHostMap({ ...places, ...resolve })
  }
  const logDiagnosis =
    (company: string) =>
    ({ message, group, finding, mchid, out_trade_no }: Diagnosis): void =>
      logger.warn({ company, group, finding, mchid, out_trade_no }, message)
  let virtualNow = (): number => wallClock.now()
  try {
    const merchant = await createMerchant({
      port: port(0),
      operatorPort: port(10),
      operatorToken,
      dataFile: file('merchant.db'),
      hostMap,
      publicBase: shopBase,
      wechat: {
        appid: app.appid,
        secret: app.secret,
        mchid: identity.mchid,
        sellers: sellers ? demoSellers : [],
        merchantSerialNo: identity.serial,
        merchantPrivateKey: identity.privateKey,
        apiV3Key: identity.apiV3Key,
        ...(keyMode !== 'certificate' && {
          platformPublicKey: { id: identity.publicKeyId, key: identity.publicKey },
        }),
      },
      qq: { appid: qqApp.appid, secret: qqApp.secret },
      staticRoot: distFolder('h5'),
      trustLoopbackForwarded: true,
      loopbackPayerIp: browserIp,
      // A browser of a developer is a new guest each time, and shall find what a customer finds.
      welcome: 'everyone',
      ...(ownerHook !== null && {
        ownerHook: createOwnerWebhook({ url: ownerHook, secret: ownerHookSecretOf(installation), clock: wallClock }),
      }),
      clock: { now: () => virtualNow() },
      logger,
      ...options.shop,
    })
    started.push(merchant)
    learn([shopBase], merchant.url)
    const operatorUrl = merchant.operatorUrl ?? ''

    // Whoever is called comes before who calls: WeChat begins at once with what a crash left undelivered.
    const qq = await createQqSimulator({
      port: port(2),
      controlPort: port(12),
      dataFile: file('qq.db'),
      hostMap,
      clock: { now: () => virtualNow() },
      apps: [qqApp],
      onDiagnosis: logDiagnosis('qq'),
    })
    started.push(qq)
    learn([qqHost], qq.url)

    const wechat = await createWechatSimulator({
      port: port(1),
      controlPort: port(11),
      dataFile: file('wechat.db'),
      hostMap,
      platform,
      apps: [app, subApp],
      merchants: [{ ...identity, keyMode, subMerchants: [...identity.subMerchants, secondSubMerchant] }],
      loopbackPayerIp: browserIp,
      onDiagnosis: logDiagnosis('wechat'),
    })
    started.push(wechat)
    virtualNow = wechat.now
    learn(Object.values(wechatHosts), wechat.url)

    const browserDoor = await createBrowserDoor({
      port: port(3),
      hostMap,
      localOrigins: [merchant.url, wechat.url],
      wechatControl: wechat.controlUrl,
      qqControl: qq.controlUrl,
      operator: { url: operatorUrl, token: operatorToken },
      tools: {
        weapp: { appid: app.appid, user: benchUser, wechat: wechat.url, qq: qq.url },
        qq: { appid: qqApp.appid, user: benchUser, wechat: wechat.url, qq: qq.url },
      },
      sdkEnvFile: dataFolder === null ? null : path.join(dataFolder, 'sdk.env'),
      phone: createPhoneRoutes({
        dist: { weapp: distFolder('weapp'), qq: distFolder('qq') },
        appids: { weapp: app.appid, qq: qqApp.appid },
        webViewReferer: shopBase,
      }),
    })
    started.push(browserDoor)
    const tls = options.tls ? await startTls(options.tls.port) : null
    if (dataFolder !== null) {
      writeSdkFiles(dataFolder, installation, {
        wechatUrl: wechat.url,
        qqUrl: qq.url,
        wechatControl: wechat.controlUrl,
        qqControl: qq.controlUrl,
        operatorUrl,
        openid: await wechat.openid(app.appid, benchUser),
        subOpenid: await wechat.openid(subApp.appid, benchUser),
        ...(tls && { tls }),
      })
    }
    return {
      merchantUrl: merchant.url,
      wechatUrl: wechat.url,
      qqUrl: qq.url,
      browserDoorUrl: browserDoor.url,
      operatorUrl,
      operatorToken,
      wechatControl: wechat.controlUrl,
      qqControl: qq.controlUrl,
      mchid: identity.mchid,
      tls,
      close,
    }

    async function startTls(tlsPort: number): Promise<NonNullable<LocalStack['tls']>> {
      const authority = await openAuthority(dataFolder, allTlsNames, () => wallClock.now())
      const serve = (names: readonly string[], listener: RequestListener) =>
        names.map((name) => [name, listener] as const)
      const tlsDoor = await createTlsDoor({
        port: tlsPort,
        proxyPort: port(444),
        authority,
        companies: new Map([
          ...serve([...tlsNames.wechat, ...localNames], wechat.listener),
          ...serve(tlsNames.qq, qq.listener),
        ]),
        localNames,
      })
      started.push(tlsDoor)
      return { url: tlsDoor.url, proxy: tlsDoor.proxyUrl, caFile: authority.file, ca: authority.certificate }
    }
  } catch (error) {
    await close()
    throw error
  }
}

import type { RequestListener } from 'node:http'
import path from 'node:path'
import type { Logger } from 'pino'
import { distFolder } from '../../config/build-app'
import type { Config } from './config'
import { createPhoneRoutes } from '../device/routes'
import { createBrowserDoor } from './browser-door'
import { takeDataFolder, type DataFolder } from './data-folder'
import {
  explainData,
  openInstallation,
  ownerHookSecretOf,
  sdkEnvFile,
  writeSdkFiles,
  type Installation,
  type TlsAddresses,
} from './installation'
import { wallClock } from '../kit/clock'
import type { Diagnosis } from '../simulator/kit/diagnosis'
import { createHostMap, type HostMap } from '../kit/http/host-map'
import { createLog } from '../kit/log-lines'
import { createMerchant, type MerchantOptions } from '../merchant/create-merchant'
import { createOwnerWebhook } from '../merchant/jobs/owner-webhook'
import { createQqSimulator } from '../simulator/qq/create-qq-simulator'
import { createWechatSimulator, type WechatSimulator } from '../simulator/wechat/create-wechat-simulator'
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
  /** What an SDK, another back end or ctl needs; in a temporary folder where nothing is kept. */
  readonly sdkEnvFile: string
  /** Null without `--tls`. */
  readonly tls: (TlsAddresses & { readonly ca: string }) | null
  close(): Promise<void>
}

/** The shop's real origin; `.example` is reserved, so no other site can have it. */
const shopBase = 'https://shop.example'

const realOrigins = [shopBase, qqHost, ...Object.values(wechatHosts)]

/** Beside the sub merchant of every installation. */
const secondSubMerchant = { mchid: '1900000002', name: '雾白陶社', appids: [] }

/** Who sells what the catalogue has, with `--sellers`. */
const demoSellers = [
  { sellerId: 'garden', subMchid: '1900000001' },
  { sellerId: 'kiln', subMchid: secondSubMerchant.mchid },
]

/** The user of the bench's phones. */
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
  /** Default null: nothing is reported. */
  readonly ownerHook?: Config['ownerHook']
  /** Default: one on standard error, of `logLevel`. */
  readonly logger?: Logger
  /** For tests: keys that were made before. Default: those of the data folder, else new ones. */
  readonly installation?: Installation
  /** For tests and measurements: what the shop does otherwise than by default. */
  readonly shop?: Pick<MerchantOptions, 'rateLimits' | 'initialStock' | 'loopbackPayerIp'>
}

/**
 * Starts the merchant, WeChat, QQ and the browser door on loopback. What was started is stopped again when a later part fails.
 * @throws PortTakenError, PortForbiddenError, InstallationError, FolderInUseError
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const folder = takeDataFolder(options.dataFolder)
  try {
    return await startIn(folder, options)
  } catch (error) {
    folder.release()
    throw error
  }
}

async function startIn(folder: DataFolder, options: LocalStackOptions): Promise<LocalStack> {
  const { portBase, dataFolder } = options
  const installation = options.installation ?? (await openInstallation(dataFolder))
  const parts: { close(): Promise<void> }[] = []
  const closeParts = async (): Promise<void> => {
    // The browser door first: it holds streams to all the others. The merchant before the services that it calls.
    for (const part of parts.reverse().splice(0)) await part.close()
  }
  const setting: Setting = {
    options,
    keysFolder: folder.keys,
    installation,
    places: createPlaces(options.resolve),
    port: (offset) => (portBase === null ? 0 : portBase + offset),
    file: (name) => (dataFolder === null ? ':memory:' : path.join(dataFolder, name)),
    logger: options.logger ?? createLog(options.logLevel),
    started<Part extends { close(): Promise<void> }>(part: Part): Part {
      parts.push(part)
      return part
    },
  }
  let virtualNow = (): number => wallClock.now()
  try {
    const merchant = await startMerchant(setting, () => virtualNow())
    // Start the callee first: WeChat delivers what a crash left over as soon as it is up.
    const qq = await startQq(setting, () => virtualNow())
    const wechat = await startWechat(setting)
    virtualNow = wechat.now
    const servers: Servers = { merchant, qq, wechat, operatorUrl: merchant.operatorUrl ?? '' }
    const browserDoor = await startBrowserDoor(setting, servers)
    const tls = options.tls ? await startTls(setting, servers, options.tls.port) : null
    await writeSdk(setting, servers, tls)
    folder.announce({ bench: `${browserDoor.url}/bench`, merchant: merchant.url, wechat: wechat.url, qq: qq.url })
    return {
      merchantUrl: merchant.url,
      wechatUrl: wechat.url,
      qqUrl: qq.url,
      browserDoorUrl: browserDoor.url,
      operatorUrl: servers.operatorUrl,
      operatorToken: installation.operatorToken,
      wechatControl: wechat.controlUrl,
      qqControl: qq.controlUrl,
      mchid: installation.merchant.mchid,
      tls,
      sdkEnvFile: sdkEnvFile(folder.keys),
      async close() {
        await closeParts()
        folder.release()
      },
    }
  } catch (error) {
    await closeParts()
    throw explainData(error)
  }
}

/** What every part is started with. */
interface Setting {
  readonly options: LocalStackOptions
  /** Of keys and `sdk.env`. */
  readonly keysFolder: string
  readonly installation: Awaited<ReturnType<typeof openInstallation>>
  readonly places: Places
  readonly port: (offset: number) => number
  readonly file: (name: string) => string
  readonly logger: Logger
  /** Notes a part, so that it is stopped. */
  started<Part extends { close(): Promise<void> }>(part: Part): Part
}

interface Servers {
  readonly merchant: Awaited<ReturnType<typeof createMerchant>>
  readonly qq: Awaited<ReturnType<typeof createQqSimulator>>
  readonly wechat: WechatSimulator
  readonly operatorUrl: string
}

interface Places {
  readonly hostMap: HostMap
  /** These real origins are answered at `url` from now on. */
  learn(origins: readonly string[], url: string): void
}

/**
 * Maps real origins to local addresses. Until a server listens its names lead nowhere: a simulated key must never be sent
 * to a real host.
 */
function createPlaces(resolve: Config['resolve']): Places {
  const nowhere = 'http://127.0.0.1:1'
  const places = Object.fromEntries(realOrigins.map((origin) => [origin, nowhere]))
  let map = createHostMap({ ...places, ...resolve })
  return {
    hostMap: { resolve: (url) => map.resolve(url), has: (url) => map.has(url) },
    learn(origins, url) {
      for (const origin of origins) places[origin] = url
      map = createHostMap({ ...places, ...resolve })
    },
  }
}

async function startMerchant(setting: Setting, now: () => number): Promise<Servers['merchant']> {
  const { options, installation, places, port, file, logger } = setting
  const { keyMode = 'certificate', ownerHook = null, sellers = false } = options
  const { app, qqApp, merchant: identity, operatorToken } = installation
  const merchant = await createMerchant({
    port: port(0),
    operatorPort: port(10),
    operatorToken,
    dataFile: file('merchant.db'),
    hostMap: places.hostMap,
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
    // A developer's browser is a new guest each time, and gets what every customer gets.
    welcome: 'everyone',
    ...(ownerHook !== null && {
      ownerHook: createOwnerWebhook({ url: ownerHook, secret: ownerHookSecretOf(installation), clock: wallClock }),
    }),
    clock: { now },
    logger,
    ...options.shop,
  })
  setting.started(merchant)
  places.learn([shopBase], merchant.url)
  return merchant
}

async function startQq(
  { installation, places, port, file, logger, started }: Setting,
  now: () => number,
): Promise<Servers['qq']> {
  const qq = started(
    await createQqSimulator({
      port: port(2),
      controlPort: port(12),
      dataFile: file('qq.db'),
      hostMap: places.hostMap,
      clock: { now },
      apps: [installation.qqApp],
      onDiagnosis: logDiagnosis(logger, 'qq'),
    }),
  )
  places.learn([qqHost], qq.url)
  return qq
}

async function startWechat({
  options,
  installation,
  places,
  port,
  file,
  logger,
  started,
}: Setting): Promise<WechatSimulator> {
  const { app, subApp, merchant: identity, platform } = installation
  const { keyMode = 'certificate' } = options
  const wechat = started(
    await createWechatSimulator({
      port: port(1),
      controlPort: port(11),
      dataFile: file('wechat.db'),
      hostMap: places.hostMap,
      platform,
      apps: [app, subApp],
      merchants: [{ ...identity, keyMode, subMerchants: [...identity.subMerchants, secondSubMerchant] }],
      loopbackPayerIp: browserIp,
      onDiagnosis: logDiagnosis(logger, 'wechat'),
    }),
  )
  places.learn(Object.values(wechatHosts), wechat.url)
  return wechat
}

function logDiagnosis(logger: Setting['logger'], company: string) {
  return ({ message, group, finding, mchid, out_trade_no }: Diagnosis): void =>
    logger.warn({ company, group, finding, mchid, out_trade_no }, message)
}

async function startBrowserDoor(
  { keysFolder, installation, places, port, started }: Setting,
  { merchant, qq, wechat, operatorUrl }: Servers,
): Promise<{ readonly url: string }> {
  const { app, qqApp, operatorToken } = installation
  const door = await createBrowserDoor({
    port: port(3),
    hostMap: places.hostMap,
    localOrigins: [merchant.url, wechat.url],
    wechatControl: wechat.controlUrl,
    qqControl: qq.controlUrl,
    operator: { url: operatorUrl, token: operatorToken },
    tools: {
      weapp: { appid: app.appid, user: benchUser, wechat: wechat.url, qq: qq.url },
      qq: { appid: qqApp.appid, user: benchUser, wechat: wechat.url, qq: qq.url },
    },
    sdkEnvFile: sdkEnvFile(keysFolder),
    phone: createPhoneRoutes({
      dist: { weapp: distFolder('weapp'), qq: distFolder('qq') },
      appids: { weapp: app.appid, qq: qqApp.appid },
      shop: shopBase,
    }),
  })
  return started(door)
}

async function startTls(
  { keysFolder, port, started }: Setting,
  { qq, wechat }: Servers,
  tlsPort: number,
): Promise<NonNullable<LocalStack['tls']>> {
  const { openAuthority } = await import('../tls/authority')
  const { createTlsDoor } = await import('../tls/create-tls-door')
  const authority = await openAuthority(keysFolder, allTlsNames, () => wallClock.now())
  const serve = (names: readonly string[], listener: RequestListener) => names.map((name) => [name, listener] as const)
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
  started(tlsDoor)
  return { url: tlsDoor.url, proxy: tlsDoor.proxyUrl, caFile: authority.file, ca: authority.certificate }
}

/** Writes what an SDK needs. */
async function writeSdk(
  { keysFolder, installation }: Setting,
  { wechat, qq, operatorUrl }: Servers,
  tls: LocalStack['tls'],
): Promise<void> {
  const { app, subApp } = installation
  writeSdkFiles(keysFolder, installation, {
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

import { rmSync } from 'node:fs'
import path from 'node:path'
import type { Logger } from 'pino'
import type { CreateOrderRequest, PaymentAnswer, PaymentInvocation } from '../../../src/contract/api'
import { createHostMap, type HostMap } from '../../../mock-server/kit/http/host-map'
import { createMerchant, type Merchant } from '../../../mock-server/merchant/create-merchant'
import type { Seller } from '../../../mock-server/merchant/domain/seller'
import type { Engine } from '../../../mock-server/merchant/store/engine/engine'
import { openPostgresEngine } from '../../../mock-server/merchant/store/engine/postgres-engine'
import { openSqliteEngine } from '../../../mock-server/merchant/store/engine/sqlite-engine'
import { createQqSimulator, type QqSimulator } from '../../../mock-server/simulator/qq/create-qq-simulator'
import { createQqAppIdentity } from '../../../mock-server/simulator/qq/identity'
import {
  createWechatSimulator,
  type WechatSimulator,
} from '../../../mock-server/simulator/wechat/create-wechat-simulator'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type KeyMode,
} from '../../../mock-server/simulator/wechat/identity'
import { createTestSchema, isPostgresWanted } from '../../support/postgres'
import { createQuickFolder } from '../../support/quick-folder'
import { createShopClient, operatorToken } from './shop'

const user = 'payer-1'

/** For whom a partner sells, too; not in this shop. */
export const otherSubMchid = '1900000129'

/** Keys are made once per run of a test file; who is who does not depend on the test. */
let sharedIdentities: ReturnType<typeof createIdentities> | undefined

async function createIdentities() {
  const [app, subApp] = [createAppIdentity(), createAppIdentity()]
  const [identity, platform] = await Promise.all([
    createMerchantIdentity({ appids: [app.appid] }),
    createPlatformIdentity(),
  ])
  return { app, subApp, identity, platform }
}

export interface TestStack {
  readonly wechat: WechatSimulator
  readonly qq: QqSimulator
  readonly merchant: Merchant
  readonly shop: ReturnType<typeof createShopClient>
  readonly appid: string
  readonly mchid: string
  login(client: 'weapp' | 'qq' | 'h5'): Promise<string>
  order(token: string, accepts: CreateOrderRequest['accepts'], ip: string): Promise<PaymentAnswer>
  /** What the wallet of the phone answers. */
  openCashier(payment: PaymentInvocation | null): Promise<{ status: number; body: Record<string, string> }>
  payInCashier(cashierId: string): Promise<{ status: number; body: Record<string, string> }>
  /** What the middle page answers to a browser that comes from the shop. */
  payOnMiddlePage(h5Url: string, ip: string, referer?: string): Promise<{ page: string; status: number; body: unknown }>
  dropNotices(on: boolean): Promise<void>
  /** Turns a fault of the WeChat simulator on or off. */
  fault(name: string, on: boolean): Promise<void>
  /** What the WeChat simulator's control API answers. */
  control<T>(path: string): Promise<T>
  /** A WeChat order that is paid in the wallet, and its merchant order number. */
  paid(change?: Partial<CreateOrderRequest>): Promise<{ token: string; orderNo: string }>
  /** Moves business time everywhere. */
  advance(seconds: number): Promise<void>
  outTradeNos(): Promise<readonly { outTradeNo: string; state: string }[]>
  /** The shop's own database, behind its back: as another tool, or a mistake, would change it. */
  openEngine(): Promise<Engine>
  close(): Promise<void>
}

/** With which keys WeChat Pay signs, and what the merchant wrongly believes of its public key. */
export interface TestStackOptions {
  readonly keyMode?: KeyMode
  readonly publicKey?: { readonly id?: string; readonly key?: string }
  /** Speaks V2, signing so. */
  readonly v2?: 'MD5' | 'HMAC-SHA256'
  /** The merchant is a partner who sells for this one. */
  readonly subMchid?: string
  /** The merchant sells for these, as their partner. */
  readonly sellers?: readonly Seller[]
  /** The mini program is the sub merchant's own. */
  readonly hasSubApp?: boolean
  /** The address for refunds in the merchant's console. Default: none. */
  readonly refundNotifyUrl?: string
  /** Default: the shop writes no log. */
  readonly logger?: Logger
  /** Default: SQLite in memory, or what TEST_MERCHANT_ENGINE says. */
  readonly engine?: 'sqlite' | 'postgres'
  /** Where QQ is called, given where it is. Default: there. */
  readonly beforeQq?: (qqUrl: string) => Promise<string>
  /** Whether QQ passes WeChat Pay's signature on. Default true. */
  readonly qqKeepsSignatures?: boolean
}

/** Merchant and both simulators on free ports, meeting over HTTP only. */
export async function openTestStack(keys: TestStackOptions = {}): Promise<TestStack> {
  const {
    keyMode = 'certificate',
    publicKey,
    v2,
    subMchid,
    hasSubApp = false,
    sellers = [],
    engine,
    refundNotifyUrl,
    logger,
  } = keys
  let offsetMs = 0
  let hosts: HostMap = createHostMap({})
  const hostMap: HostMap = { resolve: (url) => hosts.resolve(url), has: (url) => hosts.has(url) }
  const { app: ownApp, subApp, identity, platform } = await (sharedIdentities ??= createIdentities())
  const app = hasSubApp ? subApp : ownApp
  const subAppids = hasSubApp ? [subApp.appid] : []
  const subMerchants =
    subMchid === undefined
      ? sellers.map((seller) => ({ mchid: seller.subMchid, name: seller.sellerId, appids: [] }))
      : [
          { mchid: subMchid, name: '分店', appids: subAppids },
          { mchid: otherSubMchid, name: '别家', appids: [] },
        ]
  const merchants = [{ ...identity, keyMode, subMerchants, ...(refundNotifyUrl !== undefined && { refundNotifyUrl }) }]
  const wechat = await createWechatSimulator({ hostMap, apps: [ownApp, subApp], merchants, platform })
  const qqApp = createQqAppIdentity({ merchants: [{ mchid: identity.mchid, appids: identity.appids }] })
  const qq = await createQqSimulator({
    port: 0,
    hostMap,
    apps: [qqApp],
    forwardWechatpayHeaders: keys.qqKeepsSignatures ?? true,
  })
  const isPostgres = engine === 'postgres' || (engine === undefined && isPostgresWanted)
  const schema = isPostgres ? await createTestSchema() : null
  const folder = engine === 'sqlite' ? createQuickFolder('shop-') : null
  const dataFile = path.join(folder ?? '', 'shop.db')
  const merchant = await createMerchant({
    port: 0,
    operatorPort: 0,
    operatorToken,
    ...(schema && { databaseUrl: schema.url }),
    ...(folder !== null && { dataFile }),
    hostMap,
    publicBase: 'https://shop.example',
    wechat: {
      appid: app.appid,
      secret: app.secret,
      mchid: identity.mchid,
      ...(subMchid !== undefined && { partner: { subMchid, ...(hasSubApp && { spAppid: ownApp.appid }) } }),
      sellers,
      ...(v2 === undefined
        ? {
            merchantSerialNo: identity.serial,
            merchantPrivateKey: identity.privateKey,
            apiV3Key: identity.apiV3Key,
            ...(keyMode !== 'certificate' && {
              platformPublicKey: { id: identity.publicKeyId, key: identity.publicKey, ...publicKey },
            }),
          }
        : { v2: { apiKey: identity.apiKey, signType: v2, certificate: { cert: 'shown under TLS only', key: '-' } } }),
    },
    qq: { appid: qqApp.appid, secret: qqApp.secret },
    trustLoopbackForwarded: true,
    clock: { now: () => Date.now() + offsetMs },
    scheduler: { every: () => () => {} },
    rateLimits: false,
    ...(logger && { logger }),
  })
  hosts = createHostMap({
    'https://shop.example': merchant.url,
    'https://api.mch.weixin.qq.com': wechat.url,
    'https://api.weixin.qq.com': wechat.url,
    'https://wx.tenpay.com': wechat.url,
    'https://api.q.qq.com': (await keys.beforeQq?.(qq.url)) ?? qq.url,
  })
  const shop = createShopClient(merchant)

  const post = async (url: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') => {
    const answer = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, string> }
  }

  const login: TestStack['login'] = async (client) => {
    if (client === 'h5') return shop.login('h5')
    const base = client === 'weapp' ? wechat.url : qq.url
    const appid = client === 'weapp' ? app.appid : qqApp.appid
    const { body } = await post(`${base}/client/login`, { appid, user })
    return shop.login(client, body.code)
  }
  const openCashier: TestStack['openCashier'] = (payment) => {
    if (payment?.kind !== 'requestPayment') throw new Error(`No pay call: ${JSON.stringify(payment)}`)
    const { kind: _kind, ...call } = payment
    return post(`${wechat.url}/client/cashier`, { appid: app.appid, user, ...call })
  }
  const payInCashier: TestStack['payInCashier'] = (id) => post(`${wechat.url}/client/cashier/${id}/pay`, {})

  return {
    wechat,
    qq,
    merchant,
    shop,
    appid: app.appid,
    mchid: identity.mchid,
    login,
    order: async (token, accepts, ip) => (await shop.order(token, { accepts }, ip)).body,
    openCashier,
    payInCashier,
    async paid(change = {}) {
      const token = await login('weapp')
      const { order, payment } = (await shop.order(token, { accepts: ['requestPayment'], ...change })).body
      const opened = await openCashier(payment)
      const answer = await payInCashier(opened.body.cashier_id!)
      if (answer.status !== 200) throw new Error(`Not paid: ${JSON.stringify(answer.body)}`)
      await wechat.settled()
      return { token, orderNo: order.orderNo }
    },
    async payOnMiddlePage(h5Url, ip, referer = 'https://shop.example/') {
      const url = new URL(hostMap.resolve(h5Url))
      const headers = { referer, 'x-forwarded-for': ip }
      const page = await (await fetch(url, { headers })).text()
      const body = { prepay_id: url.searchParams.get('prepay_id'), package: url.searchParams.get('package'), user }
      return { page, ...(await post(`${url.origin}${url.pathname}/pay`, body, headers)) }
    },
    fault: async (name, on) => void (await post(`${wechat.controlUrl}/control/faults/${name}`, { on }, {}, 'PUT')),
    control: async <T>(path: string) => (await (await fetch(wechat.controlUrl + path)).json()) as T,
    dropNotices: async (on) => void (await post(`${wechat.controlUrl}/control/faults/drop-notices`, { on }, {}, 'PUT')),
    async advance(seconds) {
      offsetMs += seconds * 1000
      await Promise.all([wechat.advance(seconds), qq.advance(seconds)])
    },
    async outTradeNos() {
      const answer = await fetch(`${wechat.controlUrl}/control/trades`)
      const { trades } = (await answer.json()) as { trades: { out_trade_no: string; trade_state: string }[] }
      return trades.map(({ out_trade_no, trade_state }) => ({ outTradeNo: out_trade_no, state: trade_state }))
    },
    async openEngine() {
      if (schema) return openPostgresEngine({ url: schema.url, poolSize: 2 })
      if (folder === null) throw new Error('A database in memory has one door: name an engine.')
      return openSqliteEngine(dataFile)
    },
    async close() {
      await merchant.close()
      if (folder !== null) rmSync(folder, { recursive: true })
      await qq.close()
      await wechat.close()
      await schema?.drop()
    },
  }
}

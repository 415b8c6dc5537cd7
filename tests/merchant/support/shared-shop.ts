import type { OrderDetail, PaymentAnswer, PaymentKind } from '../../../src/contract/api'
import { createHostMap, type HostMap } from '../../../mock-server/kit/http/host-map'
import { createMerchant, type MerchantOptions } from '../../../mock-server/merchant/create-merchant'
import { createQqSimulator } from '../../../mock-server/simulator/qq/create-qq-simulator'
import { createQqAppIdentity } from '../../../mock-server/simulator/qq/identity'
import { createWechatSimulator } from '../../../mock-server/simulator/wechat/create-wechat-simulator'
import type { FaultName } from '../../../mock-server/simulator/wechat/domain/fault-names'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
} from '../../../mock-server/simulator/wechat/identity'
import { createTestSchema } from '../../support/postgres'
import { startMerchantProcess } from './processes'
import { createShopClient, nextRequestId } from './shop'

/** Several merchants that are one shop, both simulators, and phones that each meet another of the merchants. */

export interface SharedShopOptions {
  readonly protocol: 'V3' | 'V2'
  /** One merchant on SQLite in this process, or two in processes of their own on one PostgreSQL. */
  readonly engine: 'SQLite' | 'PostgreSQL'
  readonly initialStock: number
}

/** A payment link, and whose phone it was made for. */
export interface Link {
  readonly h5Url: string
  readonly ip: string
}

/** One phone with a session of its own at the shop. */
export interface Phone {
  /** Asks how to pay; null where the shop gives nothing to pay with. */
  ask(): Promise<Link | null>
  /** The order as this phone is shown it. */
  look(): Promise<OrderDetail>
}

export interface TradeShown {
  readonly out_trade_no: string
  readonly trade_state: string
  readonly transaction_id?: string
  readonly amount: { readonly total: number }
}

export interface RefundShown {
  readonly out_trade_no: string
  readonly out_refund_no: string
  readonly status: string
  readonly reason?: string
  readonly amount: { readonly refund: number }
}

export type SharedShop = Awaited<ReturnType<typeof openSharedShop>>

const shopBase = 'https://shop.example'
export const phoneIps = { qq: '203.0.113.12', browser: '203.0.113.13' }

export async function openSharedShop({ protocol, engine, initialStock }: SharedShopOptions) {
  const app = createAppIdentity()
  const [identity, platform] = await Promise.all([
    createMerchantIdentity({ appids: [app.appid] }),
    createPlatformIdentity(),
  ])
  const qqApp = createQqAppIdentity({ merchants: [{ mchid: identity.mchid, appids: identity.appids }] })
  let fixed: HostMap = createHostMap({})
  let turn = 0
  // What a load balancer does: each notification goes to the next of them.
  const hostMap: HostMap = {
    has: (url) => url.startsWith(shopBase) || fixed.has(url),
    resolve: (url) => (url.startsWith(`${shopBase}/`) ? anyone().url + url.slice(shopBase.length) : fixed.resolve(url)),
  }
  const wechat = await createWechatSimulator({ hostMap, apps: [app], merchants: [identity], platform })
  const qq = await createQqSimulator({ port: 0, hostMap, apps: [qqApp] })
  const hosts = {
    'https://api.mch.weixin.qq.com': wechat.url,
    'https://api.weixin.qq.com': wechat.url,
    'https://wx.tenpay.com': wechat.url,
    'https://api.q.qq.com': qq.url,
  }
  fixed = createHostMap(hosts)
  const { appid, secret } = app
  const keys: Pick<MerchantOptions, 'wechat'>['wechat'] =
    protocol === 'V3'
      ? {
          ...{ appid, secret, mchid: identity.mchid },
          merchantSerialNo: identity.serial,
          merchantPrivateKey: identity.privateKey,
          apiV3Key: identity.apiV3Key,
        }
      : {
          ...{ appid, secret, mchid: identity.mchid },
          v2: { apiKey: identity.apiKey, certificate: { cert: 'shown under TLS only', key: '-' } },
        }
  const options = {
    port: 0,
    publicBase: shopBase,
    wechat: keys,
    qq: { appid: qqApp.appid, secret: qqApp.secret },
    trustLoopbackForwarded: true,
    initialStock,
    rateLimits: false as const,
  }
  let offsetMs = 0
  const schema = engine === 'PostgreSQL' ? await createTestSchema() : null
  const merchants = schema
    ? await Promise.all(
        [1, 2].map(() =>
          startMerchantProcess(hosts, { ...options, databaseUrl: schema.url, sweepEveryMs: 86_400_000 }),
        ),
      )
    : [
        {
          ...(await createMerchant({
            ...options,
            hostMap: fixed,
            clock: { now: () => Date.now() + offsetMs },
            scheduler: { every: () => () => {} },
          })),
          advance: async () => {},
        },
      ]
  const clients = merchants.map((merchant) => createShopClient(merchant))
  const anyone = () => merchants[turn++ % merchants.length]!
  const anyClient = () => clients[turn++ % clients.length]!

  const post = async (url: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') => {
    const answer = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, string> }
  }
  const control = async <T>(path: string): Promise<T> => (await (await fetch(wechat.controlUrl + path)).json()) as T

  function toPhone(token: string, orderNo: string, ip: string, accepts: readonly PaymentKind[]): Phone {
    return {
      async ask() {
        const { status, body } = await anyClient().call<PaymentAnswer>('POST', `/api/orders/${orderNo}/payments`, {
          token,
          headers: { 'x-forwarded-for': ip },
          body: { requestId: nextRequestId(), accepts },
        })
        if (status !== 200) throw new Error(`No answer: ${JSON.stringify(body)}`)
        return body.payment !== null && 'h5Url' in body.payment ? { h5Url: body.payment.h5Url, ip } : null
      },
      async look() {
        const { status, body } = await anyClient().call<{ order: OrderDetail }>('GET', `/api/orders/${orderNo}`, {
          token,
        })
        if (status !== 200) throw new Error(`The order is not shown: ${JSON.stringify(body)}`)
        return body.order
      },
    }
  }

  return {
    wechat,
    mchid: identity.mchid,

    /** Somebody orders in QQ and opens the order in a browser, too: two phones, one order. */
    async order(user: string) {
      const { body } = await post(`${qq.url}/client/login`, { appid: qqApp.appid, user })
      const client = anyClient()
      const token = await client.login('qq', body['code'])
      const placed = await client.order(token, { accepts: ['webView'] }, phoneIps.qq)
      const { order, payment } = placed.body
      if (payment?.kind !== 'webView') throw new Error(`No link: ${JSON.stringify(placed.body)}`)
      const orderKey = new URL(payment.orderPageUrl).searchParams.get('orderKey')
      const session = await anyClient().call<{ token: string }>('POST', '/api/sessions', {
        body: { client: 'h5', orderKey },
      })
      return {
        orderNo: order.orderNo,
        totalFen: order.totalFen,
        link: { h5Url: payment.h5Url, ip: phoneIps.qq },
        inQq: toPhone(token, order.orderNo, phoneIps.qq, ['requestWxPayment']),
        inBrowser: toPhone(session.body.token, order.orderNo, phoneIps.browser, ['redirect']),
        points: async () => (await anyClient().call<{ points: number }>('GET', '/api/me', { token })).body.points,
        cancel: () => anyClient().call('POST', `/api/orders/${order.orderNo}/cancel`, { token, body: {} }),
      }
    },

    /** What the wallet answers to who follows a link and pays: 200, or 403 with the reason. */
    async pay({ h5Url, ip }: Link) {
      const url = new URL(hostMap.resolve(h5Url))
      const body = { prepay_id: url.searchParams.get('prepay_id'), package: url.searchParams.get('package') }
      const headers = { referer: `${shopBase}/`, 'x-forwarded-for': ip }
      return post(`${url.origin}${url.pathname}/pay`, body, headers)
    },

    fault: async (name: FaultName, body: object) =>
      void (await post(`${wechat.controlUrl}/control/faults/${name}`, body, {}, 'PUT')),

    /** Moves business time everywhere; then every merchant does what is due. */
    async advance(seconds: number) {
      offsetMs += seconds * 1000
      await Promise.all(merchants.map((merchant) => merchant.advance(seconds)))
      await Promise.all([wechat.advance(seconds), qq.advance(seconds)])
      await Promise.all(merchants.map((merchant) => merchant.sweep()))
    },

    async sweep() {
      await Promise.all(merchants.map((merchant) => merchant.sweep()))
    },

    /** What WeChat Pay holds about an order. */
    async held(orderNo: string) {
      const [{ trades }, { refunds }] = await Promise.all([
        control<{ trades: TradeShown[] }>('/control/trades?limit=200'),
        control<{ refunds: RefundShown[] }>('/control/refunds?limit=200'),
      ])
      const isOfOrder = ({ out_trade_no }: { readonly out_trade_no: string }) => out_trade_no.startsWith(orderNo)
      return { trades: trades.filter(isOfOrder), refunds: refunds.filter(isOfOrder) }
    },

    async teaLeft() {
      const { body } = await anyClient().call<{ goods: { goodsId: string; stock: number }[] }>('GET', '/api/goods')
      return body.goods.find(({ goodsId }) => goodsId === 'tea')!.stock
    },

    async close() {
      await Promise.all(merchants.map((merchant) => merchant.close()))
      await qq.close()
      await wechat.close()
      await schema?.drop()
    },
  }
}

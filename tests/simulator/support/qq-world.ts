import { createHostMap, type HostMap } from '../../../mock-server/kit/http/host-map'
import { qqNotifyUrl } from '../../../mock-server/wire/qq'
import {
  createQqSimulator,
  type QqSimulator,
  type QqSimulatorOptions,
} from '../../../mock-server/simulator/qq/create-qq-simulator'
import { createQqAppIdentity, type QqAppIdentity } from '../../../mock-server/simulator/qq/identity'
import {
  createWechatSimulator,
  type WechatSimulator,
} from '../../../mock-server/simulator/wechat/create-wechat-simulator'
import { createAppIdentity, createMerchantIdentity } from '../../../mock-server/simulator/wechat/identity'
import { callJson, createMerchantClient, toAnswer, type Answer, type MerchantClient } from './merchant-client'
import { createNoticeReceiver, type NoticeReceiver } from './notice-receiver'

export const realNotifyUrl = 'https://shop.example/notify/wechat'

/** Whom the merchant serves as a partner. */
export const subMchid = '1900000001'

/** What a test may do otherwise than a correct merchant behind the proxy. */
export interface ProxyCall {
  readonly token?: string
  readonly body?: string
  readonly query?: string
  readonly signedTarget?: string
  /** Which of the proxy's paths. Default that of a direct V3 order. */
  readonly path?: string
}

/** QQ, WeChat and a merchant who listens, on one host map. */
export interface QqWorld {
  readonly wechat: WechatSimulator
  readonly receiver: NoticeReceiver
  readonly merchant: MerchantClient
  /** Real origin to local one; may be changed on the way. */
  readonly places: Record<string, string>
  readonly mchid: string
  qq: QqSimulator
  /** A QQ mini program that is bound to the merchant. */
  newApp(over?: Partial<QqAppIdentity>): QqAppIdentity
  /** Stops QQ where it runs and starts it anew. */
  restartQq(options?: Partial<QqSimulatorOptions>): Promise<void>
  credentials(over?: Record<string, string>): string
  fetchToken(): Promise<string>
  newNumber(): string
  orderBody(outTradeNo: string, over?: object): string
  orderThroughProxy(outTradeNo: string, call?: ProxyCall): Promise<Answer>
  close(): Promise<void>
}

export async function createQqWorld(options: Pick<QqSimulatorOptions, 'onDefect'> = {}): Promise<QqWorld> {
  const places: Record<string, string> = {}
  const hostMap: HostMap = {
    resolve: (url) => createHostMap(places).resolve(url),
    has: (url) => createHostMap(places).has(url),
  }
  const receiver = await createNoticeReceiver()
  const app = createAppIdentity()
  const identity = await createMerchantIdentity({
    appids: [app.appid],
    subMerchants: [{ mchid: subMchid, name: '茶农', appids: [] }],
  })
  const wechat = await createWechatSimulator({ hostMap, apps: [app], merchants: [identity], ...options })
  places['https://shop.example'] = receiver.url
  places['https://api.mch.weixin.qq.com'] = wechat.url
  const { mchid } = identity
  const merchant = createMerchantClient(wechat.url, identity)
  let numbers = 0

  const newApp = (more: Partial<QqAppIdentity> = {}): QqAppIdentity => ({
    ...createQqAppIdentity({ merchants: [{ mchid, appids: [app.appid] }] }),
    ...more,
  })

  async function startQq(over: Partial<QqSimulatorOptions> = {}): Promise<QqSimulator> {
    const started = await createQqSimulator({
      port: 0,
      hostMap,
      apps: [newApp()],
      ...options,
      ...over,
    })
    places['https://api.q.qq.com'] = started.url
    return started
  }

  const world: QqWorld = {
    wechat,
    receiver,
    merchant,
    places,
    mchid,
    newApp,
    qq: await startQq(),
    async restartQq(options) {
      await world.qq.close()
      world.qq = await startQq(options)
    },
    credentials(over = {}) {
      const { appid, secret } = world.qq.apps[0]!
      return new URLSearchParams({ grant_type: 'client_credential', appid, secret, ...over }).toString()
    },
    async fetchToken() {
      const { json } = await callJson('GET', `${world.qq.url}/api/getToken?${world.credentials()}`)
      return json['access_token'] as string
    },
    newNumber: () => `qq-order-${(numbers += 1)}`,
    orderBody: (outTradeNo, over = {}) =>
      JSON.stringify({
        appid: wechat.apps[0]!.appid,
        mchid,
        description: '方格笔记本',
        out_trade_no: outTradeNo,
        notify_url: qqNotifyUrl(mchid, outTradeNo),
        amount: { total: 3200 },
        scene_info: { payer_client_ip: '203.0.113.12', h5_info: { type: 'Wap' } },
        ...over,
      }),
    async orderThroughProxy(outTradeNo, call = {}) {
      const { qq } = world
      const body = call.body ?? world.orderBody(outTradeNo)
      const token = call.token ?? (await world.fetchToken())
      const query =
        call.query ??
        `appid=${qq.apps[0]!.appid}&access_token=${token}&real_notify_url=${encodeURIComponent(realNotifyUrl)}`
      const path = call.path ?? '/wxpay/v3/pay/transactions/h5'
      const signedTarget = call.signedTarget ?? path.replace(/^\/wxpay/, '')
      const answer = await fetch(`${qq.url}${path}?${query}`, {
        method: 'POST',
        headers: {
          'content-type': path.startsWith('/wxpay/v3/') ? 'application/json' : 'text/xml',
          // V2 signs inside its XML.
          ...(path.startsWith('/wxpay/v3/') && { authorization: merchant.authorize('POST', signedTarget, body) }),
        },
        body,
      })
      return toAnswer(answer)
    },
    async close() {
      await world.qq.close()
      await wechat.close()
      await receiver.close()
    },
  }
  return world
}

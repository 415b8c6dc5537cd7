import { createHostMap } from '../../../mock-server/kit/http/host-map'
import {
  createWechatSimulator,
  type WechatSimulator,
} from '../../../mock-server/simulator/wechat/create-wechat-simulator'
import type { WechatSimulatorOptions } from '../../../mock-server/simulator/wechat/options'
import { callJson, createMerchantClient, type Answer, type MerchantClient } from './merchant-client'
import { createNoticeReceiver, type NoticeReceiver } from './notice-receiver'

export const v3 = {
  jsapi: '/v3/pay/transactions/jsapi',
  h5: '/v3/pay/transactions/h5',
  certificates: '/v3/certificates',
  close: (outTradeNo: string) => `/v3/pay/transactions/out-trade-no/${outTradeNo}/close`,
} as const

export interface NoticeShown {
  readonly id: string
  readonly out_trade_no: string
  readonly next_attempt_at: string | null
  readonly create_time: string
  readonly attempts: readonly {
    readonly at: string
    readonly outcome: string
    readonly status: number | null
    readonly answer_body: string
    readonly request_headers: Readonly<Record<string, string>>
  }[]
}

/** WeChat and a merchant who listens. */
export interface WechatWorld {
  wechat: WechatSimulator
  merchant: MerchantClient
  readonly receiver: NoticeReceiver
  readonly mchid: string
  readonly appid: string
  readonly openid: string
  newNumber(): string
  jsapiOrder(outTradeNo: string, over?: object): object
  h5Order(outTradeNo: string, over?: object): object
  query(outTradeNo: string): Promise<Answer>
  close(outTradeNo: string): Promise<Answer>
  /** Orders for the wallet. */
  order(outTradeNo?: string, over?: object): Promise<string>
  noticesOf(outTradeNo: string): Promise<readonly NoticeShown[]>
  control(method: string, path: string, body?: unknown): Promise<Answer>
  stop(): Promise<void>
}

export async function createWechatWorld(options: WechatSimulatorOptions = {}): Promise<WechatWorld> {
  const receiver = await createNoticeReceiver()
  const wechat = await createWechatSimulator({
    hostMap: createHostMap({ 'https://shop.example': receiver.url }),
    ...options,
  })
  const { mchid } = wechat.merchants[0]!
  const { appid } = wechat.apps[0]!
  const openid = await wechat.openid(appid, 'payer-1')
  let numbers = 0
  const common = (out_trade_no: string): object => ({
    appid,
    mchid,
    description: '明前龙井 · 罐装',
    out_trade_no,
    notify_url: 'https://shop.example/notify/wechat',
    amount: { total: 8800, currency: 'CNY' },
  })

  const world: WechatWorld = {
    wechat,
    merchant: createMerchantClient(wechat.url, wechat.merchants[0]!),
    receiver,
    mchid,
    appid,
    openid,
    newNumber: () => `order-${String((numbers += 1)).padStart(4, '0')}`,
    jsapiOrder: (outTradeNo, over = {}) => ({ ...common(outTradeNo), payer: { openid }, ...over }),
    h5Order: (outTradeNo, over = {}) => ({
      ...common(outTradeNo),
      scene_info: { payer_client_ip: '203.0.113.13', h5_info: { type: 'Wap' } },
      ...over,
    }),
    query: (outTradeNo) => world.merchant.get(`/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${mchid}`),
    close: (outTradeNo) => world.merchant.post(v3.close(outTradeNo), { mchid }),
    async order(outTradeNo = world.newNumber(), over = {}) {
      const answer = await world.merchant.post(v3.jsapi, world.jsapiOrder(outTradeNo, over))
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
      return outTradeNo
    },
    async noticesOf(outTradeNo) {
      const { json } = await world.control('GET', '/control/notices?limit=200')
      return (json['notices'] as NoticeShown[]).filter((notice) => notice.out_trade_no === outTradeNo)
    },
    control: (method, path, body) => callJson(method, world.wechat.controlUrl + path, body),
    async stop() {
      await world.wechat.close()
      await receiver.close()
    },
  }
  return world
}

import Payment from 'tenpay'
import type { WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { v2Order, v2Refund, type OutsideSdk } from './outside-sdk'

/** tenpay speaks V2 only. The addresses that it calls are a table of each object. */
export function connectTenpay(wechat: WechatSimulator): Payment {
  const { mchid, apiKey } = wechat.merchants[0]!
  const sdk = new Payment({ appid: wechat.apps[0]!.appid, mchid, partnerKey: apiKey })
  for (const [name, url] of Object.entries(sdk.urls)) {
    sdk.urls[name] = url.replace('https://api.mch.weixin.qq.com', wechat.url)
  }
  return sdk
}

/** Gives a notification to the SDK's middleware for Express. @throws with the words of its reply to WeChat Pay */
export async function receive(sdk: Payment, kind: 'pay' | 'refund', body: Buffer) {
  const request: Parameters<ReturnType<Payment['middlewareForExpress']>>[0] = { body: body.toString('utf8') }
  let replied = ''
  const response = { header: () => undefined, send: (text: string) => void (replied = text) }
  await sdk.middlewareForExpress(kind)(request, response, () => undefined)
  if (request.weixin === undefined) throw new Error(replied)
  return request.weixin
}

export function createTenpay(wechat: WechatSimulator): OutsideSdk {
  const sdk = connectTenpay(wechat)
  return {
    order: async (outTradeNo) => sdk.unifiedOrder(await v2Order(wechat, outTradeNo)),
    refund: (outTradeNo, outRefundNo) => sdk.refund(v2Refund(outTradeNo, outRefundNo)),
    async open({ body }) {
      const isRefund = body.includes('<req_info>')
      const { req_info, ...fields } = await receive(sdk, isRefund ? 'refund' : 'pay', body)
      return req_info ?? fields
    },
  }
}

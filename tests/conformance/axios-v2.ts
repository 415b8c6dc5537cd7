import * as plugin from 'wechatpay-axios-plugin'
import type { WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { v2Order, v2Refund, type OutsideSdk } from './outside-sdk'

/** What of the plugin is used here: its own types lose the statics of its classes. */
interface Plugin {
  readonly Wechatpay: new (config: object) => {
    chain(path: string): { post(data: object, config?: object): Promise<V2Answer> }
  }
  readonly Aes: { readonly AesEcb: { decrypt(ciphertext: string, key: string): string } }
  readonly Hash: { md5(text: string): string; sign(type: string, data: object, key: string): string }
  readonly Transformer: { toObject(xml: string): Fields; toXml(data: object): string }
}
export type Fields = Readonly<Record<string, string>>
export interface V2Answer {
  readonly status: number
  readonly data: Fields
}

export const { Wechatpay, Aes, Hash, Transformer } = plugin as unknown as Plugin

/** Calls V2 with the plugin. @param secret V2's key, where it is not the merchant's own */
export function callV2(wechat: WechatSimulator, path: string, data: object, secret?: string): Promise<V2Answer> {
  const { mchid, serial, privateKey, apiKey } = wechat.merchants[0]!
  const keys = { mchid, serial, privateKey, certs: { none: undefined }, secret: secret ?? apiKey }
  const client = new Wechatpay({ baseURL: wechat.url, ...keys })
  return client.chain(`v2/${path}`).post({ appid: wechat.apps[0]!.appid, mch_id: mchid, ...data })
}

/** wechatpay-axios-plugin in V2: it has no call that verifies a notification, its documents join these. */
export function createAxiosV2(wechat: WechatSimulator): OutsideSdk {
  const { apiKey } = wechat.merchants[0]!
  return {
    order: async (outTradeNo) => callV2(wechat, 'pay/unifiedorder', await v2Order(wechat, outTradeNo)),
    refund: (outTradeNo, outRefundNo) => callV2(wechat, 'secapi/pay/refund', v2Refund(outTradeNo, outRefundNo)),
    async open({ body }) {
      const { sign, req_info, ...fields } = Transformer.toObject(body.toString('utf8'))
      if (req_info !== undefined) return Transformer.toObject(Aes.AesEcb.decrypt(req_info, Hash.md5(apiKey)))
      if (Hash.sign('MD5', fields, apiKey) !== sign) throw new Error('The notification does not verify.')
      return fields
    },
  }
}

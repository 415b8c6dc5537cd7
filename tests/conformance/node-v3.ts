import WxPay from 'wechatpay-node-v3'
import type { WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import { headerOf, v3Order, type OutsideSdk } from './outside-sdk'

interface Envelope {
  readonly resource: { readonly ciphertext: string; readonly associated_data: string; readonly nonce: string }
}

/** The SDK's addresses are literals: its documented hook for another HTTP client leads it to the simulator. */
export function connectNodeV3(wechat: WechatSimulator): WxPay {
  const { mchid, certificate, privateKey, apiV3Key } = wechat.merchants[0]!
  const sdk = new WxPay({
    appid: wechat.apps[0]!.appid,
    mchid,
    publicKey: Buffer.from(certificate),
    privateKey: Buffer.from(privateKey),
    key: apiV3Key,
  })
  const send = async (url: string, init: RequestInit) => {
    const answer = await fetch(url.replace('https://api.mch.weixin.qq.com', wechat.url), init)
    const bytes = Buffer.from(await answer.arrayBuffer())
    const isJson = /json/.test(answer.headers.get('content-type') ?? '')
    const data: unknown = bytes.length === 0 ? undefined : isJson ? JSON.parse(bytes.toString()) : bytes
    return { status: answer.status, data }
  }
  sdk.createHttp({
    get: (url, headers) => send(url, { headers }),
    post: (url, params, headers) => send(url, { method: 'POST', headers, body: JSON.stringify(params) }),
    upload: () => Promise.reject(new Error('not used here')),
  })
  return sdk
}

/** Decrypts with the SDK. */
export function decipher(sdk: WxPay, body: Buffer): Readonly<Record<string, unknown>> {
  const { resource } = JSON.parse(body.toString('utf8')) as Envelope
  return sdk.decipher_gcm<Record<string, unknown>>(resource.ciphertext, resource.associated_data, resource.nonce)
}

/** wechatpay-node-v3. It knows certificates only, and looks at no answer's signature. */
export function createNodeV3(wechat: WechatSimulator): OutsideSdk {
  const sdk = connectNodeV3(wechat)
  return {
    async order(outTradeNo) {
      const { appid: _, mchid: __, ...rest } = await v3Order(wechat, outTradeNo)
      const answer = await sdk.transactions_jsapi(rest as unknown as Parameters<WxPay['transactions_jsapi']>[0])
      if (answer.status !== 200) throw new Error(JSON.stringify(answer))
      return answer.data
    },
    async open(notice) {
      const isGenuine = await sdk.verifySign({
        timestamp: headerOf(notice, 'timestamp'),
        nonce: headerOf(notice, 'nonce'),
        serial: headerOf(notice, 'serial'),
        signature: headerOf(notice, 'signature'),
        body: notice.body.toString('utf8'),
        apiSecret: wechat.merchants[0]!.apiV3Key,
      })
      if (!isGenuine) throw new Error('The notification does not verify.')
      return decipher(sdk, notice.body)
    },
  }
}

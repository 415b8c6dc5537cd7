import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Pay, ServerRequest, type CacheInterface } from 'node-easywechat'
import type { WechatSimulator } from '../../mock-server/simulator/wechat/create-wechat-simulator'
import type { ReceivedNotice } from '../simulator/support/notice-receiver'
import { v2Order, v2Refund, v3Order, type OutsideSdk } from './outside-sdk'

/**
 * node-easywechat: its documented `http.baseURL` leads it to the simulator. In certificate mode it fetches the platform
 * certificates itself; WeChat Pay's public key stands under its id where a certificate would stand.
 */
export function connectEasywechat(wechat: WechatSimulator, mode: 'certificate' | 'public_key' = 'certificate'): Pay {
  const merchant = wechat.merchants[0]!
  // It takes keys as files.
  const folder = mkdtempSync(path.join(tmpdir(), 'easywechat-'))
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 })
    return path.join(folder, name)
  }
  try {
    const app = new Pay({
      mch_id: merchant.mchid,
      private_key: file('key.pem', merchant.privateKey),
      certificate: file('certificate.pem', merchant.certificate),
      secret_key: merchant.apiV3Key,
      v2_secret_key: merchant.apiKey,
      ...(mode === 'public_key' && {
        platform_certs: { [merchant.publicKeyId]: file('public-key.pem', merchant.publicKey) },
      }),
      http: { baseURL: wechat.url },
    })
    app.setCache(createMemory())
    // The files are read at the first look at the merchant.
    app.getMerchant()
    return app
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Its own cache is a folder that all programs of a machine share. */
function createMemory(): CacheInterface {
  const kept = new Map<string, unknown>()
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    has: (key) => Promise.resolve(kept.has(key)),
    set: (key, data) => Promise.resolve(kept.set(key, data).has(key)),
    delete: (key) => Promise.resolve(kept.delete(key)),
  }
}

const toRequest = ({ url, headers, body }: ReceivedNotice): ServerRequest =>
  new ServerRequest('POST', url, headers, body)

/** node-easywechat in V3. It looks at no answer's signature. */
export function createEasywechat(wechat: WechatSimulator, mode: 'certificate' | 'public_key'): OutsideSdk {
  const app = connectEasywechat(wechat, mode)
  return {
    async order(outTradeNo) {
      const answer = await app
        .getClient()
        .post('/v3/pay/transactions/jsapi', { data: await v3Order(wechat, outTradeNo) })
      return answer.toObject()
    },
    async open(notice) {
      const request = toRequest(notice)
      await app.getValidator().validate(request)
      const message = await app.setRequest(request).getServer().getRequestMessage()
      return message.toObject()
    },
  }
}

/** node-easywechat in V2. */
export function createEasywechatV2(wechat: WechatSimulator): OutsideSdk {
  const app = connectEasywechat(wechat)
  const call = async (target: string, values: Readonly<Record<string, string | number>>): Promise<object> => {
    const common = { appid: wechat.apps[0]!.appid, mch_id: wechat.merchants[0]!.mchid, nonce_str: 'ec2316275641faa3' }
    const answer = await app.getClient().postXml(target, { ...common, ...values })
    return answer.toObject()
  }
  return {
    order: async (outTradeNo) => call('/pay/unifiedorder', await v2Order(wechat, outTradeNo)),
    refund: (outTradeNo, outRefundNo) => call('/secapi/pay/refund', v2Refund(outTradeNo, outRefundNo)),
    async open(notice) {
      const message = await app.setRequest(toRequest(notice)).getServer().getRequestMessage()
      // A refund's notification is encrypted instead of signed.
      if (!notice.body.includes('<req_info>')) app.getValidator().validateV2(message)
      const content: Record<string, unknown> & { readonly root?: Record<string, unknown> } = message.toObject()
      // It takes off a root of the name xml, and a refund's is another.
      return content.root ?? content
    },
  }
}

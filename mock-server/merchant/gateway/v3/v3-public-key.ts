import type { KeyObject } from 'node:crypto'
import { WechatPayError } from '../errors'
import type { PlatformKeys } from './platform-keys'

/** WeChat Pay's public key (微信支付公钥), as its console shows it to a merchant. */
export interface PlatformPublicKey {
  /** `PUB_KEY_ID_…`, which stands in `Wechatpay-Serial` and is compared to the letter. */
  readonly id: string
  readonly key: KeyObject
}

const idPrefix = 'PUB_KEY_ID_'

/**
 * Knows one public key, and asks for certificates where a serial is none: during a merchant's switch both turn up.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013053420
 */
export function createPublicKeyKeys({ id, key }: PlatformPublicKey, certificates: PlatformKeys): PlatformKeys {
  return {
    async find(serial) {
      if (serial === id) return key
      if (serial.startsWith(idPrefix)) return null
      try {
        return await certificates.find(serial)
      } catch (error) {
        // A merchant in public-key mode has no certificates to download: whoever names one is not WeChat Pay.
        if (error instanceof WechatPayError && error.status === 404) return null
        throw error
      }
    },
  }
}

import type { KeyObject } from 'node:crypto'
import { WechatPayError } from '../errors'
import type { PlatformKeys } from './platform-keys'

/** WeChat Pay's public key (微信支付公钥), as its console shows it to the merchant. */
export interface PlatformPublicKey {
  /** `PUB_KEY_ID_…`, the exact value of `Wechatpay-Serial`. */
  readonly id: string
  readonly key: KeyObject
}

const idPrefix = 'PUB_KEY_ID_'

/**
 * One public key, with certificates for every other serial: while a merchant switches, WeChat Pay signs with both.
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
        // A merchant in public-key mode has no certificates to download, so WeChat Pay cannot have signed with one.
        if (error instanceof WechatPayError && error.status === 404) return null
        throw error
      }
    },
  }
}

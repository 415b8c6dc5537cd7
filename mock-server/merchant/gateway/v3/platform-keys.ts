import type { KeyObject } from 'node:crypto'

/**
 * Keys with which WeChat Pay signs (平台证书 or 微信支付公钥), by their serial in `Wechatpay-Serial`. They come from
 * downloaded certificates, or are the fixed public key of newer merchants.
 */
export interface PlatformKeys {
  /**
   * Null when WeChat Pay has no such key.
   * @throws WechatPayError when the keys cannot be downloaded now
   */
  find(serial: string): Promise<KeyObject | null>
}

import type { KeyObject } from 'node:crypto'

/**
 * Keys with which WeChat Pay signs (平台证书 or 微信支付公钥), by the serial that stands in `Wechatpay-Serial`.
 * Certificates that are downloaded are one source; the fixed public key of newer merchants is another.
 */
export interface PlatformKeys {
  /**
   * Null when WeChat Pay has no such key.
   * @throws WechatPayError when that cannot be found out now
   */
  find(serial: string): Promise<KeyObject | null>
}

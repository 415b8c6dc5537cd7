import { decryptAesEcb } from '../../../crypto/aes-ecb'
import { decryptAesGcm } from '../../../crypto/aes-gcm'
import { md5Hex } from '../../../crypto/digest'
import { XmlError, xmlToRecord } from '../../../crypto/xml'
import type { V3Notification } from '../../../wire/v3-types'
import type { Notice } from '../domain/notice'
import type { Api } from '../domain/trade'
import type { KnownMerchant } from '../merchants/directory'

/** The content of a notification: V3's decrypted resource, V2's parameters with the refund's `req_info` decrypted. */
export function openNotice({ api, body }: Notice, keys: Pick<KnownMerchant, 'apiV3Key' | 'apiKey'>): unknown {
  if (api === 'v2') {
    const { req_info, ...params } = xmlToRecord(Buffer.from(body))
    if (req_info === undefined) return params
    return { ...params, req_info: { ...xmlToRecord(Buffer.from(decryptAesEcb(md5Hex(keys.apiKey), req_info))) } }
  }
  const { resource } = JSON.parse(body) as V3Notification
  const { nonce, associated_data: associatedData, ciphertext } = resource
  return JSON.parse(decryptAesGcm({ key: keys.apiV3Key, nonce, associatedData }, ciphertext)) as unknown
}

/**
 * Whether an answer acknowledges. V3: the status alone decides, 200 or 204, whatever the body says. V2: a 200 whose XML
 * says SUCCESS; XML that can't be read says nothing.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791861
 * @see https://pay.weixin.qq.com/doc/v2/merchant/4011937248
 */
export function acknowledges(api: Api, status: number, body: string): boolean {
  if (api === 'v3') return status === 200 || status === 204
  if (status !== 200) return false
  try {
    return xmlToRecord(Buffer.from(body))['return_code'] === 'SUCCESS'
  } catch (error) {
    if (error instanceof XmlError) return false
    throw error
  }
}

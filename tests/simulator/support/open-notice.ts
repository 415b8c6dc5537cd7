import { decryptAesEcb } from '../../../mock-server/crypto/aes-ecb'
import { decryptAesGcm } from '../../../mock-server/crypto/aes-gcm'
import { md5Hex } from '../../../mock-server/crypto/digest'
import { xmlToRecord } from '../../../mock-server/crypto/xml'
import type { ReceivedNotice } from './notice-receiver'

/** What a V3 notification is, and what it says once it is decrypted. */
export function openNotice({ body }: ReceivedNotice, apiV3Key: string): { event_type: string; says: unknown } {
  const { event_type, resource } = JSON.parse(body.toString()) as {
    event_type: string
    resource: { nonce: string; associated_data: string; ciphertext: string }
  }
  const { nonce, associated_data: associatedData, ciphertext } = resource
  return { event_type, says: JSON.parse(decryptAesGcm({ key: apiV3Key, nonce, associatedData }, ciphertext)) }
}

/** The two layers of a V2 refund notification: around `req_info`, and what is in it. */
export function openV2RefundNotice(
  { body }: Pick<ReceivedNotice, 'body'>,
  apiKey: string,
): { fields: Record<string, string>; says: Record<string, string> } {
  const { req_info = '', ...fields } = xmlToRecord(body)
  return { fields, says: { ...xmlToRecord(Buffer.from(decryptAesEcb(md5Hex(apiKey), req_info))) } }
}

import { decryptAesGcm } from '../../../mock-server/crypto/aes-gcm'
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

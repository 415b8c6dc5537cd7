import { encryptAesGcm, decryptAesGcm } from '../../../crypto/aes-gcm'
import { randomAlphanumeric, takeRandomBytes } from '../../../crypto/digest'
import { signRsaSha256 } from '../../../crypto/rsa'
import { wallClock } from '../../../kit/clock'
import { v3AuthorizationScheme, v3Headers, v3ResponseMessage } from '../../../wire/v3-signing'
import type { V3Notification } from '../../../wire/v3-types'
import type { Directory } from '../merchants/directory'
import type { FaultName } from '../domain/fault-names'
import type { Notice } from '../domain/notice'

/** The bytes of one delivery: correct, or changed by faults. */
export interface Prepared {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly faults: readonly FaultName[]
}

/** Beginning of a probe's signature (签名探测流量). @see https://pay.weixin.qq.com/doc/v3/merchant/4012791861 */
export const signTestPrefix = 'WECHATPAY/SIGNTEST/'

const staleSec = 600

/** V2 carries its signature inside the XML; V3 is signed again for each delivery, by the wall clock: receivers refuse signatures older than five minutes. */
export function prepareDelivery(notice: Notice, directory: Directory, faults: readonly FaultName[]): Prepared {
  const common = { 'Content-Type': notice.content_type, Accept: '*/*', 'User-Agent': 'Mozilla/4.0' }
  const body = spoilBody(notice, directory, faults)
  if (notice.api === 'v2') return { headers: common, body, faults }
  return { headers: { ...common, ...signatureHeaders(notice, body, directory, faults) }, body, faults }
}

function signatureHeaders(
  { mchid }: Notice,
  body: string,
  directory: Directory,
  faults: readonly FaultName[],
): Record<string, string> {
  const merchant = directory.merchant(mchid)
  const has = (name: FaultName): boolean => faults.includes(name)
  // A reset may have removed the merchant; deliveries under way are still signed.
  const { serial, privateKey } =
    merchant === undefined
      ? directory.platform.current()
      : has('other-key-mode')
        ? directory.otherSignerFor(merchant)
        : directory.signerFor(merchant)
  const timestamp = String(Math.floor(wallClock.now() / 1000) - (has('stale-timestamp') ? staleSec : 0))
  const nonce = randomAlphanumeric(32)
  const signed = has('wrong-signature')
    ? `${body} `
    : has('reserialised-signature')
      ? JSON.stringify(JSON.parse(body))
      : body
  const signature = signRsaSha256(privateKey, v3ResponseMessage(timestamp, nonce, signed))
  return {
    [v3Headers.timestamp]: timestamp,
    [v3Headers.nonce]: nonce,
    [v3Headers.serial]: has('unknown-serial')
      ? takeRandomBytes(20).toString('hex').toUpperCase()
      : has('wrong-serial')
        ? (merchant?.serial ?? serial)
        : serial,
    [v3Headers.signature]: has('signtest-probe') ? signTestPrefix + signature.slice(signTestPrefix.length) : signature,
    [v3Headers.signatureType]: v3AuthorizationScheme,
  }
}

function spoilBody(notice: Notice, directory: Directory, faults: readonly FaultName[]): string {
  const surprised = faults.includes('surprise-fields') ? withSurprises(notice, directory) : notice.body
  const corrupted = faults.includes('corrupt-ciphertext') ? corrupt(surprised) : surprised
  if (notice.api === 'v3' && faults.includes('reserialised-signature'))
    return JSON.stringify(JSON.parse(corrupted), null, 2)
  return notice.api === 'v2' && faults.includes('wrong-signature') ? spoilV2Sign(corrupted) : corrupted
}

/** Another character in the middle: V3's ciphertext, V2's req_info. */
function corrupt(body: string): string {
  return body.replace(
    /("ciphertext":"|<req_info>(?:<!\[CDATA\[)?)([^"\]<]{8})([^"\]<])/,
    (_all, head: string, kept: string, char: string) => `${head}${kept}${char === 'A' ? 'B' : 'A'}`,
  )
}

function spoilV2Sign(body: string): string {
  return body.replace(
    /(<sign>(?:<!\[CDATA\[)?)([0-9A-F])/,
    (_all, head: string, digit: string) => head + (digit === '0' ? '1' : '0'),
  )
}

/** Receivers must bear fields that no table names, inside the ciphertext and around it. */
function withSurprises(notice: Notice, directory: Directory): string {
  const key = directory.merchant(notice.mchid)?.apiV3Key
  if (notice.api === 'v2' || key === undefined) return notice.body
  const envelope = JSON.parse(notice.body) as V3Notification
  const { resource } = envelope
  const associatedData = resource.associated_data
  const plain = JSON.parse(decryptAesGcm({ key, nonce: resource.nonce, associatedData }, resource.ciphertext)) as object
  const nonce = randomAlphanumeric(12)
  const surprise = { surprise_field: { nested: [1, '二', null] } }
  return JSON.stringify({
    ...surprise,
    ...envelope,
    resource: {
      ...resource,
      nonce,
      ciphertext: encryptAesGcm({ key, nonce, associatedData }, JSON.stringify({ ...surprise, ...plain })),
    },
  })
}

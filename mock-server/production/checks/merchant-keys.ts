import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Topic } from './check'

/** The kind of key that WeChat Pay gives: RSA of 2048 bits. Messages say what was found instead. */
export function describeWrongKey(key: KeyObject): string | null {
  const bits = key.asymmetricKeyDetails?.modulusLength
  if (key.asymmetricKeyType !== 'rsa') return `this is a key of the kind ${key.asymmetricKeyType}, not RSA of 2048 bits`
  return bits === 2048 ? null : `this is an RSA key of ${bits} bits, not of 2048`
}

/**
 * Whether two keys have the same public part.
 * @note `KeyObject.equals` leaves OpenSSL's complaint about keys of two kinds behind, and the next key that is read fails.
 */
export function isSamePair(one: KeyObject, other: KeyObject): boolean {
  const bytesOf = (key: KeyObject): Buffer =>
    (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' })
  return bytesOf(one).equals(bytesOf(other))
}

export const merchantKeys: Topic = {
  mistakes: [
    {
      about: 'MERCHANT_KEY',
      level: 'grave',
      find: ({ settings: { merchantKey } }) => (merchantKey === null ? null : describeWrongKey(merchantKey)),
      mend: 'take apiclient_key.pem',
    },
    {
      about: 'V2_SIGN_TYPE',
      level: 'warning',
      find: ({ settings: { wechat } }) => (wechat.v2?.signType === 'MD5' ? 'MD5 can be forged with enough work' : null),
      mend: 'use HMAC-SHA256',
    },
    {
      about: 'SUB_MCHID',
      level: 'grave',
      find: ({ settings: { wechat } }) => (wechat.partner?.subMchid === wechat.mchid ? 'this is MCHID' : null),
      mend: 'leave it out, or name the sub merchant',
    },
    {
      about: 'WECHATPAY_API',
      level: 'warning',
      find: ({ settings: { wechat } }) => (wechat.v2 === null ? null : 'V2 gets no new features'),
      mend: 'move to V3 when you can',
    },
    {
      about: 'MERCHANT_CERT_FILE',
      level: 'grave',
      find: ({ settings: { wechat } }) =>
        wechat.v2 !== null && wechat.v2.certificate === undefined
          ? 'V2 gives no money back without the merchant’s certificate'
          : null,
      mend: 'name MERCHANT_CERT_FILE and MERCHANT_KEY_FILE',
    },
  ],
}

import type { KeyObject } from 'node:crypto'
import { decryptAesGcm } from '../../../crypto/aes-gcm'
import { readCertificate } from '../../../crypto/read-certificate'
import type { Clock } from '../../../kit/clock'
import { v3Paths } from '../../../wire/v3-paths'
import type { V3CertificatesAnswer } from '../../../wire/v3-types'
import { WechatPayError } from '../errors'
import type { HttpAnswer } from '../http-sender'
import type { PlatformKeys } from './platform-keys'
import { fieldOf, listOf, textOf } from '../fields'
import { parseAnswer, type V3Transport } from './v3-transport'
import type { PlatformPublicKey } from './v3-public-key'
import { findSignatureRefusal } from './v3-verify'

export interface CertificateOptions {
  readonly sendSigned: V3Transport['sendSigned']
  readonly apiV3Key: string
  /** WeChat Pay's public key, where the merchant has it: the download may be signed with it. */
  readonly publicKey: PlatformPublicKey | null
  readonly transportClock: Clock
  /** Time between downloads. Default 12 h. */
  readonly refreshMs?: number
  /** Shortest time between two downloads because of an unknown serial. Default 10 s. */
  readonly retryMs?: number
  readonly onRefreshFailed: (error: unknown) => void
}

interface Known {
  readonly key: KeyObject
  readonly notAfterMs: number
}

/** For answers, which only WeChat Pay's own host sends, and for notifications, which any stranger may send. */
export interface CertificateKeys extends PlatformKeys {
  /** Downloads at most once in `retryMs`, whatever came of the last time: strangers must not spend our quota. */
  readonly forNotices: PlatformKeys
  isReady(): Promise<boolean>
}

/**
 * Keys from the platform certificates (平台证书), downloaded when first needed, when an unknown serial appears, and every
 * twelve hours. The APIv3 key authenticates them: only WeChat Pay can encrypt with it.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012551764
 */
export function createCertificateKeys(options: CertificateOptions): CertificateKeys {
  const { transportClock, refreshMs = 12 * 3_600_000, retryMs = 10_000 } = options
  let known: ReadonlyMap<string, Known> = new Map()
  let downloadedAtMs = -Infinity
  let running: Promise<void> | null = null
  let triedAtMs = -Infinity

  function refresh(): Promise<void> {
    if (running === null) {
      triedAtMs = transportClock.now()
      running = download().finally(() => (running = null))
    }
    return running
  }

  function wasTriedJustNow(): boolean {
    return running === null && transportClock.now() - triedAtMs < retryMs
  }

  async function download(): Promise<void> {
    const answer = await options.sendSigned({ method: 'GET', target: v3Paths.certificates })
    if (answer.status !== 200) {
      throw new WechatPayError('LOCAL_BAD_ANSWER', 'The platform certificates could not be downloaded', {
        status: answer.status,
        rawBody: answer.body.toString('utf8'),
      })
    }
    const fresh = readCertificates(answer, options.apiV3Key)
    const all = new Map([...known].filter(([, { notAfterMs }]) => notAfterMs > transportClock.now()).concat([...fresh]))
    // Without a public key the first answer can be verified only with a certificate that it contains.
    const { publicKey } = options
    const keys: PlatformKeys = {
      find: async (serial) => (serial === publicKey?.id ? publicKey.key : (all.get(serial)?.key ?? null)),
    }
    const refusal = await findSignatureRefusal(answer.headers, answer.body, keys, transportClock.now())
    if (refusal !== null) {
      throw new WechatPayError('LOCAL_BAD_SIGNATURE', `The platform certificates are not WeChat Pay's: ${refusal}`, {
        status: answer.status,
      })
    }
    known = all
    downloadedAtMs = transportClock.now()
  }

  return {
    async isReady() {
      if (known.size > 0) return true
      if (wasTriedJustNow()) return false
      try {
        await refresh()
        return true
      } catch (error) {
        options.onRefreshFailed(error)
        return false
      }
    },
    find,
    forNotices: {
      async find(serial) {
        if (known.has(serial) || !wasTriedJustNow()) return find(serial)
        if (known.size > 0) return null
        throw new WechatPayError('LOCAL_BAD_ANSWER', 'The platform certificates could not be downloaded a moment ago', {
          status: 0,
        })
      },
    },
  }

  async function find(serial: string): Promise<KeyObject | null> {
    const age = transportClock.now() - downloadedAtMs
    const found = known.get(serial)
    if (found) {
      if (age > refreshMs) refresh().catch(options.onRefreshFailed)
      return found.key
    }
    if (known.size === 0 || running !== null || age > retryMs) await refresh()
    return known.get(serial)?.key ?? null
  }
}

function readCertificates(answer: HttpAnswer, apiV3Key: string): Map<string, Known> {
  const body = parseAnswer('GET certificates', answer) as Partial<V3CertificatesAnswer>
  const found = new Map<string, Known>()
  try {
    for (const entry of listOf(body, 'data')) {
      const sealed = fieldOf(entry, 'encrypt_certificate')
      const pem = decryptAesGcm(
        { key: apiV3Key, nonce: textOf(sealed, 'nonce'), associatedData: textOf(sealed, 'associated_data') },
        textOf(sealed, 'ciphertext'),
      )
      const { serial, publicKey, notAfter } = readCertificate(pem)
      if (serial !== textOf(entry, 'serial_no').toUpperCase()) throw new Error('A serial is not its certificate’s.')
      found.set(serial, { key: publicKey, notAfterMs: notAfter.getTime() })
    }
  } catch (cause) {
    throw new WechatPayError('LOCAL_BAD_ANSWER', 'The platform certificates are unreadable: is the APIv3 key right?', {
      status: answer.status,
      cause,
    })
  }
  return found
}

import { createHash, type KeyObject } from 'node:crypto'
import { readCertificate } from '../../crypto/certificate'
import { parsePrivateKey } from '../../crypto/rsa'
import type { AppIdentity, KeyMode, MerchantIdentity, PlatformIdentity } from './identity'

/** A merchant as the service knows it: keys parsed once. */
export interface KnownMerchant {
  readonly mchid: string
  readonly name: string
  readonly appids: ReadonlySet<string>
  /** Upper-case hex. */
  readonly serial: string
  readonly publicKey: KeyObject
  readonly apiV3Key: string
  readonly keyMode: KeyMode
  readonly publicKeyId: string
  readonly h5Domains: ReadonlySet<string>
}

/** Everybody the service knows. */
export interface Directory {
  merchant(mchid: string): KnownMerchant | undefined
  add(merchant: MerchantIdentity): void
  /** Forgets the merchants that were added later. */
  reset(): void
  app(appid: string): AppIdentity | undefined
  readonly platform: Platform
  /**
   * The key for one message to a merchant: the one that the request names in `Wechatpay-Serial` when he has it, else by his
   * mode. During a switch both turn up, in turns.
   */
  signerFor(merchant: KnownMerchant, named?: string): Signer
}

/** What a message is signed with, and the name of its key. */
export interface Signer {
  readonly serial: string
  readonly privateKey: KeyObject
}

/** WeChat Pay's own signing key. */
export interface Platform {
  readonly serial: string
  readonly privateKey: KeyObject
  readonly certificate: string
  readonly notBefore: Date
  readonly notAfter: Date
}

export function createDirectory(
  merchants: readonly MerchantIdentity[],
  apps: readonly AppIdentity[],
  platform: PlatformIdentity,
): Directory {
  const original = merchants.map(know)
  const known = new Map(original.map((merchant) => [merchant.mchid, merchant]))
  const appsById = new Map(apps.map((app) => [app.appid, app]))
  const { notBefore, notAfter } = readCertificate(platform.certificate)
  const certified: Signer = { serial: platform.serial, privateKey: parsePrivateKey(platform.privateKey) }
  const barePrivateKey = parsePrivateKey(platform.publicKeyPrivateKey)
  let turn = 0
  return {
    merchant: (mchid) => known.get(mchid),
    add: (merchant) => void known.set(merchant.mchid, know(merchant)),
    reset() {
      known.clear()
      for (const merchant of original) known.set(merchant.mchid, merchant)
    },
    app: (appid) => appsById.get(appid),
    platform: {
      serial: platform.serial,
      privateKey: certified.privateKey,
      certificate: platform.certificate,
      notBefore,
      notAfter,
    },
    signerFor({ keyMode, publicKeyId }, named) {
      const bare: Signer = { serial: publicKeyId, privateKey: barePrivateKey }
      if (keyMode === 'certificate') return certified
      if (keyMode === 'public_key') return bare
      if (named === bare.serial) return bare
      if (named?.toUpperCase() === certified.serial) return certified
      return (turn += 1) % 2 === 0 ? certified : bare
    },
  }
}

function know(identity: MerchantIdentity): KnownMerchant {
  return {
    mchid: identity.mchid,
    name: identity.name,
    appids: new Set(identity.appids),
    serial: identity.serial.toUpperCase(),
    publicKey: readCertificate(identity.certificate).publicKey,
    apiV3Key: identity.apiV3Key,
    keyMode: identity.keyMode,
    publicKeyId: identity.publicKeyId,
    h5Domains: new Set(identity.h5Domains),
  }
}

/** The openid of a person under an app: 28 characters that begin with o, the same each time. */
export function openidOf(appid: string, user: string): string {
  return `o${createHash('sha256').update(`${appid}|${user}`).digest('base64url').slice(0, 27)}`
}

import { createHash, type KeyObject } from 'node:crypto'
import { readCertificate } from '../../crypto/certificate'
import { parsePrivateKey } from '../../crypto/rsa'
import type { AppIdentity, MerchantIdentity, PlatformIdentity } from './identity'

/** A merchant as the service knows it: keys parsed once. */
export interface KnownMerchant {
  readonly mchid: string
  readonly name: string
  readonly appids: ReadonlySet<string>
  /** Upper-case hex. */
  readonly serial: string
  readonly publicKey: KeyObject
  readonly apiV3Key: string
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
      privateKey: parsePrivateKey(platform.privateKey),
      certificate: platform.certificate,
      notBefore,
      notAfter,
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
    h5Domains: new Set(identity.h5Domains),
  }
}

/** The openid of a person under an app: 28 characters that begin with o, the same each time. */
export function openidOf(appid: string, user: string): string {
  return `o${createHash('sha256').update(`${appid}|${user}`).digest('base64url').slice(0, 27)}`
}

import { createHash, type KeyObject } from 'node:crypto'
import { parsePrivateKey, parsePublicKey } from '../../../crypto/rsa'
import {
  certificateOf,
  parseCertificate,
  type KeptCertificate,
  type MerchantCertificate,
} from './merchant-certificates'
import { type Lack } from '../identity'
import type { PlatformKeys } from './platform-keys'
import type { Payer, TradeOrder } from '../domain/trade'
import type { AppIdentity, KeyMode, MerchantIdentity } from '../identity'

/** A merchant as the service knows it: keys parsed once. */
export interface KnownMerchant {
  readonly mchid: string
  readonly name: string
  readonly appids: ReadonlySet<string>
  /** Of the newest certificate, upper-case hex. */
  readonly serial: string
  /** Of the newest certificate. */
  readonly publicKey: KeyObject
  /** All that the merchant ever had, the newest last. */
  readonly certificates: readonly MerchantCertificate[]
  readonly lacks: ReadonlySet<Lack>
  readonly apiV3Key: string
  readonly apiKey: string
  readonly keyMode: KeyMode
  readonly publicKeyId: string
  /** WeChat Pay's key for this merchant alone. */
  readonly bare: Signer & { readonly publicKey: KeyObject }
  readonly h5Domains: ReadonlySet<string>
  /** Where refund results go when the refund names no address; null: nowhere. */
  readonly refundNotifyUrl: string | null
  /** By their numbers. */
  readonly subMerchants: ReadonlyMap<string, { readonly name: string; readonly appids: ReadonlySet<string> }>
}

/** The merchants and apps that the service knows. */
export interface Directory {
  merchant(mchid: string): KnownMerchant | undefined
  merchants(): readonly KnownMerchant[]
  /** The partners that serve a sub merchant. */
  partnersOf(subMchid: string): readonly KnownMerchant[]
  add(merchant: MerchantIdentity): void
  /** Forgets the merchants that were added later. */
  reset(): void
  app(appid: string): AppIdentity | undefined
  appids(): readonly string[]
  readonly platform: PlatformKeys
  /** What became of a merchant's certificates, the newest last. */
  certificatesOf(mchid: string): readonly KeptCertificate[]
  setCertificates(mchid: string, certificates: readonly KeptCertificate[]): void
  /**
   * The key for one message to a merchant: the key that the request names in `Wechatpay-Serial` where the merchant has it, else by its
   * mode. During a switch both turn up, in turns.
   */
  signerFor(merchant: KnownMerchant, named?: string): Signer
  /** The key of the other mode, as during a switch that the merchant does not expect. */
  otherSignerFor(merchant: KnownMerchant): Signer
  /** The public halves of WeChat Pay's own keys, by the serials of certificates; the bare one has an id per merchant. */
  platformKeys(): readonly { readonly serial: string; readonly publicKey: KeyObject }[]
}

/** What a message is signed with, and the name of its key. */
export interface Signer {
  readonly serial: string
  readonly privateKey: KeyObject
}

export function createDirectory(
  merchants: readonly MerchantIdentity[],
  apps: readonly AppIdentity[],
  platform: PlatformKeys,
): Directory {
  const original = merchants.map((identity) => know(identity))
  const known = new Map(original.map((merchant) => [merchant.mchid, merchant]))
  const kept = new Map<string, readonly KeptCertificate[]>()
  const appsById = new Map(apps.map((app) => [app.appid, app]))
  const identities = new Map(merchants.map((identity) => [identity.mchid, identity]))
  let turn = 0
  return {
    merchant: (mchid) => known.get(mchid),
    merchants: () => [...known.values()],
    partnersOf: (subMchid) => [...known.values()].filter(({ subMerchants }) => subMerchants.has(subMchid)),
    add(merchant) {
      identities.set(merchant.mchid, merchant)
      known.set(merchant.mchid, know(merchant))
    },
    reset() {
      known.clear()
      kept.clear()
      for (const merchant of original) known.set(merchant.mchid, merchant)
    },
    app: (appid) => appsById.get(appid),
    appids: () => [...appsById.keys()],
    certificatesOf: (mchid) => {
      const identity = identities.get(mchid)
      return kept.get(mchid) ?? (identity ? [certificateOf(identity)] : [])
    },
    setCertificates(mchid, certificates) {
      const merchant = known.get(mchid)
      if (merchant === undefined) return
      kept.set(mchid, certificates)
      known.set(mchid, { ...merchant, ...toCertificates(certificates) })
    },
    platformKeys: () => [
      ...platform.all(),
      ...[...known.values()].map(({ bare }) => ({ serial: bare.serial, publicKey: bare.publicKey })),
    ],
    platform,
    otherSignerFor: ({ keyMode, bare }) => (keyMode === 'public_key' ? platform.current() : bare),
    signerFor({ keyMode, bare }, named) {
      const certified = platform.current()
      if (keyMode === 'certificate') return certified
      if (keyMode === 'public_key') return bare
      if (named === bare.serial) return bare
      // Which of two certificates signs, time decides alone.
      if (platform.listed().some(({ serial }) => serial === named?.toUpperCase())) return certified
      return (turn += 1) % 2 === 0 ? certified : bare
    },
  }
}

function know(identity: MerchantIdentity): KnownMerchant {
  return {
    mchid: identity.mchid,
    name: identity.name,
    appids: new Set(identity.appids),
    ...toCertificates([certificateOf(identity)]),
    lacks: new Set(identity.lacks),
    apiV3Key: identity.apiV3Key,
    apiKey: identity.apiKey,
    keyMode: identity.keyMode,
    publicKeyId: identity.publicKeyId,
    bare: {
      serial: identity.publicKeyId,
      privateKey: parsePrivateKey(identity.publicKeyPrivateKey),
      publicKey: parsePublicKey(identity.publicKey),
    },
    h5Domains: new Set(identity.h5Domains),
    refundNotifyUrl: identity.refundNotifyUrl ?? null,
    subMerchants: new Map(
      identity.subMerchants.map(({ mchid, name, appids }) => [mchid, { name, appids: new Set(appids) }]),
    ),
  }
}

function toCertificates(
  kept: readonly KeptCertificate[],
): Pick<KnownMerchant, 'certificates' | 'serial' | 'publicKey'> {
  const certificates = kept.map(parseCertificate)
  const { serial, publicKey } = certificates[certificates.length - 1]!
  return { certificates, serial, publicKey }
}

/** A person as the payer of an order: under its app, and under the sub merchant's where one is named. */
export function payerOf({ appid, sub_appid }: Pick<TradeOrder, 'appid' | 'sub_appid'>, user: string): Payer {
  return {
    openid: openidOf(appid, user),
    ...(sub_appid !== undefined && { sub_openid: openidOf(sub_appid, user) }),
  }
}

/** The payer whom the order names; else `user`. */
export function expectedPayer(order: TradeOrder, user: string): Payer {
  const somebody = payerOf(order, user)
  const sub_openid = order.sub_openid ?? somebody.sub_openid
  return { openid: order.openid ?? somebody.openid, ...(sub_openid !== undefined && { sub_openid }) }
}

/** The openid of a person under an app: 28 characters that begin with o, the same each time. */
export function openidOf(appid: string, user: string): string {
  return `o${createHash('sha256').update(`${appid}|${user}`).digest('base64url').slice(0, 27)}`
}

/** A person under an open platform account (开放平台账号), in whichever of its apps; the shape of an openid. */
export function unionidOf(openPlatform: string, user: string): string {
  return `o${createHash('sha256').update(`union|${openPlatform}|${user}`).digest('base64url').slice(0, 27)}`
}

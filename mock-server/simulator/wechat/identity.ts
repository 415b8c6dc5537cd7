import { randomInt, type KeyObject } from 'node:crypto'
import { randomAlphanumeric } from '../../crypto/digest'
import { createRsaKeyPair } from '../../crypto/rsa'
import { simulatedKeyPrefix, simulatedUnit } from '../../kit/simulated'

/** The identities of apps, merchants and the platform. All fields are text, so that a file can keep them. */

/** A mini program (or official account) that logs people in. */
export interface AppIdentity {
  readonly appid: string
  readonly secret: string
  /** Open platform account (开放平台账号) that the app is bound to: its apps share a person's unionid. Default none. */
  readonly openPlatform?: string
  /** Whether the shipping rule applies to it (发货信息管理). Default true. */
  readonly isTradeManaged?: boolean
}

/** With which of its keys the service signs for a merchant; `both` is a merchant's switch from the one to the other. */
export const keyModes = ['certificate', 'public_key', 'both'] as const
export type KeyMode = (typeof keyModes)[number]

/** A merchant (商户) and its keys. The simulator keeps the certificate only, not the private key. */
export interface MerchantIdentity {
  readonly mchid: string
  /** What the payer reads as the payee (收款方). */
  readonly name: string
  /** The apps that are bound to the merchant. */
  readonly appids: readonly string[]
  readonly serial: string
  readonly privateKey: string
  readonly certificate: string
  readonly apiV3Key: string
  /** V2's key (API密钥), 32 characters. */
  readonly apiKey: string
  readonly keyMode: KeyMode
  /** Stands where a serial would stand: `PUB_KEY_ID_` and 28 digits (微信支付公钥ID). */
  readonly publicKeyId: string
  /** What WeChat Pay signs with for this merchant alone where there is no platform certificate (微信支付公钥). */
  readonly publicKey: string
  /** Of `publicKey`; WeChat Pay's. */
  readonly publicKeyPrivateKey: string
  /** What the merchant has not set up: then it gets the service's refusals. Default nothing. */
  readonly lacks?: readonly Lack[]
  /** Registered H5 domains (H5支付域名), host names only. */
  readonly h5Domains: readonly string[]
  /** The platform setting for results of refunds that name no notify_url. Default none: then no notification is sent. */
  readonly refundNotifyUrl?: string
  /** Whom the merchant serves as a partner (特约商户); none for an ordinary merchant. */
  readonly subMerchants: readonly SubMerchantIdentity[]
}

/** A sub merchant (子商户): it has no keys of its own, its partner signs. */
export interface SubMerchantIdentity {
  readonly mchid: string
  readonly name: string
  /** Apps of its own, which a partner may name as `sub_appid`. */
  readonly appids: readonly string[]
}

/** WeChat Pay's key with a platform certificate (平台证书). The bare public key is each merchant's own. */
export interface PlatformIdentity {
  readonly serial: string
  readonly privateKey: string
  readonly certificate: string
}

/** Lifetime of certificates, the platform's and the merchants'. */
export const certificateLifeMs = 5 * 365 * 24 * 3_600_000

export function createAppIdentity(): AppIdentity {
  return { appid: `wx${randomHex(16)}`, secret: randomHex(32) }
}

/** A merchant of its own, with a fresh RSA-2048 key and certificate. */
export async function createMerchantIdentity(options: {
  readonly appids: readonly string[]
  readonly name?: string
  readonly mchid?: string
  readonly h5Domains?: readonly string[]
  /** Default certificate. */
  readonly keyMode?: KeyMode
  readonly refundNotifyUrl?: string
  /** Default nothing. */
  readonly lacks?: readonly Lack[]
  /** Default none. */
  readonly subMerchants?: readonly SubMerchantIdentity[]
}): Promise<MerchantIdentity> {
  const mchid = options.mchid ?? `16${String(randomInt(0, 100_000_000)).padStart(8, '0')}`
  const [own, platforms] = await Promise.all([createMerchantCertificate(mchid), createRsaKeyPair()])
  return {
    mchid,
    name: options.name ?? '山茶小铺',
    appids: options.appids,
    ...own,
    apiV3Key: simulatedKey(),
    apiKey: simulatedKey(),
    keyMode: options.keyMode ?? 'certificate',
    publicKeyId: `PUB_KEY_ID_01${mchid}${String(randomInt(0, 100_000_000)).padStart(8, '0')}00000000`,
    publicKey: platforms.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicKeyPrivateKey: toPem(platforms.privateKey),
    ...(options.lacks !== undefined && { lacks: options.lacks }),
    h5Domains: options.h5Domains ?? ['127.0.0.1', 'localhost', 'shop.example'],
    ...(options.refundNotifyUrl !== undefined && { refundNotifyUrl: options.refundNotifyUrl }),
    subMerchants: options.subMerchants ?? [],
  }
}

/** A fresh API certificate (商户API证书) of a merchant, and its key. */
export async function createMerchantCertificate(
  mchid: string,
): Promise<Pick<MerchantIdentity, 'serial' | 'privateKey' | 'certificate'>> {
  const { privateKey, publicKey } = await createRsaKeyPair()
  const { createCertificate } = await import('../../crypto/make-certificate')
  const { serial, pem } = await createCertificate({
    subject: `CN=${mchid}, OU=${simulatedUnit} merchant, O=${simulatedUnit}, L=Shenzhen, C=CN`,
    privateKey,
    publicKey,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + certificateLifeMs),
  })
  return { serial, privateKey: toPem(privateKey), certificate: pem }
}

/** A platform key with a certificate that is valid now: the SDKs look at its real dates. */
export async function createPlatformIdentity(
  options: {
    /** Default five years from now. */
    readonly notAfter?: Date
  } = {},
): Promise<PlatformIdentity> {
  const { privateKey, publicKey } = await createRsaKeyPair()
  const { createCertificate } = await import('../../crypto/make-certificate')
  const { pem, serial } = await createCertificate({
    subject: 'CN=Tenpay.com Sign, OU=Simulated platform, O=Tenpay.com, L=Shenzhen, C=CN',
    privateKey,
    publicKey,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: options.notAfter ?? new Date(Date.now() + certificateLifeMs),
  })
  return { serial, certificate: pem, privateKey: toPem(privateKey) }
}

function toPem(privateKey: KeyObject): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** 32 characters that name the simulator, so that they are not used in production by mistake. */
function simulatedKey(): string {
  return simulatedKeyPrefix + randomAlphanumeric(32 - simulatedKeyPrefix.length)
}

function randomHex(length: number): string {
  return Array.from({ length }, () => randomInt(0, 16).toString(16)).join('')
}

/** What a merchant may not have set up. */
export const lackable = ['certificate', 'apiv3_key'] as const
export type Lack = (typeof lackable)[number]

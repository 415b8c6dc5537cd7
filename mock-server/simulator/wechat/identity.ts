import { randomInt } from 'node:crypto'
import { createCertificate } from '../../crypto/certificate'
import { randomAlphanumeric } from '../../crypto/digest'
import { createRsaKeyPair } from '../../crypto/rsa'

/** Who there is. Everything is text, so that it can be kept in a file. */

/** A mini program (or official account) that logs people in. */
export interface AppIdentity {
  readonly appid: string
  readonly secret: string
}

/** With which of its keys the service signs for a merchant; `both` is a merchant's switch from the one to the other. */
export const keyModes = ['certificate', 'public_key', 'both'] as const
export type KeyMode = (typeof keyModes)[number]

/** A merchant (商户) with what it holds: the private key is its own, the simulator keeps only the certificate. */
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
  readonly keyMode: KeyMode
  /** Stands where a serial would stand: `PUB_KEY_ID_` and 28 digits (微信支付公钥ID). */
  readonly publicKeyId: string
  /** Registered H5 domains (H5支付域名), host names only. */
  readonly h5Domains: readonly string[]
}

/** WeChat Pay's own keys: one with a platform certificate (平台证书), one as a bare public key (微信支付公钥). */
export interface PlatformIdentity {
  readonly serial: string
  readonly privateKey: string
  readonly certificate: string
  readonly publicKey: string
  /** Of `publicKey`. */
  readonly publicKeyPrivateKey: string
}

const yearMs = 365 * 24 * 3_600_000

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
}): Promise<MerchantIdentity> {
  const mchid = options.mchid ?? `16${String(randomInt(0, 100_000_000)).padStart(8, '0')}`
  const { privateKey, publicKey } = await createRsaKeyPair()
  const certificate = await createCertificate({
    subject: `CN=${mchid}, OU=Simulated merchant, O=Simulated, L=Shenzhen, C=CN`,
    privateKey,
    publicKey,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 5 * yearMs),
  })
  return {
    mchid,
    name: options.name ?? '山茶小铺',
    appids: options.appids,
    serial: certificate.serial,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: certificate.pem,
    apiV3Key: randomAlphanumeric(32),
    keyMode: options.keyMode ?? 'certificate',
    publicKeyId: `PUB_KEY_ID_01${mchid}${String(randomInt(0, 100_000_000)).padStart(8, '0')}00000000`,
    h5Domains: options.h5Domains ?? ['127.0.0.1', 'localhost', 'shop.example'],
  }
}

/** A platform key with a certificate that is valid now: the SDKs look at its real dates. */
export async function createPlatformIdentity(): Promise<PlatformIdentity> {
  const [{ privateKey, publicKey }, bare] = await Promise.all([createRsaKeyPair(), createRsaKeyPair()])
  const { pem, serial } = await createCertificate({
    subject: 'CN=Tenpay.com Sign, OU=Simulated platform, O=Tenpay.com, L=Shenzhen, C=CN',
    privateKey,
    publicKey,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 5 * yearMs),
  })
  return {
    serial,
    certificate: pem,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: bare.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicKeyPrivateKey: bare.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function randomHex(length: number): string {
  return Array.from({ length }, () => randomInt(0, 16).toString(16)).join('')
}

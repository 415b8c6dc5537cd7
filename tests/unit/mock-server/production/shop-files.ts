import { randomBytes, type KeyObject } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createCertificate } from '../../../../mock-server/crypto/make-certificate'
import { createRsaKeyPair } from '../../../../mock-server/crypto/rsa'
import { projectFile } from '../../../../mock-server/kit/files'

/** The set-up of a shop owner: own keys, in files that nobody else can read. */
export interface ShopFiles {
  readonly folder: string
  readonly merchant: { readonly publicKey: KeyObject }
  /** Settings with which nothing is wrong. */
  readonly good: Readonly<Record<string, string>>
  /** Writes a file, and the folders that it is in. @returns where it is */
  file(name: string, text: string, mode?: number): string
  /** A certificate of the merchant that is valid for these days from now. */
  certify(fromDays: number, toDays: number): Promise<{ readonly pem: string; readonly serial: string }>
  remove(): void
}

const dayMs = 86_400_000

/** Below the clone: a shop keeps nothing in a temporary folder. */
export async function createShopFiles(): Promise<ShopFiles> {
  mkdirSync(projectFile('.cache'), { recursive: true })
  const folder = mkdtempSync(projectFile('.cache', 'shop-'))
  const file: ShopFiles['file'] = (name, text, mode = 0o600) => {
    const at = path.join(folder, name)
    mkdirSync(path.dirname(at), { recursive: true })
    writeFileSync(at, text, { mode })
    return at
  }
  const [merchant, platform] = await Promise.all([createRsaKeyPair(), createRsaKeyPair()])
  const certify: ShopFiles['certify'] = (fromDays, toDays) =>
    createCertificate({
      subject: 'CN=1900000109, O=A real shop, C=CN',
      ...merchant,
      notBefore: new Date(Date.now() + fromDays * dayMs),
      notAfter: new Date(Date.now() + toDays * dayMs),
    })
  const { serial, pem } = await certify(-1, 365)
  const good = {
    PUBLIC_BASE: 'https://shop.camellia.cn',
    APPID: 'wx0123456789abcdef',
    APP_SECRET: '0123456789abcdef0123456789abcdef',
    MCHID: '1900000109',
    SERIAL: serial,
    MERCHANT_KEY_FILE: file(
      'apiclient_key.pem',
      merchant.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ),
    MERCHANT_CERT_FILE: file('apiclient_cert.pem', pem),
    APIV3_KEY_FILE: file('apiv3.key', `${randomBytes(16).toString('hex')}\n`),
    PLATFORM_PUBKEY_ID: 'PUB_KEY_ID_0119000001092026112100000000',
    PLATFORM_PUBKEY_FILE: file('pub_key.pem', platform.publicKey.export({ type: 'spki', format: 'pem' }).toString()),
    DATA_FILE: path.join(folder, 'shop.db'),
    PORT: '0',
    OPERATOR_PORT: '0',
    OPERATOR_TOKEN: randomBytes(32).toString('hex'),
    TRUSTED_PROXIES: '10.0.0.0/24',
    ORDER_PATH: 'packages/shop/order/index?outTradeNo=${商品订单号}',
  }
  return { folder, merchant, good, file, certify, remove: () => rmSync(folder, { recursive: true }) }
}

/** A secret for a hook: random bytes unless others are given. */
export function hookSecret(bytes: Buffer = randomBytes(32)): string {
  return `whsec_${bytes.toString('base64')}`
}

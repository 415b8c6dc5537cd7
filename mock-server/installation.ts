import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { randomAlphanumeric } from './crypto/digest'
import { formatSdkEnv } from './sdk-env'
import { createQqAppIdentity, type QqAppIdentity } from './simulator/qq/identity'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type AppIdentity,
  type MerchantIdentity,
  type PlatformIdentity,
} from './simulator/wechat/identity'

/** Who everybody is on this machine. Made once, so that orders of yesterday can still be verified today. */
export interface Installation {
  readonly version: number
  readonly app: AppIdentity
  readonly merchant: MerchantIdentity
  readonly platform: PlatformIdentity
  readonly qqApp: QqAppIdentity
  readonly operatorToken: string
}

/** The data folder can't be used. The message says which and what to do. */
export class InstallationError extends Error {
  override readonly name = 'InstallationError'
  readonly code = 'DATA_FOLDER_UNUSABLE'
}

const fileName = 'installation.json'
const version = 2

/**
 * Reads the keys of a data folder, or makes them at the first start. Null: fresh ones that nobody keeps.
 * @throws InstallationError
 */
export async function openInstallation(dataFolder: string | null): Promise<Installation> {
  if (dataFolder === null) return createInstallation()
  const file = path.join(dataFolder, fileName)
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
    if (existsSync(file)) return readInstallation(file)
    const installation = await createInstallation()
    writeSecret(file, `${JSON.stringify(installation, null, 2)}\n`)
    return installation
  } catch (error) {
    const why =
      error instanceof SyntaxError ? `${file} is damaged` : error instanceof Error ? error.message : String(error)
    throw new InstallationError(`The data folder can't be used: ${why}. Mend it, or choose another with --data FOLDER.`)
  }
}

function readInstallation(file: string): Installation {
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Partial<Installation>
  // Keys of an earlier version of this program: what is missing can't be added without changing who everybody is.
  if (kept.version !== version) throw new Error(`${file} is of another version of this program; remove the folder`)
  return kept as Installation
}

async function createInstallation(): Promise<Installation> {
  const app = createAppIdentity()
  const [merchant, platform] = await Promise.all([
    createMerchantIdentity({ appids: [app.appid] }),
    createPlatformIdentity(),
  ])
  const qqApp = createQqAppIdentity({ mchids: [merchant.mchid] })
  return { version, app, merchant, platform, qqApp, operatorToken: randomAlphanumeric(32) }
}

export interface SdkAddresses {
  readonly wechatUrl: string
  readonly qqUrl: string
  readonly wechatControl: string
  readonly qqControl: string
  readonly operatorUrl: string
  readonly openid: string
}

/** Writes what an SDK or another back end needs: PEM files and `sdk.env`, which a shell can read. */
export function writeSdkFiles(dataFolder: string, installation: Installation, addresses: SdkAddresses): void {
  const { app, merchant, platform, qqApp, operatorToken } = installation
  const inFolder = (name: string): string => path.join(dataFolder, name)
  writeSecret(inFolder('merchant_key.pem'), merchant.privateKey)
  writeFileSync(inFolder('merchant_cert.pem'), merchant.certificate)
  writeFileSync(inFolder('platform_cert.pem'), platform.certificate)
  writeFileSync(inFolder('platform_pubkey.pem'), platform.publicKey)
  const values: Record<string, string> = {
    WXPAY_BASE: addresses.wechatUrl,
    MCHID: merchant.mchid,
    SERIAL: merchant.serial,
    MERCHANT_KEY_FILE: inFolder('merchant_key.pem'),
    MERCHANT_CERT_FILE: inFolder('merchant_cert.pem'),
    APIV3_KEY: merchant.apiV3Key,
    PLATFORM_CERT_FILE: inFolder('platform_cert.pem'),
    PLATFORM_SERIAL: platform.serial,
    PLATFORM_PUBKEY_FILE: inFolder('platform_pubkey.pem'),
    PLATFORM_PUBKEY_ID: merchant.publicKeyId,
    APPID: app.appid,
    APP_SECRET: app.secret,
    OPENID: addresses.openid,
    QQ_BASE: addresses.qqUrl,
    QQ_APPID: qqApp.appid,
    QQ_SECRET: qqApp.secret,
    CONTROL: addresses.wechatControl,
    QQ_CONTROL: addresses.qqControl,
    OPERATOR: addresses.operatorUrl,
    OPERATOR_TOKEN: operatorToken,
  }
  writeSecret(inFolder('sdk.env'), `${formatSdkEnv(Object.entries(values))}\n`)
}

/** Readable by nobody else. The mode of an existing file is mended too. */
function writeSecret(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 })
  chmodSync(file, 0o600)
}

import { createHmac } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { randomAlphanumeric } from '../crypto/digest'
import { NewerDataError } from '../kit/data-version'
import { writeSecret } from '../kit/secret-file'
import { formatSdkEnv } from '../kit/sdk-env'
import { installationVersion, upgradeInstallation, versionOf, type KeptInstallation } from './installation-steps'
import { createQqAppIdentity, type QqAppIdentity } from '../simulator/qq/identity'
import {
  createAppIdentity,
  createMerchantIdentity,
  createPlatformIdentity,
  type AppIdentity,
  type MerchantIdentity,
  type PlatformIdentity,
} from '../simulator/wechat/identity'

/** Who everybody is on this machine. Made once, so that orders of yesterday can still be verified today. */
export interface Installation {
  readonly version: number
  readonly app: AppIdentity
  /** Of the sub merchant. */
  readonly subApp: AppIdentity
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

/**
 * Reads the keys of a data folder, or makes them at the first start. Null: makes keys and keeps none.
 * @throws InstallationError
 */
export async function openInstallation(dataFolder: string | null): Promise<Installation> {
  if (dataFolder === null) return createInstallation()
  const file = path.join(dataFolder, fileName)
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
    if (existsSync(file)) return await readInstallation(file)
    const installation = await createInstallation()
    replaceFile(file, installation)
    return installation
  } catch (error) {
    throw toInstallationError(error, file)
  }
}

/** What a start says that can't use its data folder. Other errors stay as they are. */
export function explainData(error: unknown): unknown {
  return error instanceof NewerDataError ? toInstallationError(error, fileName) : error
}

function toInstallationError(error: unknown, file: string): InstallationError {
  if (error instanceof NewerDataError) {
    return new InstallationError(`${error.message} Start that version, or choose another folder with --data FOLDER.`)
  }
  const why =
    error instanceof SyntaxError ? `${file} is damaged` : error instanceof Error ? error.message : String(error)
  return new InstallationError(`The data folder can't be used: ${why}. Mend it, or choose another with --data FOLDER.`)
}

async function readInstallation(file: string): Promise<Installation> {
  const kept = JSON.parse(readFileSync(file, 'utf8')) as KeptInstallation | null
  if (kept === null) throw new SyntaxError('There is nothing in it.')
  if (versionOf(kept) > installationVersion) throw new NewerDataError(file)
  if (!parts.every(([part, field]) => hasText(kept[part], field))) throw new SyntaxError('Parts are missing.')
  const installation = (await upgradeInstallation(kept)) as unknown as Installation
  if (versionOf(kept) < installationVersion) replaceFile(file, installation)
  return installation
}

/** What every version has had. */
const parts = [
  ['app', 'appid'],
  ['merchant', 'mchid'],
  ['platform', 'serial'],
  ['qqApp', 'appid'],
] as const

function hasText(part: unknown, field: string): boolean {
  return typeof part === 'object' && part !== null && typeof (part as Record<string, unknown>)[field] === 'string'
}

/** Whole or not at all: keys that are lost make every order of the folder unreadable. */
function replaceFile(file: string, installation: Installation): void {
  const fresh = `${file}.new`
  writeSecret(fresh, `${JSON.stringify(installation, null, 2)}\n`)
  renameSync(fresh, file)
}

async function createInstallation(): Promise<Installation> {
  const app = createAppIdentity()
  const subApp = createAppIdentity()
  const [merchant, platform] = await Promise.all([
    // One merchant that shows both cases: it sells directly, and it is the partner of one sub merchant.
    createMerchantIdentity({
      appids: [app.appid],
      subMerchants: [{ mchid: '1900000001', name: '山茶茶园', appids: [subApp.appid] }],
    }),
    createPlatformIdentity(),
  ])
  const qqApp = createQqAppIdentity({ merchants: [{ mchid: merchant.mchid, appids: [app.appid] }] })
  return {
    version: installationVersion,
    app,
    subApp,
    merchant,
    platform,
    qqApp,
    operatorToken: randomAlphanumeric(32),
  }
}

/** What the shop of this machine signs with for `--owner-hook`. */
export function ownerHookSecretOf({ operatorToken }: Installation): string {
  return `whsec_${createHmac('sha256', operatorToken).update('owner hook').digest('base64')}`
}

export interface SdkAddresses {
  readonly wechatUrl: string
  readonly qqUrl: string
  readonly wechatControl: string
  readonly qqControl: string
  readonly operatorUrl: string
  readonly openid: string
  readonly subOpenid: string
  /** Only with `--tls`. */
  readonly tls?: TlsAddresses
}

export interface TlsAddresses {
  /** `https://localhost:4443` */
  readonly url: string
  /** The CONNECT proxy: what HTTPS_PROXY is set to. */
  readonly proxy: string
  /** What a client must trust. */
  readonly caFile: string | null
}

/** @param folder of the keys */
export function sdkEnvFile(folder: string): string {
  return path.join(folder, 'sdk.env')
}

/** Writes what an SDK or another back end needs: PEM files and `sdk.env`, which a shell can read. */
export function writeSdkFiles(dataFolder: string, installation: Installation, addresses: SdkAddresses): void {
  const { app, subApp, merchant, platform, qqApp, operatorToken } = installation
  const inFolder = (name: string): string => path.join(dataFolder, name)
  writeSecret(inFolder('merchant_key.pem'), merchant.privateKey)
  writeFileSync(inFolder('merchant_cert.pem'), merchant.certificate)
  writeFileSync(inFolder('platform_cert.pem'), platform.certificate)
  writeFileSync(inFolder('platform_pubkey.pem'), merchant.publicKey)
  const values: Record<string, string> = {
    WXPAY_BASE: addresses.wechatUrl,
    MCHID: merchant.mchid,
    SERIAL: merchant.serial,
    MERCHANT_KEY_FILE: inFolder('merchant_key.pem'),
    MERCHANT_CERT_FILE: inFolder('merchant_cert.pem'),
    APIV3_KEY: merchant.apiV3Key,
    API_KEY: merchant.apiKey,
    PLATFORM_CERT_FILE: inFolder('platform_cert.pem'),
    PLATFORM_SERIAL: platform.serial,
    PLATFORM_PUBKEY_FILE: inFolder('platform_pubkey.pem'),
    PLATFORM_PUBKEY_ID: merchant.publicKeyId,
    APPID: app.appid,
    APP_SECRET: app.secret,
    OPENID: addresses.openid,
    SUB_MCHID: merchant.subMerchants[0]?.mchid ?? '',
    SUB_APPID: subApp.appid,
    SUB_OPENID: addresses.subOpenid,
    QQ_BASE: addresses.qqUrl,
    QQ_APPID: qqApp.appid,
    QQ_SECRET: qqApp.secret,
    CONTROL: addresses.wechatControl,
    QQ_CONTROL: addresses.qqControl,
    OPERATOR: addresses.operatorUrl,
    OPERATOR_TOKEN: operatorToken,
    OWNER_HOOK_SECRET: ownerHookSecretOf(installation),
    // Not under the name HTTPS_PROXY: a shell that reads this file would send everything there.
    ...(addresses.tls && {
      TLS_BASE: addresses.tls.url,
      TLS_PROXY: addresses.tls.proxy,
      CA_FILE: addresses.tls.caFile ?? '',
    }),
  }
  writeSecret(sdkEnvFile(dataFolder), `${formatSdkEnv(Object.entries(values))}\n`)
}

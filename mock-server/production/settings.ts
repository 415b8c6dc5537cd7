import type { KeyObject } from 'node:crypto'
import path from 'node:path'
import type { Seller } from '../merchant/domain/seller'
import type { Finding } from './finding'
import { isSet, readVariables, wrong, type Environment, type ReadVariables } from './read-variables'
import type { Values } from './variables'

/** Everything that a production start is told. Frozen; `process.env` is read nowhere else. */
export interface Settings {
  readonly publicBase: string
  readonly api: 'v2' | 'v3'
  readonly wechat: {
    readonly appid: string
    readonly secret: string
    readonly mchid: string
    readonly partner: { readonly subMchid: string; readonly spAppid?: string } | null
    /** Sub merchants whose goods the shop sells; empty where all goods are its own. */
    readonly sellers: readonly Seller[]
    /** Null with V2, which has none of these. */
    readonly v3: {
      readonly merchantSerialNo: string
      readonly merchantPrivateKey: KeyObject
      readonly apiV3Key: string
      readonly platformPublicKey: { readonly id: string; readonly key: KeyObject } | null
    } | null
    /** Null with V3. */
    readonly v2: {
      readonly apiKey: string
      readonly signType: 'MD5' | 'HMAC-SHA256'
      /** For refunds. */
      readonly certificate?: { readonly cert: string; readonly key: string }
    } | null
  }
  /** PEM, where it was given. */
  readonly merchantCertificate: string | null
  /** Signs with V3, and opens the connection of V2's refunds. */
  readonly merchantKey: KeyObject | null
  /** The file of the private key, where it has one. */
  readonly merchantKeyFile: string | null
  readonly qq: { readonly appid: string; readonly secret: string } | null
  readonly store: { readonly databaseUrl: string; readonly poolSize: number } | { readonly dataFile: string }
  readonly host: string
  readonly port: number
  readonly operatorPort: number
  readonly operatorToken: string
  readonly trustedProxies: readonly string[]
  readonly corsOrigins: readonly string[]
  readonly staticRoot: string | null
  readonly orderPath: string | null
  readonly orderLifeMs: number
  readonly ownerHook: { readonly url: string; readonly secret: string } | null
  readonly welcome: 'members' | 'everyone' | 'nobody'
  readonly automaticRefundMaxFen: number
  readonly logLevel: 'silent' | 'warn' | 'info' | 'debug'
}

export type ParsedSettings =
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'findings'; readonly findings: readonly Finding[] }

const minuteMs = 60_000

/** Parses and checks the environment once. All findings come together: those of single variables, and of pairs. */
export function parseSettings(environment: Environment): ParsedSettings {
  const read = readVariables(environment)
  const findings = [...read.findings, ...findConflicts(environment, read.values)]
  if (findings.length > 0) return { kind: 'findings', findings }
  // Without a finding, no value is missing that the type promises.
  const settings = toSettings(read.values as Values, environment['MERCHANT_KEY_FILE'] ?? null)
  return { kind: 'settings', settings: Object.freeze(settings) }
}

/** Variables that are good one by one and do not go together. */
function findConflicts(environment: Environment, values: ReadVariables['values']): readonly Finding[] {
  const hasSellers = /[^,\s]/.test(environment['SELLERS'] ?? '')
  const findings: Finding[] = []
  if (hasSellers && environment['WECHATPAY_API'] === 'v2') {
    findings.push(wrong('SELLERS', 'V2 has no combined orders: take V3'))
  }
  if (hasSellers && isSet('SUB_MCHID', environment)) {
    const message = 'SUB_MCHID sells for one sub merchant, SELLERS for several: leave one of them out'
    findings.push(wrong('SELLERS', message))
  }
  const hasDatabase = isSet('DATABASE_URL', environment)
  if (hasDatabase === isSet('DATA_FILE', environment)) {
    const found = hasDatabase ? 'both' : 'none'
    findings.push(wrong('DATABASE_URL', `expected either DATABASE_URL or DATA_FILE, found ${found}`))
  }
  const { PORT: port, OPERATOR_PORT: operatorPort } = values
  if (port === operatorPort && port !== 0 && port !== null) {
    findings.push(wrong('OPERATOR_PORT', `expected another port than PORT, found ${port}`))
  }
  return findings
}

function toSettings(values: Values, merchantKeyFile: string | null): Settings {
  return {
    publicBase: values.PUBLIC_BASE,
    api: values.WECHATPAY_API,
    wechat: {
      appid: values.APPID,
      secret: values.APP_SECRET,
      mchid: values.MCHID,
      partner: toPartner(values),
      sellers: values.SELLERS,
      v3: toV3(values),
      v2: toV2(values),
    },
    merchantCertificate: values.MERCHANT_CERT_FILE,
    merchantKey: values.MERCHANT_KEY?.key ?? null,
    merchantKeyFile,
    qq: bothOf(values.QQ_APPID, values.QQ_SECRET, (appid, secret) => ({ appid, secret })),
    store:
      values.DATABASE_URL === null
        ? { dataFile: path.resolve(values.DATA_FILE ?? 'shop.db') }
        : { databaseUrl: values.DATABASE_URL, poolSize: values.DATABASE_POOL },
    host: values.HOST,
    port: values.PORT,
    operatorPort: values.OPERATOR_PORT,
    operatorToken: values.OPERATOR_TOKEN,
    trustedProxies: values.TRUSTED_PROXIES,
    corsOrigins: values.CORS_ORIGINS,
    staticRoot: values.STATIC_ROOT,
    orderPath: values.ORDER_PATH,
    orderLifeMs: values.ORDER_LIFE_MINUTES * minuteMs,
    ownerHook: bothOf(values.OWNER_HOOK_URL, values.OWNER_HOOK_SECRET, (url, secret) => ({ url, secret })),
    welcome: values.WELCOME,
    automaticRefundMaxFen: values.AUTOMATIC_REFUND_MAX_FEN,
    logLevel: values.LOG_LEVEL,
  }
}

function toPartner({ SUB_MCHID: subMchid, SP_APPID: spAppid }: Values): Settings['wechat']['partner'] {
  return subMchid === null ? null : { subMchid, ...(spAppid !== null && { spAppid }) }
}

function toV3(values: Values): Settings['wechat']['v3'] {
  const { SERIAL: merchantSerialNo, MERCHANT_KEY: privateKey, APIV3_KEY: apiV3Key } = values
  if (merchantSerialNo === null || privateKey === null || apiV3Key === null) return null
  const platformPublicKey = bothOf(values.PLATFORM_PUBKEY_ID, values.PLATFORM_PUBKEY_FILE, (id, key) => ({ id, key }))
  return { merchantSerialNo, merchantPrivateKey: privateKey.key, apiV3Key, platformPublicKey }
}

function toV2(values: Values): Settings['wechat']['v2'] {
  const { API_KEY: apiKey, V2_SIGN_TYPE: signType, MERCHANT_CERT_FILE: cert, MERCHANT_KEY: key } = values
  if (apiKey === null || signType === null) return null
  const certificate = bothOf(cert, key, (pem, { pem: keyPem }) => ({ cert: pem, key: keyPem }))
  return { apiKey, signType, ...(certificate !== null && { certificate }) }
}

function bothOf<A, B, T>(one: A | null, other: B | null, join: (one: A, other: B) => T): T | null {
  return one === null || other === null ? null : join(one, other)
}

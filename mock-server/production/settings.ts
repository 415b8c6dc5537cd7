import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import path from 'node:path'
import { webhookSecretPattern } from '../merchant/jobs/owner-webhook'
import type { Seller } from '../merchant/domain/seller'
import { readSecretFile } from '../kit/secrets'
import { variables, type Variable, type VariableName } from './variables'

export type Environment = Readonly<Record<string, string | undefined>>

/** Everything that a production start is told. Frozen; `process.env` is read nowhere else. */
export interface Settings {
  readonly publicBase: string
  readonly api: 'v2' | 'v3'
  readonly wechat: {
    readonly appid: string
    readonly secret: string
    readonly mchid: string
    readonly partner: { readonly subMchid: string; readonly spAppid?: string } | null
    /** Whose goods the shop sells; empty where all are its own. */
    readonly sellers: readonly Seller[]
    /** Null under V2, which has none of these. */
    readonly v3: {
      readonly merchantSerialNo: string
      readonly merchantPrivateKey: KeyObject
      readonly apiV3Key: string
      readonly platformPublicKey: { readonly id: string; readonly key: KeyObject } | null
    } | null
    readonly v2: {
      readonly apiKey: string
      readonly signType: 'MD5' | 'HMAC-SHA256'
      /** For refunds. */
      readonly certificate?: { readonly cert: string; readonly key: string }
    } | null
  }
  /** PEM, where it was given. */
  readonly merchantCertificate: string | null
  /** Where the private key was read from. */
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

export interface SettingFault {
  readonly variable: string
  /** What was expected and what was found; of a secret only its length. */
  readonly message: string
  readonly example: string
}

export type ParsedSettings =
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'faults'; readonly faults: readonly SettingFault[] }

const logLevels = ['silent', 'warn', 'info', 'debug'] as const
const welcomes = ['members', 'everyone', 'nobody'] as const
const minuteMs = 60_000

/** Parses and checks the environment once: every fault in one go. */
export function parseSettings(environment: Environment): ParsedSettings {
  const faults: SettingFault[] = []
  const known: readonly Variable[] = variables

  function fault(variable: VariableName, message: string): null {
    faults.push({ variable, message, example: known.find(({ name }) => name === variable)!.example })
    return null
  }

  function read(name: VariableName): string | null {
    const given = environment[name]
    const file = environment[`${name}_FILE`]
    const isSecret = known.find((variable) => variable.name === name)?.isSecret === true
    if (!isSecret || file === undefined || file === '') return given === undefined || given === '' ? null : given
    if (given !== undefined && given !== '') return fault(name, `given twice: take ${name} or ${name}_FILE`)
    try {
      return readSecretFile(file)
    } catch (error) {
      return fault(name, (error as Error).message)
    }
  }

  function demand(name: VariableName, pattern: RegExp, expected: string): string {
    const before = faults.length
    const value = read(name)
    if (value === null && faults.length === before) fault(name, `expected ${expected}, found nothing`)
    if (value !== null && !pattern.test(value)) {
      const isSecret = known.find((variable) => variable.name === name)?.isSecret === true
      fault(name, `expected ${expected}, found ${isSecret ? `${value.length} characters` : value}`)
    }
    return value ?? ''
  }

  function choose<T extends string>(name: VariableName, values: readonly T[], otherwise: T): T {
    const value = read(name) ?? otherwise
    const found = values.find((each) => each === value)
    if (found === undefined) fault(name, `expected ${values.join(' or ')}, found ${value}`)
    return found ?? otherwise
  }

  function count(name: VariableName, otherwise: number, min: number, max: number): number {
    const text = read(name) ?? String(otherwise)
    const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN
    if (!(value >= min && value <= max)) fault(name, `expected a whole number from ${min} to ${max}, found ${text}`)
    return value
  }

  function list(name: VariableName, isGood: (entry: string) => boolean, expected: string): readonly string[] {
    const entries = (read(name) ?? '').split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]))
    for (const entry of entries) if (!isGood(entry)) fault(name, `expected ${expected}, found ${entry}`)
    return entries
  }

  function key(name: VariableName, pem: string | null, parse: (text: string) => KeyObject): KeyObject | null {
    if (pem === null || pem === '') return null
    try {
      // One line of an environment file: its line ends are written out.
      return parse(pem.includes('\n') ? pem : pem.replaceAll('\\n', '\n'))
    } catch {
      return fault(name, `expected a PEM key, found ${pem.length} characters that are none`)
    }
  }

  function readOpenFile(name: VariableName): string | null {
    const file = read(name)
    if (file === null) return null
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      return fault(name, `${file} cannot be read (${(error as { code?: string }).code})`)
    }
  }

  const publicBase = demand('PUBLIC_BASE', /^https?:\/\/[^/?#\s]+$/, 'an origin without a path')
  const api = choose('WECHATPAY_API', ['v3', 'v2'], 'v3')
  const isV3 = api === 'v3'
  const wechat: Settings['wechat'] = {
    appid: demand('APPID', /^wx[0-9a-z]{16}$/, 'wx and 16 characters'),
    secret: demand('APP_SECRET', /^\S{16,64}$/, '16 to 64 characters'),
    mchid: demand('MCHID', /^\d{8,12}$/, '8 to 12 digits'),
    partner: readPartner(),
    sellers: readSellers(),
    v3: isV3 ? readV3() : null,
    v2: isV3
      ? null
      : {
          apiKey: demand('API_KEY', /^[0-9A-Za-z]{32}$/, '32 letters and digits'),
          signType: choose('V2_SIGN_TYPE', ['HMAC-SHA256', 'MD5'], 'HMAC-SHA256'),
          ...readV2Certificate(),
        },
  }

  function readV2Certificate(): { certificate?: { cert: string; key: string } } {
    const cert = readOpenFile('MERCHANT_CERT_FILE')
    const pem = read('MERCHANT_KEY')
    if (key('MERCHANT_KEY', pem, createPrivateKey) === null || pem === null || cert === null) return {}
    return { certificate: { cert, key: pem } }
  }

  function readSellers(): readonly Seller[] {
    const isGood = (entry: string): boolean => /^[0-9A-Za-z_-]{1,32}=\d{8,12}$/.test(entry)
    const entries = list('SELLERS', isGood, 'NAME=NUMBER, the number with 8 to 12 digits')
    if (entries.length > 0 && !isV3) fault('SELLERS', 'V2 has no combined orders: take V3')
    if (entries.length > 0 && read('SUB_MCHID') !== null) {
      fault('SELLERS', 'SUB_MCHID sells for one sub merchant, SELLERS for several: leave one of them out')
    }
    return entries.filter(isGood).map((entry) => {
      const [sellerId = '', subMchid = ''] = entry.split('=')
      return { sellerId, subMchid }
    })
  }

  function readPartner(): Settings['wechat']['partner'] {
    const subMchid = read('SUB_MCHID')
    const spAppid = read('SP_APPID')
    if (subMchid !== null && !/^\d{8,12}$/.test(subMchid))
      fault('SUB_MCHID', `expected 8 to 12 digits, found ${subMchid}`)
    if (spAppid !== null && !/^wx[0-9a-z]{16}$/.test(spAppid)) {
      fault('SP_APPID', `expected wx and 16 characters, found ${spAppid}`)
    }
    if (subMchid === null && spAppid !== null) fault('SUB_MCHID', 'expected for whom SP_APPID sells, found nothing')
    return subMchid === null ? null : { subMchid, ...(spAppid !== null && { spAppid }) }
  }

  function readV3(): Settings['wechat']['v3'] {
    const merchantSerialNo = demand('SERIAL', /^[0-9A-F]{16,64}$/, 'upper-case hex digits')
    const merchantPrivateKey = key('MERCHANT_KEY', demand('MERCHANT_KEY', /^/, 'a PEM key'), createPrivateKey)
    const apiV3Key = demand('APIV3_KEY', /^[0-9A-Za-z]{32}$/, '32 letters and digits')
    const id = read('PLATFORM_PUBKEY_ID')
    if (id !== null && !/^PUB_KEY_ID_\d{8,40}$/.test(id)) {
      fault('PLATFORM_PUBKEY_ID', `expected PUB_KEY_ID_ and digits, found ${id}`)
    }
    const publicKey = key('PLATFORM_PUBKEY_FILE', readOpenFile('PLATFORM_PUBKEY_FILE'), createPublicKey)
    if (id !== null && read('PLATFORM_PUBKEY_FILE') === null) {
      fault('PLATFORM_PUBKEY_FILE', 'expected the key that PLATFORM_PUBKEY_ID names, found nothing')
    }
    if (id === null && publicKey !== null) fault('PLATFORM_PUBKEY_ID', 'expected the id of the key, found nothing')
    if (merchantPrivateKey === null) return null
    const platformPublicKey = id !== null && publicKey !== null ? { id, key: publicKey } : null
    return { merchantSerialNo, merchantPrivateKey, apiV3Key, platformPublicKey }
  }

  function readOwnerHook(): Settings['ownerHook'] {
    const url = read('OWNER_HOOK_URL')
    if (url === null) {
      if (read('OWNER_HOOK_SECRET') !== null) fault('OWNER_HOOK_URL', 'expected whom to tell, found nothing')
      return null
    }
    if (!isHookUrl(url)) fault('OWNER_HOOK_URL', 'expected a URL without user, password and fragment')
    return { url, secret: demand('OWNER_HOOK_SECRET', webhookSecretPattern, 'whsec_ and 24 to 64 bytes in base64') }
  }

  const qqAppid = read('QQ_APPID')
  const qqSecret = read('QQ_SECRET')
  if (qqAppid !== null && qqSecret === null) fault('QQ_SECRET', 'expected the secret of QQ_APPID, found nothing')
  if (qqAppid === null && qqSecret !== null)
    fault('QQ_APPID', 'expected the appid that QQ_SECRET is for, found nothing')

  const databaseUrl = read('DATABASE_URL')
  const dataFile = read('DATA_FILE')
  const poolSize = count('DATABASE_POOL', 16, 2, 200)
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    fault('DATABASE_URL', `expected postgres://…, found ${databaseUrl.length} characters`)
  }
  if ((databaseUrl === null) === (dataFile === null)) {
    fault('DATABASE_URL', `expected either DATABASE_URL or DATA_FILE, found ${databaseUrl === null ? 'none' : 'both'}`)
  }
  const port = count('PORT', 4000, 0, 65_535)
  const operatorPort = count('OPERATOR_PORT', 4010, 0, 65_535)
  if (port === operatorPort && port !== 0) fault('OPERATOR_PORT', `expected another port than PORT, found ${port}`)

  const settings: Settings = {
    publicBase,
    api,
    wechat,
    merchantCertificate: readOpenFile('MERCHANT_CERT_FILE'),
    merchantKeyFile: environment['MERCHANT_KEY_FILE'] ?? null,
    qq: qqAppid !== null && qqSecret !== null ? { appid: qqAppid, secret: qqSecret } : null,
    store: databaseUrl !== null ? { databaseUrl, poolSize } : { dataFile: path.resolve(dataFile ?? 'shop.db') },
    host: choosableHost(),
    port,
    operatorPort,
    operatorToken: demand('OPERATOR_TOKEN', /^[\x21-\x7e]{32,256}$/, 'at least 32 characters'),
    trustedProxies: list('TRUSTED_PROXIES', isAddressBlock, 'addresses or CIDR blocks'),
    corsOrigins: list('CORS_ORIGINS', (entry) => isOrigin(entry), 'origins without a path'),
    staticRoot: read('STATIC_ROOT'),
    orderPath: read('ORDER_PATH'),
    orderLifeMs: count('ORDER_LIFE_MINUTES', 15, 1, 1440) * minuteMs,
    ownerHook: readOwnerHook(),
    welcome: choose('WELCOME', welcomes, 'members'),
    automaticRefundMaxFen: count('AUTOMATIC_REFUND_MAX_FEN', 0, 0, 999_999),
    logLevel: choose('LOG_LEVEL', logLevels, 'info'),
  }

  function choosableHost(): string {
    const host = read('HOST') ?? '127.0.0.1'
    if (isIP(host) === 0) fault('HOST', `expected an IP address of this machine, found ${host}`)
    return host
  }

  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'settings', settings: Object.freeze(settings) }
}

function isAddressBlock(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/')
  return isIP(address) !== 0 && rest.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits))
}

/** A name and password in an address end up in logs. */
function isHookUrl(entry: string): boolean {
  if (!/^https?:/.test(entry) || !URL.canParse(entry)) return false
  const { username, password, hash } = new URL(entry)
  return username === '' && password === '' && hash === ''
}

function isOrigin(entry: string): boolean {
  return URL.canParse(entry) && new URL(entry).origin === entry
}

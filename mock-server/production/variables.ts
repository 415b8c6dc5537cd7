import { webhookSecretPattern } from '../merchant/jobs/owner-webhook'
import {
  addressBlocks,
  databaseFile,
  databaseUrl,
  fileText,
  hookUrl,
  listOf,
  matching,
  oneLine,
  oneOf,
  origins,
  ownAddress,
  privateKey,
  publicKeyFile,
  publicOrigin,
  wholeNumber,
  type Parser,
} from './parsers'

/** One setting of a shop that takes real money. */
export interface Variable {
  readonly name: string
  readonly help: string
  readonly example: string
  readonly parser: Parser<unknown>
  /** Parsed where nothing is set. */
  readonly default?: string
  /** Also taken from the file that `NAME_FILE` names. Of its text only the length is shown. */
  readonly isSecret?: boolean
  /** The API that it belongs to: with the other one it is not read. */
  readonly api?: 'v2' | 'v3'
  /** The shop does not start without it: always, or with one API. */
  readonly needed?: 'always' | 'v2' | 'v3'
  /** Another variable that does not work without this one, and what is then expected here. */
  readonly neededBy?: { readonly name: string; readonly expected: string }
}

const appid = matching(/^wx[0-9a-z]{16}$/, 'wx and 16 characters')
const merchantNumber = matching(/^\d{8,12}$/, '8 to 12 digits')
const key32 = matching(/^[0-9A-Za-z]{32}$/, '32 letters and digits')
const port = wholeNumber(0, 65_535)

/** `NAME=NUMBER`: a seller as the catalogue names it, and the sub merchant that is paid. */
const sellers = listOf((entry) => {
  const [, sellerId, subMchid] = /^([0-9A-Za-z_-]{1,32})=(\d{8,12})$/.exec(entry) ?? []
  return sellerId === undefined || subMchid === undefined ? null : { sellerId, subMchid }
}, 'NAME=NUMBER, the number with 8 to 12 digits')

/** Every variable that a production start reads, in the order in which somebody sets them up. */
export const variables = [
  {
    name: 'PUBLIC_BASE',
    help: 'the shop’s https origin, without a path; notify_url and the H5 domain come from it',
    example: 'https://shop.your-domain.cn',
    parser: publicOrigin,
    needed: 'always',
  },
  { name: 'APPID', help: 'the WeChat mini program', example: 'wx0123456789abcdef', parser: appid, needed: 'always' },
  {
    name: 'APP_SECRET',
    help: 'its secret',
    example: '32 hex digits',
    isSecret: true,
    parser: matching(/^\S{16,64}$/, '16 to 64 characters'),
    needed: 'always',
  },
  { name: 'MCHID', help: 'merchant number (商户号)', example: '1900000109', parser: merchantNumber, needed: 'always' },
  {
    name: 'SUB_MCHID',
    help: 'sub merchant (子商户号), where MCHID is a partner (服务商)',
    example: '1900000110',
    parser: merchantNumber,
    neededBy: { name: 'SP_APPID', expected: 'for whom SP_APPID sells' },
  },
  {
    name: 'SP_APPID',
    help: 'the partner’s appid, where APPID is the sub merchant’s',
    example: 'wx0123456789abcdef',
    parser: appid,
  },
  {
    name: 'SELLERS',
    help: 'sub merchants (二级商户) whose goods the shop sells, by the names of the catalogue (V3, 合单支付)',
    example: 'garden=1900000110,kiln=1900000111',
    parser: sellers,
    default: '',
  },
  { name: 'WECHATPAY_API', help: 'v3 (default) or v2', example: 'v3', parser: oneOf('v3', 'v2'), default: 'v3' },
  {
    name: 'SERIAL',
    help: 'serial of the merchant’s API certificate (V3)',
    example: '40 hex digits',
    parser: matching(/^[0-9A-F]{16,64}$/, 'upper-case hex digits'),
    api: 'v3',
    needed: 'always',
  },
  {
    name: 'MERCHANT_KEY',
    help: 'its private key (V3), PEM',
    example: 'the text of apiclient_key.pem',
    isSecret: true,
    parser: privateKey,
    needed: 'v3',
  },
  {
    name: 'MERCHANT_CERT_FILE',
    help: 'the certificate itself: checks serial and key; refunds of V2 need it',
    example: 'apiclient_cert.pem',
    parser: fileText,
  },
  {
    name: 'APIV3_KEY',
    help: 'APIv3 key, 32 bytes (V3)',
    example: '32 characters',
    isSecret: true,
    parser: key32,
    api: 'v3',
    needed: 'always',
  },
  {
    name: 'PLATFORM_PUBKEY_ID',
    help: 'id of WeChat Pay’s public key (微信支付公钥ID); without it platform certificates are downloaded',
    example: 'PUB_KEY_ID_0119…',
    parser: matching(/^PUB_KEY_ID_\d{8,40}$/, 'PUB_KEY_ID_ and digits'),
    api: 'v3',
    neededBy: { name: 'PLATFORM_PUBKEY_FILE', expected: 'the id of the key' },
  },
  {
    name: 'PLATFORM_PUBKEY_FILE',
    help: 'that public key, PEM',
    example: 'pub_key.pem',
    parser: publicKeyFile,
    api: 'v3',
    neededBy: { name: 'PLATFORM_PUBKEY_ID', expected: 'the key that PLATFORM_PUBKEY_ID names' },
  },
  {
    name: 'API_KEY',
    help: 'API key (V2), 32 characters',
    example: '32 characters',
    isSecret: true,
    parser: key32,
    api: 'v2',
    needed: 'always',
  },
  {
    name: 'V2_SIGN_TYPE',
    help: 'HMAC-SHA256 (default) or MD5',
    example: 'HMAC-SHA256',
    parser: oneOf('HMAC-SHA256', 'MD5'),
    default: 'HMAC-SHA256',
    api: 'v2',
  },
  {
    name: 'QQ_APPID',
    help: 'the QQ mini program, where there is one',
    example: '1108000000',
    parser: oneLine,
    neededBy: { name: 'QQ_SECRET', expected: 'the appid that QQ_SECRET is for' },
  },
  {
    name: 'QQ_SECRET',
    help: 'its secret',
    example: '16 or 32 characters',
    isSecret: true,
    parser: oneLine,
    neededBy: { name: 'QQ_APPID', expected: 'the secret of QQ_APPID' },
  },
  {
    name: 'DATABASE_URL',
    help: 'PostgreSQL; any number of processes may share it',
    example: 'postgres://shop:…@db/shop',
    isSecret: true,
    parser: databaseUrl,
  },
  {
    name: 'DATABASE_POOL',
    help: 'connections of one process to it (default 16)',
    example: '16',
    parser: wholeNumber(2, 200),
    default: '16',
  },
  {
    name: 'DATA_FILE',
    help: 'SQLite file, for one process, instead of DATABASE_URL',
    example: '/var/lib/shop/shop.db',
    parser: databaseFile,
  },
  {
    name: 'HOST',
    help: 'address to listen on (default 127.0.0.1)',
    example: '0.0.0.0',
    parser: ownAddress,
    default: '127.0.0.1',
  },
  {
    name: 'PORT',
    help: 'of the API and the notifications (default 4000)',
    example: '4000',
    parser: port,
    default: '4000',
  },
  {
    name: 'OPERATOR_PORT',
    help: 'of the operator API, on 127.0.0.1 (default 4010)',
    example: '4010',
    parser: port,
    default: '4010',
  },
  {
    name: 'OPERATOR_TOKEN',
    help: 'bearer token of the operator API, 32 characters or more',
    example: '32 random characters',
    isSecret: true,
    parser: matching(/^[\x21-\x7e]{32,256}$/, 'at least 32 characters'),
    needed: 'always',
  },
  {
    name: 'TRUSTED_PROXIES',
    help: 'proxies whose X-Forwarded-For is trusted',
    example: '10.0.0.0/24,10.1.0.7',
    parser: addressBlocks,
    default: '',
  },
  {
    name: 'CORS_ORIGINS',
    help: 'other origins whose pages may call the API',
    example: 'https://m.your-domain.cn',
    parser: origins,
    default: '',
  },
  { name: 'STATIC_ROOT', help: 'folder of the h5 build', example: 'dist/h5', parser: oneLine },
  {
    name: 'ORDER_PATH',
    help: 'order page as set in WeChat’s console (订单中心)',
    example: 'packages/shop/order/index?outTradeNo=${商品订单号}',
    parser: oneLine,
  },
  {
    name: 'ORDER_LIFE_MINUTES',
    help: 'how long an order can be paid (default 15)',
    example: '15',
    parser: wholeNumber(1, 1440),
    default: '15',
  },
  {
    name: 'OWNER_HOOK_URL',
    help: 'your own server (https), which receives each payment and refund',
    example: 'https://erp.your-domain.cn/paid',
    parser: hookUrl,
    neededBy: { name: 'OWNER_HOOK_SECRET', expected: 'whom to tell' },
  },
  {
    name: 'OWNER_HOOK_SECRET',
    help: 'signs what your server receives: whsec_ and 24 to 64 bytes in base64',
    example: 'whsec_$(openssl rand -base64 32)',
    isSecret: true,
    parser: matching(webhookSecretPattern, 'whsec_ and 24 to 64 bytes in base64'),
    neededBy: { name: 'OWNER_HOOK_URL', expected: 'whsec_ and 24 to 64 bytes in base64' },
  },
  {
    name: 'WELCOME',
    help: 'who gets coupons and 300 points at the first visit: members (default: signed in by WeChat or QQ) or nobody; everyone includes each new browser, and the start refuses it',
    example: 'members',
    parser: oneOf('members', 'everyone', 'nobody'),
    default: 'members',
  },
  {
    name: 'AUTOMATIC_REFUND_MAX_FEN',
    help: 'refunds up to this amount need no approval before the goods are sent (default 0: each needs one)',
    example: '2000',
    parser: wholeNumber(0, 999_999),
    default: '0',
  },
  {
    name: 'LOG_LEVEL',
    help: 'silent, warn, info (default); the start refuses debug',
    example: 'info',
    parser: oneOf('silent', 'warn', 'info', 'debug'),
    default: 'info',
  },
] as const satisfies readonly Variable[]

type Row = (typeof variables)[number]
export type VariableName = Row['name']

/** The parsed value of each variable: null where it is not set and has no default, or belongs to the other API. */
export type Values = {
  readonly [R in Row as R['name']]: R['parser'] extends Parser<infer T>
    ? R extends { readonly api: string }
      ? T | null
      : R extends { readonly default: string } | { readonly needed: 'always' }
        ? T
        : T | null
    : never
}

/** Variables of `sdk.env`. Where one is set, the simulators' settings were loaded into the shell. */
export const simulatorVariables = ['WXPAY_BASE', 'QQ_BASE', 'CONTROL', 'QQ_CONTROL'] as const

export function describeVariables(): string {
  const rows: readonly Variable[] = variables
  return rows
    .map(({ name, help, isSecret }) => `  ${(isSecret ? `${name}[_FILE]` : name).padEnd(24)}${help}`)
    .join('\n')
}

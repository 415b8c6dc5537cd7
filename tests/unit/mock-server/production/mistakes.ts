import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createMerchantIdentity, type MerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { hookSecret, type ShopFiles } from './shop-files'

/** The mistakes that the doctor knows, as a shop owner makes them: changes of settings with which nothing is wrong. */

export type Change = Readonly<Record<string, string | undefined>>
export type Making = Change | ((shop: ShopFiles) => Change | Promise<Change>)
export type Case = readonly [what: string, change: Making, message: string]
type Group = readonly [about: string, level: 'grave' | 'warning', cases: readonly Case[]]

const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()
const privatePem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const elliptic = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
const same = randomBytes(16).toString('hex')

const base = (origin: string): Change => ({ PUBLIC_BASE: origin })
const proxies = (blocks: string): Change => ({ TRUSTED_PROXIES: blocks })
const token = (text: string): Change => ({ OPERATOR_TOKEN: text })
export const apiV3Key = (key: string): Change => ({ APIV3_KEY_FILE: undefined, APIV3_KEY: key })
const v2 = (key: string): Change => ({ WECHATPAY_API: 'v2', API_KEY: key })
export const database = (url: string): Change => ({ DATA_FILE: undefined, DATABASE_URL: `postgres://${url}` })
const far = (query: string): Change => database(`u:p@db.camellia.cn/shop${query}`)
export const hook = (url: string, secret = hookSecret()): Change => ({ OWNER_HOOK_URL: url, OWNER_HOOK_SECRET: secret })
const erp = 'https://erp.camellia.cn/paid'

const platformKey =
  (text: string) =>
  (shop: ShopFiles): Change => ({ PLATFORM_PUBKEY_FILE: shop.file('other_pub_key.pem', text) })

/** A folder to be served, with these files. */
export const served =
  (...files: readonly string[]) =>
  (shop: ShopFiles): Change & { readonly STATIC_ROOT: string } => {
    const folder = `www-${randomBytes(4).toString('hex')}`
    for (const name of files) shop.file(path.join(folder, name), 'hello')
    return { STATIC_ROOT: path.join(shop.folder, folder) }
  }

/** A page that browsers get, and something else in its folder. */
const servedWith =
  (add: (root: string, file: (name: string, text: string) => string) => Change) => (shop: ShopFiles) => {
    const { STATIC_ROOT: root } = served('index.html')(shop)
    return { STATIC_ROOT: root, ...add(root, (name, text) => shop.file(path.join(path.basename(root), name), text)) }
  }

const certificate =
  (fromDays: number, toDays: number) =>
  async (shop: ShopFiles): Promise<Change> => {
    const { pem, serial } = await shop.certify(fromDays, toDays)
    return { SERIAL: serial, MERCHANT_CERT_FILE: shop.file(`${serial}.pem`, pem) }
  }

const theirs = {
  app: { appid: 'wx00112233445566ff', secret: 'aabbccddeeff00112233445566778899' },
  operatorToken: 'Aq3ZkP7xLm9RtY2bWc5VnJ8hDf4GsE6u',
}

/** Settings that name a file beside the data of a simulator, which tells where that is. */
const simulated =
  (take: (merchant: MerchantIdentity, shop: ShopFiles) => Change) =>
  async (shop: ShopFiles): Promise<Change> => {
    const merchant = await createMerchantIdentity({ appids: [theirs.app.appid], mchid: '1900000109' })
    shop.file('mock/installation.json', JSON.stringify({ ...theirs, merchant }))
    const secret = shop.file('mock/qq.secret', 'secret-of-qq')
    return { QQ_SECRET_FILE: secret, QQ_APPID: '1108000000', ...take(merchant, shop) }
  }

const ofMachine: readonly Group[] = [
  ['WXPAY_BASE', 'grave', [['sdk.env in the shell', { WXPAY_BASE: 'http://127.0.0.1:4001' }, 'of a simulator']]],
  [
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'grave',
    [['certificates that nobody verifies', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'no certificate is verified']],
  ],
  [
    'NODE_OPTIONS',
    'grave',
    [
      ['a debugger', { NODE_OPTIONS: '--max-old-space-size=512 --inspect=0.0.0.0:9229' }, '--inspect'],
      ['a debugger that waits', { NODE_OPTIONS: '--inspect-brk' }, '--inspect'],
      ['the keys of TLS in a file', { NODE_OPTIONS: '--tls-keylog=/tmp/k' }, '--tls-keylog'],
      ['a lenient parser', { NODE_OPTIONS: '--insecure-http-parser' }, '--insecure-http-parser'],
    ],
  ],
  ['NODE_DEBUG', 'grave', [['requests in the log', { NODE_DEBUG: 'net,http' }, 'with their keys']]],
  ['NODE_EXTRA_CA_CERTS', 'warning', [['one more authority', { NODE_EXTRA_CA_CERTS: '/ca.pem' }, 'authority']]],
  ['LOG_LEVEL', 'grave', [['debug', { LOG_LEVEL: 'debug' }, 'debug is on']]],
]

const ofAddresses: readonly Group[] = [
  [
    'PUBLIC_BASE',
    'grave',
    [
      ['http', base('http://shop.camellia.cn'), 'would be http'],
      ['a name that nobody owns', base('https://shop.example'), 'cannot reach'],
      ['a bare address', base('https://203.0.113.7'), 'is an address'],
      ['a bare address of IPv6', base('https://[2001:db8::1]'), 'is an address'],
      ['an address in digits', base('https://3405803783'), '203.0.113.7 is an address'],
      ['a path or a query', base('https://shop.camellia.cn/pay?x=1'), 'without user, password and path'],
      ['half an address', base('https://['), 'found https://['],
      ['a port beyond the last', base('https://shop.camellia.cn:99999'), 'found https://shop.camellia.cn:99999'],
      ['a password in the origin', base('https://me:hush@shop.camellia.cn'), 'found 32 characters'],
      ['a user in the origin', base('https://me@shop.camellia.cn'), 'without user'],
      ['a backslash in the origin', base('https://shop.camellia.cn\\pay'), 'found'],
    ],
  ],
  [
    'TRUSTED_PROXIES',
    'grave',
    [
      ['everybody as a proxy', proxies('0.0.0.0/0'), 'wider than a /8'],
      ['half of all addresses, twice', proxies('0.0.0.0/1,128.0.0.0/1'), 'wider than a /8'],
      ['two blocks that are too wide together', proxies('10.0.0.0/8,11.0.0.0/16'), 'wider than a /8'],
      ['IPv4, written as IPv6', proxies('::ffff:0:0/96'), 'wider than a /8'],
      ['IPv4, written as IPv6 in another way', proxies('0:0:0:0:0:ffff:0.0.0.0/97'), 'wider than a /8'],
      ['IPv4 within IPv6', proxies('::/80'), 'wider than a /8'],
      ['the IPv6 of a continent', proxies('2400::/12'), 'wider than a /8'],
      ['a prefix out of range', proxies('10.0.0.0/33'), 'found 10.0.0.0/33'],
      ['an IPv6 prefix out of range', proxies('fd00::/129'), 'found fd00::/129'],
    ],
  ],
  [
    'CORS_ORIGINS',
    'grave',
    [
      ['http among other origins', { CORS_ORIGINS: 'https://a.cn,http://b.cn' }, 'http://b.cn: anybody'],
      ['an origin that no page has', { CORS_ORIGINS: 'ftp://a.cn' }, 'found ftp://a.cn'],
    ],
  ],
  [
    'OWNER_HOOK_URL',
    'grave',
    [
      ['an owner’s server over http', hook('http://127.0.0.1:9000/'), 'over http'],
      ['an owner’s server with a password in its address', hook('https://me:word@erp.cn/'), 'without user'],
      ['a hook’s secret for nobody', { OWNER_HOOK_SECRET: hookSecret() }, 'found nothing'],
      ['a hook to where a cloud keeps secrets', hook('https://169.254.169.254/latest'), 'link-local'],
      ['the same, as a number', hook('https://2852039166/latest'), 'link-local'],
      ['the same, within IPv6', hook('https://[::ffff:169.254.169.254]/'), 'link-local'],
      ['a hook to a neighbour on the cable', hook('https://[fe80::1]/'), 'link-local'],
      ['a hook to the shop', hook('https://SHOP.camellia.cn:443/notify/wechat'), 'the shop itself'],
      ['a hook to a port of the shop', { ...hook('https://localhost:4010/'), OPERATOR_PORT: '4010' }, 'itself'],
    ],
  ],
]

const ofSecrets: readonly Group[] = [
  [
    'OPERATOR_TOKEN',
    'grave',
    [
      ['a token of one character', token('x'.repeat(40)), 'guessed'],
      ['a token of one word', token('change-me-'.repeat(4)), 'guessed'],
      ['a token of words and counting', token('operator-token-0123456789-secret'), 'guessed'],
      ['the simulators’ token', simulated(() => token(theirs.operatorToken)), 'simulators'],
      ['a token that is the APIv3 key', { ...apiV3Key(same), ...token(same) }, 'the same as APIV3_KEY'],
    ],
  ],
  [
    'APIV3_KEY',
    'grave',
    [
      ['a short APIv3 key', apiV3Key('short'), 'found 5 characters'],
      ['a key that counts', apiV3Key('0123456789abcdef0123456789ABCDEF'), 'guessed'],
      ['a key that counts in letters', apiV3Key('abcdefghijklmnopqrstuvwxyz012345'), 'guessed'],
      ['a key that counts down', apiV3Key('98765432109876543210987654321098'), 'guessed'],
      ['a key that repeats itself', apiV3Key('kX9mQ2pL'.repeat(4)), 'guessed'],
      ['a key that is the app’s secret', { ...apiV3Key(same), APP_SECRET: same }, 'the same as APP_SECRET'],
    ],
  ],
  [
    'API_KEY',
    'grave',
    [
      ['a V2 key that is the APIv3 key', { ...apiV3Key(same), API_KEY: same }, 'the same as APIV3_KEY'],
      ['a V2 key that counts', v2('12345678901234567890123456789012'), 'guessed'],
      ['a V2 key of the simulators', v2(`SIMULATED${same.slice(9)}`), 'simulators'],
    ],
  ],
  [
    'OWNER_HOOK_SECRET',
    'grave',
    [
      ['a hook and no secret', { OWNER_HOOK_URL: erp }, 'found nothing'],
      ['a hook’s secret that is too short', hook(erp, 'whsec_c2hvcnQ='), 'found 14 characters'],
      ['a hook’s secret of zeros', hook(erp, hookSecret(Buffer.alloc(32))), 'guessed'],
      ['a hook’s secret that counts', hook(erp, hookSecret(Buffer.from([...Array(32).keys()]))), 'guessed'],
      ['one made of another', { ...apiV3Key(same), ...hook(erp, hookSecret(Buffer.from(same))) }, 'same as APIV3_KEY'],
    ],
  ],
  ['APP_SECRET', 'grave', [['theirs', simulated(() => ({ APP_SECRET: theirs.app.secret })), 'simulators']]],
]

const ofMerchant: readonly Group[] = [
  ['APPID', 'grave', [['the simulators’ appid', simulated(() => ({ APPID: theirs.app.appid })), 'simulators']]],
  ['SERIAL', 'grave', [['the serial of another certificate', { SERIAL: 'A'.repeat(40) }, 'the certificate’s serial']]],
  ['MCHID', 'grave', [['another merchant', { MCHID: '1900000110' }, 'for another merchant']]],
  [
    'MERCHANT_KEY',
    'grave',
    [
      [
        'the simulators’ key, copied to another place',
        simulated(({ privateKey }, shop) => {
          const file = shop.file('copy.pem', privateKey)
          return { MERCHANT_KEY_FILE: file, MERCHANT_CERT_FILE: undefined }
        }),
        'belongs to the simulators',
      ],
      [
        'a V2 key of another kind',
        (shop) => ({ ...v2(same), MERCHANT_KEY_FILE: shop.file('ec.pem', privatePem(elliptic.privateKey)) }),
        'kind ec',
      ],
    ],
  ],
  [
    'MERCHANT_CERT_FILE',
    'grave',
    [
      ['a certificate that has ended', certificate(-30, -1), 'it ended on'],
      ['a certificate that has not begun', certificate(2, 300), 'it begins on'],
    ],
  ],
  ['MERCHANT_CERT_FILE', 'warning', [['a certificate that ends soon', certificate(-30, 12), 'it ends in 11 days']]],
  [
    'PLATFORM_PUBKEY_FILE',
    'grave',
    [
      ['half a public key', { PLATFORM_PUBKEY_FILE: undefined }, 'found nothing'],
      ['a platform key that is no RSA key', platformKey(publicPem(elliptic.publicKey)), 'kind ec'],
      ['a platform key of 1024 bits', platformKey(publicPem(short.publicKey)), '1024 bits'],
      ['a platform key that is private', platformKey(privatePem(short.privateKey)), 'found a private key'],
      [
        'the merchant’s own key',
        (shop) => platformKey(publicPem(shop.merchant.publicKey))(shop),
        'the merchant’s own key',
      ],
      [
        'a platform certificate for a key',
        async (shop) => platformKey((await shop.certify(-1, 9)).pem)(shop),
        'found a certificate',
      ],
      ['the simulators’ platform key', simulated(({ publicKey }, shop) => platformKey(publicKey)(shop)), 'simulators'],
    ],
  ],
  [
    'PLATFORM_PUBKEY_ID',
    'warning',
    [
      [
        'the platform key of another merchant',
        { PLATFORM_PUBKEY_ID: 'PUB_KEY_ID_0114232134912410000000000000' },
        'merchant 1423213491',
      ],
    ],
  ],
]

const ofStore: readonly Group[] = [
  [
    'DATABASE_URL',
    'grave',
    [
      ['two stores', { DATABASE_URL: 'postgres://127.0.0.1/shop' }, 'found both'],
      ['a database that takes any certificate', far('?sslmode=no-verify'), 'nobody verifies'],
      ['sslmode as libpq has it', far('?uselibpqcompat=true&sslmode=require'), 'nobody verifies'],
      ['sslmode twice', far('?sslmode=verify-full&sslmode=disable'), 'unencrypted'],
      ['no sslmode over the internet', far(''), 'unencrypted'],
      ['a host in the parameters', database('u:p@localhost/shop?host=db.camellia.cn'), 'db.camellia.cn'],
      ['a host that begins like loopback', database('u:p@127.0.0.1.camellia.cn/shop'), 'unencrypted'],
      ['loopback, as a number that only some systems read', database('u:p@2130706433/shop'), 'unencrypted'],
      ['loopback with a part left out', database('u:p@127.1/shop'), 'unencrypted'],
      ['an authority file that is not there', far('?sslmode=verify-ca&sslrootcert=/no/ca'), 'ENOENT'],
      ['verify-ca without an authority', far('?uselibpqcompat=true&sslmode=verify-ca'), 'driver cannot use'],
      ['# in a password', database('shop:pass#word@db/shop'), 'write # as %23'],
      ['/ in a password', database('shop:pass/word@db/shop'), '/ as %2F'],
      ['/ after digits in a password', database('shop:12/34@db/shop'), '/ as %2F'],
      ['# in a password, as a file of settings reads it', database('shop:12'), 'write it as %23'],
      ['? in a password', database('shop:12?34@db/shop'), '? as %3F'],
      ['@ and / in a password', database('shop:a@b/c@db/shop'), '/ as %2F'],
      ['a password that is no UTF-8', database('shop:%ff@db/shop'), 'driver cannot use'],
      ['a port that is none', database('shop:word@db:99999/shop'), 'driver cannot use'],
      ['its password for a key', { ...apiV3Key(same), ...database(`u:${same}@127.0.0.1/shop`) }, 'same as APIV3_KEY'],
    ],
  ],
  [
    'DATABASE_URL',
    'warning',
    [
      ['sslmode that will mean less', far('?sslmode=require'), 'next version'],
      ['no sslmode in a network of one’s own', database('u:p@10.0.0.7/shop'), 'unencrypted'],
    ],
  ],
  [
    'DATA_FILE',
    'grave',
    [
      ['a database in a temporary folder', { DATA_FILE: path.join(tmpdir(), 'shop.db') }, 'lost with the next restart'],
      ['a database in memory', { DATA_FILE: ':memory:' }, 'a file that keeps the orders'],
      ['a database in memory, as an address', { DATA_FILE: 'file::memory:?cache=shared' }, 'a file that keeps'],
      ['a database that is a folder', (shop) => ({ DATA_FILE: shop.folder }), 'is a folder'],
      [
        'a database that browsers can load',
        servedWith((root) => ({ DATA_FILE: path.join(root, 'orders') })),
        'lies in STATIC_ROOT',
      ],
    ],
  ],
]

const ofPages: readonly Group[] = [
  [
    'STATIC_ROOT',
    'grave',
    [
      ['pages that are not there', { STATIC_ROOT: '/no/such/folder' }, 'has no index.html'],
      ['a mini program for pages', served('app.json', 'app.js'), 'is a mini program'],
      ['a build with source maps', served('index.html', 'js/app.js', 'js/app.js.map'), 'a build for development'],
      [
        'a build that calls this machine',
        servedWith((_root, file) => ({ BUILT: file('app.js', 'fetch("http://127.0.0.1:4003/")') })),
        'calls this machine',
      ],
      ['pages beside keys', served('index.html', 'cert/apiclient_key.pem'), 'cert/apiclient_key.pem'],
      ['pages beside settings', served('index.html', '.env'), 'ask for .env'],
      [
        'pages where a secret of any name lies',
        servedWith((_root, file) => ({ QQ_APPID: '1108000000', QQ_SECRET_FILE: file('qq', 'secret-of-qq') })),
        'ask for qq',
      ],
      [
        'pages with a link that leads out',
        servedWith((root) => {
          symlinkSync(path.dirname(root), path.join(root, 'all'))
          return {}
        }),
        'ask for all',
      ],
    ],
  ],
]

const ofShop: readonly Group[] = [
  ['ORDER_PATH', 'grave', [['an order page that does not say which', { ORDER_PATH: 'order/index' }, 'which order']]],
  ['QQ_APPID', 'grave', [['QQ with the WeChat appid', { QQ_APPID: 'wx0123456789abcdef', QQ_SECRET: 's' }, 'WeChat']]],
  [
    'WELCOME',
    'grave',
    [
      ['gifts for every browser', { WELCOME: 'everyone' }, 'finds coupons'],
      ['gifts for nobody knows whom', { WELCOME: 'friends' }, 'found friends'],
    ],
  ],
  [
    'AUTOMATIC_REFUND_MAX_FEN',
    'grave',
    [['refunds of a yuan and a half fen', { AUTOMATIC_REFUND_MAX_FEN: '150.5' }, 'found 150.5']],
  ],
  [
    'AUTOMATIC_REFUND_MAX_FEN',
    'warning',
    [['large refunds', { AUTOMATIC_REFUND_MAX_FEN: '20001' }, 'without a person']],
  ],
  [
    'SELLERS',
    'grave',
    [
      ['goods that nobody sells', { SELLERS: 'garden=1900000110' }, 'kiln'],
      ['a seller without a number', { SELLERS: 'garden,kiln=1900000111' }, 'found garden'],
      [
        'sellers beside one sub merchant',
        { SELLERS: 'garden=1900000110,kiln=1900000111', SUB_MCHID: '1900000112' },
        'sells for one sub merchant',
      ],
    ],
  ],
]

export const mistakes = [
  ...ofMachine,
  ...ofAddresses,
  ...ofSecrets,
  ...ofMerchant,
  ...ofStore,
  ...ofPages,
  ...ofShop,
].flatMap(([about, level, cases]) => cases.map(([what, change, message]) => ({ what, change, about, level, message })))

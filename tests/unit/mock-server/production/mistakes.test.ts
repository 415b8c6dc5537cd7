import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { projectFile } from '../../../../mock-server/kit/files'
import { inspect } from '../../../../mock-server/production/program'
import { createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { createShopFiles, hookSecret, type ShopFiles } from './shop-files'

/** What the doctor knows: one row for each mistake, in a set-up with which nothing else is wrong. */

let shop: ShopFiles
beforeAll(async () => {
  // The driver warns once of modes that will change; the doctor says so itself.
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  shop = await createShopFiles()
})
afterAll(() => {
  jest.restoreAllMocks()
  shop.remove()
})

type Change = Readonly<Record<string, string | undefined>>
type Level = 'grave' | 'warning'
type Row = readonly [
  what: string,
  change: Change | (() => Change | Promise<Change>),
  about: string,
  level: Level,
  message: string | RegExp,
]

/** Everything about a change that is not fine. */
async function findingsOf(change: Row[1]): Promise<readonly string[]> {
  const changed = typeof change === 'function' ? await change() : change
  const { findings } = inspect({ ...shop.good, ...changed }, [])
  const bad = findings.filter(({ level }) => level !== 'fine')
  for (const { mend } of bad) expect(mend).toBeTruthy()
  return bad.map(({ level, about, message }) => `${level} ${about}: ${message}`)
}

const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()
const privatePem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const ellipticKeys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const shortKeys = generateKeyPairSync('rsa', { modulusLength: 1024 })
const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 })

const database = (url: string): Change => ({ DATA_FILE: undefined, DATABASE_URL: url })
const apiV3Key = (key: string): Change => ({ APIV3_KEY_FILE: undefined, APIV3_KEY: key })
const hook = (url: string, secret = hookSecret()): Change => ({ OWNER_HOOK_URL: url, OWNER_HOOK_SECRET: secret })
const platformKey = (text: string) => (): Change => ({ PLATFORM_PUBKEY_FILE: shop.file('other_pub_key.pem', text) })
const same = randomBytes(16).toString('hex')

/** A folder to be served, with these files. */
const served =
  (...files: readonly string[]) =>
  (): Change => {
    const folder = `www-${randomBytes(4).toString('hex')}`
    for (const name of files) shop.file(path.join(folder, name), 'hello')
    return { STATIC_ROOT: path.join(shop.folder, folder) }
  }

const certificateOf = (fromDays: number, toDays: number) => async (): Promise<Change> => {
  const { pem, serial } = await shop.certify(fromDays, toDays)
  return { SERIAL: serial, MERCHANT_CERT_FILE: shop.file(`${serial}.pem`, pem) }
}

/** Settings that name a file beside the data of a simulator. */
async function simulated(take: (identity: Awaited<ReturnType<typeof createMerchantIdentity>>) => Change) {
  const app = { appid: 'wx00112233445566ff', secret: 'aabbccddeeff00112233445566778899' }
  const merchant = await createMerchantIdentity({ appids: [app.appid], mchid: '1900000109' })
  const operatorToken = 'Aq3ZkP7xLm9RtY2bWc5VnJ8hDf4GsE6u'
  shop.file('mock/installation.json', JSON.stringify({ app, merchant, operatorToken }))
  // Any file beside it tells where the data is.
  return { QQ_SECRET_FILE: shop.file('mock/qq.secret', 'secret-of-qq'), QQ_APPID: '1108000000', ...take(merchant) }
}

const rows: readonly Row[] = [
  [
    'certificates that nobody verifies',
    { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'grave',
    'no certificate is verified',
  ],
  [
    'a debugger',
    { NODE_OPTIONS: '--max-old-space-size=512 --inspect=0.0.0.0:9229' },
    'NODE_OPTIONS',
    'grave',
    '--inspect',
  ],
  ['a debugger that waits', { NODE_OPTIONS: '--inspect-brk' }, 'NODE_OPTIONS', 'grave', '--inspect'],
  ['the keys of TLS in a file', { NODE_OPTIONS: '--tls-keylog=/tmp/k' }, 'NODE_OPTIONS', 'grave', '--tls-keylog'],
  ['a lenient parser', { NODE_OPTIONS: '--insecure-http-parser' }, 'NODE_OPTIONS', 'grave', '--insecure-http-parser'],
  ['requests in the log', { NODE_DEBUG: 'net,http' }, 'NODE_DEBUG', 'grave', 'with their keys'],
  ['one more authority', { NODE_EXTRA_CA_CERTS: '/ca.pem' }, 'NODE_EXTRA_CA_CERTS', 'warning', 'authority'],

  [
    'half of all addresses, twice',
    { TRUSTED_PROXIES: '0.0.0.0/1,128.0.0.0/1' },
    'TRUSTED_PROXIES',
    'grave',
    'wider than a /8',
  ],
  [
    'two blocks that are too wide together',
    { TRUSTED_PROXIES: '10.0.0.0/8,11.0.0.0/16' },
    'TRUSTED_PROXIES',
    'grave',
    'wider than a /8',
  ],
  ['IPv4, written as IPv6', { TRUSTED_PROXIES: '::ffff:0:0/96' }, 'TRUSTED_PROXIES', 'grave', 'wider than a /8'],
  [
    'IPv4, written as IPv6 in another way',
    { TRUSTED_PROXIES: '0:0:0:0:0:ffff:0.0.0.0/97' },
    'TRUSTED_PROXIES',
    'grave',
    'wider than a /8',
  ],
  ['IPv4 within IPv6', { TRUSTED_PROXIES: '::/80' }, 'TRUSTED_PROXIES', 'grave', 'wider than a /8'],
  ['the IPv6 of a continent', { TRUSTED_PROXIES: '2400::/12' }, 'TRUSTED_PROXIES', 'grave', 'wider than a /8'],
  [
    'a prefix out of range',
    { TRUSTED_PROXIES: '10.0.0.0/33' },
    'TRUSTED_PROXIES',
    'grave',
    /prefix.*found 10\.0\.0\.0\/33/,
  ],
  ['an IPv6 prefix out of range', { TRUSTED_PROXIES: 'fd00::/129' }, 'TRUSTED_PROXIES', 'grave', 'found fd00::/129'],

  ['a token of one character', { OPERATOR_TOKEN: 'x'.repeat(40) }, 'OPERATOR_TOKEN', 'grave', 'guessed'],
  ['a token of one word', { OPERATOR_TOKEN: 'change-me-'.repeat(4) }, 'OPERATOR_TOKEN', 'grave', 'guessed'],
  [
    'a token of words and counting',
    { OPERATOR_TOKEN: 'operator-token-0123456789-secret' },
    'OPERATOR_TOKEN',
    'grave',
    'guessed',
  ],
  [
    'the simulators’ token',
    () => simulated(() => ({ OPERATOR_TOKEN: 'Aq3ZkP7xLm9RtY2bWc5VnJ8hDf4GsE6u' })),
    'OPERATOR_TOKEN',
    'grave',
    'simulators',
  ],
  [
    'a token that is the APIv3 key',
    { ...apiV3Key(same), OPERATOR_TOKEN: same },
    'OPERATOR_TOKEN',
    'grave',
    'the same as APIV3_KEY',
  ],
  ['a key that counts', apiV3Key('0123456789abcdef0123456789ABCDEF'), 'APIV3_KEY', 'grave', 'guessed'],
  ['a key that counts in letters', apiV3Key('abcdefghijklmnopqrstuvwxyz012345'), 'APIV3_KEY', 'grave', 'guessed'],
  ['a key that counts down', apiV3Key('98765432109876543210987654321098'), 'APIV3_KEY', 'grave', 'guessed'],
  ['a key that repeats itself', apiV3Key('kX9mQ2pL'.repeat(4)), 'APIV3_KEY', 'grave', 'guessed'],
  [
    'an APIv3 key that is the V2 key',
    { ...apiV3Key(same), API_KEY: same },
    'API_KEY',
    'grave',
    'the same as APIV3_KEY',
  ],
  [
    'an APIv3 key that is the app’s secret',
    { ...apiV3Key(same), APP_SECRET: same },
    'APIV3_KEY',
    'grave',
    'the same as APP_SECRET',
  ],
  [
    'a V2 key that counts',
    { WECHATPAY_API: 'v2', API_KEY: '12345678901234567890123456789012' },
    'API_KEY',
    'grave',
    'guessed',
  ],
  [
    'a V2 key of the simulators',
    { WECHATPAY_API: 'v2', API_KEY: `SIMULATED${same.slice(9)}` },
    'API_KEY',
    'grave',
    'simulators',
  ],

  [
    'a platform key that is no RSA key',
    platformKey(publicPem(ellipticKeys.publicKey)),
    'PLATFORM_PUBKEY_FILE',
    'grave',
    'kind ec',
  ],
  [
    'a platform key of 1024 bits',
    platformKey(publicPem(shortKeys.publicKey)),
    'PLATFORM_PUBKEY_FILE',
    'grave',
    '1024 bits',
  ],
  [
    'a platform key that is private',
    platformKey(privatePem(otherKeys.privateKey)),
    'PLATFORM_PUBKEY_FILE',
    'grave',
    'found a private key',
  ],
  [
    'a platform certificate for a key',
    async () => platformKey((await shop.certify(-1, 9)).pem)(),
    'PLATFORM_PUBKEY_FILE',
    'grave',
    'found a certificate',
  ],
  [
    'the simulators’ platform key',
    () => simulated(({ publicKey }) => platformKey(publicKey)()),
    'PLATFORM_PUBKEY_FILE',
    'grave',
    'simulators',
  ],
  [
    'the platform key of another merchant',
    { PLATFORM_PUBKEY_ID: 'PUB_KEY_ID_0114232134912410000000000000' },
    'PLATFORM_PUBKEY_ID',
    'warning',
    'merchant 1423213491',
  ],
  ['the simulators’ appid', () => simulated(() => ({ APPID: 'wx00112233445566ff' })), 'APPID', 'grave', 'simulators'],
  [
    'the simulators’ app secret',
    () => simulated(() => ({ APP_SECRET: 'aabbccddeeff00112233445566778899' })),
    'APP_SECRET',
    'grave',
    'simulators',
  ],

  [
    'a database that takes any certificate',
    database('postgres://u:p@db.camellia.cn/shop?sslmode=no-verify'),
    'DATABASE_URL',
    'grave',
    'nobody verifies',
  ],
  [
    'sslmode as libpq has it',
    database('postgres://u:p@db.camellia.cn/shop?uselibpqcompat=true&sslmode=require'),
    'DATABASE_URL',
    'grave',
    'nobody verifies',
  ],
  [
    'sslmode twice',
    database('postgres://u:p@db.camellia.cn/shop?sslmode=verify-full&sslmode=disable'),
    'DATABASE_URL',
    'grave',
    'unencrypted',
  ],
  [
    'no sslmode over the internet',
    database('postgres://u:p@db.camellia.cn/shop'),
    'DATABASE_URL',
    'grave',
    'unencrypted',
  ],
  [
    'a host in the parameters',
    database('postgres://u:p@localhost/shop?host=db.camellia.cn'),
    'DATABASE_URL',
    'grave',
    'db.camellia.cn',
  ],
  [
    'a host that begins like loopback',
    database('postgres://u:p@127.0.0.1.camellia.cn/shop'),
    'DATABASE_URL',
    'grave',
    'unencrypted',
  ],
  [
    'sslmode that will mean less',
    database('postgres://u:p@db.camellia.cn/shop?sslmode=require'),
    'DATABASE_URL',
    'warning',
    'next version',
  ],
  [
    'an authority file that is not there',
    database('postgres://u:p@db.cn/shop?sslmode=verify-ca&sslrootcert=/no/ca'),
    'DATABASE_URL',
    'grave',
    'ENOENT',
  ],
  [
    'verify-ca without an authority',
    database('postgres://u:p@db.cn/shop?uselibpqcompat=true&sslmode=verify-ca'),
    'DATABASE_URL',
    'grave',
    'driver cannot use',
  ],
  ['# in a password', database('postgres://shop:pass#word@db/shop'), 'DATABASE_URL', 'grave', 'write # as %23'],
  ['/ in a password', database('postgres://shop:pass/word@db/shop'), 'DATABASE_URL', 'grave', '/ as %2F'],
  ['/ after digits in a password', database('postgres://shop:12/34@db/shop'), 'DATABASE_URL', 'grave', '/ as %2F'],
  ['? in a password', database('postgres://shop:12?34@db/shop'), 'DATABASE_URL', 'grave', '? as %3F'],
  ['@ and / in a password', database('postgres://shop:a@b/c@db/shop'), 'DATABASE_URL', 'grave', '/ as %2F'],
  [
    'a password that is no UTF-8',
    database('postgres://shop:%ff@db/shop'),
    'DATABASE_URL',
    'grave',
    'driver cannot use',
  ],
  ['a port that is none', database('postgres://shop:word@db:99999/shop'), 'DATABASE_URL', 'grave', 'driver cannot use'],
  [
    'a database password that is another secret',
    { ...apiV3Key(same), ...database(`postgres://u:${same}@127.0.0.1/shop`) },
    'DATABASE_URL',
    'grave',
    'the same as APIV3_KEY',
  ],

  ['half an address', { PUBLIC_BASE: 'https://[' }, 'PUBLIC_BASE', 'grave', 'found https://['],
  [
    'a port beyond the last',
    { PUBLIC_BASE: 'https://shop.camellia.cn:99999' },
    'PUBLIC_BASE',
    'grave',
    'found https://shop.camellia.cn:99999',
  ],
  [
    'a password in the origin',
    { PUBLIC_BASE: 'https://me:hush@shop.camellia.cn' },
    'PUBLIC_BASE',
    'grave',
    /found \d+ characters$/,
  ],
  ['a user in the origin', { PUBLIC_BASE: 'https://me@shop.camellia.cn' }, 'PUBLIC_BASE', 'grave', 'without user'],
  ['a backslash in the origin', { PUBLIC_BASE: 'https://shop.camellia.cn\\pay' }, 'PUBLIC_BASE', 'grave', 'found'],
  ['an address in digits', { PUBLIC_BASE: 'https://3405803783' }, 'PUBLIC_BASE', 'grave', '203.0.113.7 is an address'],
  [
    'http among other origins',
    { CORS_ORIGINS: 'https://a.cn,http://b.cn' },
    'CORS_ORIGINS',
    'grave',
    'http://b.cn: anybody',
  ],
  ['an origin that no page has', { CORS_ORIGINS: 'ftp://a.cn' }, 'CORS_ORIGINS', 'grave', 'found ftp://a.cn'],

  [
    'a database in a temporary folder',
    { DATA_FILE: path.join(tmpdir(), 'shop.db') },
    'DATA_FILE',
    'grave',
    'lost with the next restart',
  ],
  ['a database in memory', { DATA_FILE: ':memory:' }, 'DATA_FILE', 'grave', 'a file that keeps the orders'],
  [
    'a database in memory, as an address',
    { DATA_FILE: 'file::memory:?cache=shared' },
    'DATA_FILE',
    'grave',
    'a file that keeps',
  ],
  ['a database that is a folder', () => ({ DATA_FILE: shop.folder }), 'DATA_FILE', 'grave', 'is a folder'],
  [
    'a database that browsers can load',
    () => {
      const { STATIC_ROOT = '' } = served('index.html')()
      return { STATIC_ROOT, DATA_FILE: path.join(STATIC_ROOT, 'orders') }
    },
    'DATA_FILE',
    'grave',
    'lies in STATIC_ROOT',
  ],
  ['pages that are not there', { STATIC_ROOT: '/no/such/folder' }, 'STATIC_ROOT', 'grave', 'has no index.html'],
  ['a mini program for pages', served('app.json', 'app.js'), 'STATIC_ROOT', 'grave', 'is a mini program'],
  [
    'a build with source maps',
    served('index.html', 'js/app.js', 'js/app.js.map'),
    'STATIC_ROOT',
    'grave',
    'a build for development',
  ],
  [
    'a build that calls this machine',
    () => {
      const change = served('index.html')()
      shop.file(
        path.relative(shop.folder, path.join(change['STATIC_ROOT'] ?? '', 'app.js')),
        'fetch("http://127.0.0.1:4003/")',
      )
      return change
    },
    'STATIC_ROOT',
    'grave',
    'calls this machine',
  ],
  [
    'pages beside keys',
    served('index.html', 'cert/apiclient_key.pem'),
    'STATIC_ROOT',
    'grave',
    'cert/apiclient_key.pem',
  ],
  ['pages beside settings', served('index.html', '.env'), 'STATIC_ROOT', 'grave', 'ask for .env'],
  [
    'pages where a secret of any name lies',
    () => {
      const change = served('index.html')()
      const name = path.relative(shop.folder, path.join(change['STATIC_ROOT'] ?? '', 'qq'))
      return { ...change, QQ_APPID: '1108000000', QQ_SECRET_FILE: shop.file(name, 'secret-of-qq') }
    },
    'STATIC_ROOT',
    'grave',
    'ask for qq',
  ],
  [
    'pages with a link that leads out',
    () => {
      const change = served('index.html')()
      symlinkSync(shop.folder, path.join(change['STATIC_ROOT'] ?? '', 'all'))
      return change
    },
    'STATIC_ROOT',
    'grave',
    'ask for all',
  ],

  [
    'a hook’s secret of zeros',
    hook('https://erp.camellia.cn/', hookSecret(Buffer.alloc(32))),
    'OWNER_HOOK_SECRET',
    'grave',
    'guessed',
  ],
  [
    'a hook’s secret that counts',
    hook('https://erp.camellia.cn/', hookSecret(Buffer.from([...Array(32).keys()]))),
    'OWNER_HOOK_SECRET',
    'grave',
    'guessed',
  ],
  [
    'a hook’s secret made of another',
    { ...apiV3Key(same), ...hook('https://erp.camellia.cn/', hookSecret(Buffer.from(same))) },
    'OWNER_HOOK_SECRET',
    'grave',
    'the same as APIV3_KEY',
  ],
  [
    'a hook to where a cloud keeps secrets',
    hook('https://169.254.169.254/latest'),
    'OWNER_HOOK_URL',
    'grave',
    'link-local',
  ],
  ['the same, as a number', hook('https://2852039166/latest'), 'OWNER_HOOK_URL', 'grave', 'link-local'],
  ['the same, within IPv6', hook('https://[::ffff:169.254.169.254]/'), 'OWNER_HOOK_URL', 'grave', 'link-local'],
  ['a hook to a neighbour on the cable', hook('https://[fe80::1]/'), 'OWNER_HOOK_URL', 'grave', 'link-local'],
  [
    'a hook to the shop',
    hook('https://SHOP.camellia.cn:443/notify/wechat'),
    'OWNER_HOOK_URL',
    'grave',
    'the shop itself',
  ],
  [
    'a hook to a port of the shop',
    { ...hook('https://localhost:4010/'), OPERATOR_PORT: '4010' },
    'OWNER_HOOK_URL',
    'grave',
    'the shop itself',
  ],

  ['a certificate that has ended', certificateOf(-30, -1), 'MERCHANT_CERT_FILE', 'grave', 'it ended on'],
  ['a certificate that ends soon', certificateOf(-30, 12), 'MERCHANT_CERT_FILE', 'warning', 'it ends in 11 days'],
  ['a certificate that has not begun', certificateOf(2, 300), 'MERCHANT_CERT_FILE', 'grave', 'it begins on'],
  [
    'a V2 key of another kind',
    () => ({
      WECHATPAY_API: 'v2',
      API_KEY: same,
      MERCHANT_KEY_FILE: shop.file('ec.pem', privatePem(ellipticKeys.privateKey)),
    }),
    'MERCHANT_KEY',
    'grave',
    'kind ec',
  ],
]

describe('the doctor', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await findingsOf({})).toEqual([])
  })

  it.each(rows)('finds %s', async (_what, change, about, level, message) => {
    const part = typeof message === 'string' ? message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : message.source
    const expected = expect.stringMatching(new RegExp(`^${level} ${about}: .*${part}`))
    expect(await findingsOf(change)).toEqual(expect.arrayContaining([expected]))
  })

  it.each<[what: string, change: Row[1]]>([
    ['an origin in capitals with its own port', { PUBLIC_BASE: 'HTTPS://Shop.Camellia.CN:443/' }],
    ['a whole private network', { TRUSTED_PROXIES: '10.0.0.0/8' }],
    ['private IPv6, and one provider', { TRUSTED_PROXIES: 'fd00:1::/32,2400:cb00::/32,::1,::ffff:10.0.0.1' }],
    ['a database on this machine', database('postgres://shop:word@127.0.0.1:5432/shop')],
    ['a database behind a socket', database('postgres://shop:word@%2Fvar%2Frun%2Fpostgresql/shop')],
    ['a database that is verified', database('postgres://shop:w%23%2Fd@db.camellia.cn/shop?sslmode=verify-full')],
    ['ssl=true, which verifies', database('postgres://shop:word@db.camellia.cn/shop?ssl=true')],
    [
      'the build for browsers',
      () => ({
        STATIC_ROOT: served('index.html', 'js/app.7e302c72.js', 'css/a.css', 'MP_verify_x.txt')()['STATIC_ROOT'],
      }),
    ],
    ['a debugger’s port without a debugger', { NODE_OPTIONS: '--inspect-port=9229 --enable-source-maps' }],
    ['a hook with a secret of its own', hook('https://erp.camellia.cn:8443/paid')],
    ['a hook on this machine', hook('https://127.0.0.1:9443/paid')],
    ['a key of decimal digits', apiV3Key('83920174627749184051607330958162')],
  ])('finds nothing in %s', async (_what, change) => {
    expect(await findingsOf(change)).toEqual([])
  })

  it('takes every random secret', () => {
    for (let time = 0; time < 200; time++) {
      const change = {
        ...apiV3Key(randomBytes(16).toString('hex')),
        OPERATOR_TOKEN: randomBytes(24).toString('base64url'),
      }
      const { findings } = inspect({ ...shop.good, ...change }, [])
      expect(findings.filter(({ level }) => level === 'grave')).toEqual([])
    }
  })

  it('writes the origin as browsers do', () => {
    const { settings } = inspect({ ...shop.good, PUBLIC_BASE: 'HTTPS://Shop.Camellia.CN:443/' }, [])
    expect(settings?.publicBase).toBe('https://shop.camellia.cn')
  })

  it('names Node’s own mistakes also where settings are missing', () => {
    const { findings } = inspect({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, [])
    expect(findings.map(({ about }) => about)).toContain('NODE_TLS_REJECT_UNAUTHORIZED')
  })

  it('knows the build of this clone, which any browser may load', async () => {
    expect(await findingsOf({ STATIC_ROOT: projectFile('dist/h5') })).toEqual([])
  })
})

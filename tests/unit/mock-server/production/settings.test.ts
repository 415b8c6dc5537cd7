import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseSettings, type Settings } from '../../../../mock-server/production/settings'
import { variables } from '../../../../mock-server/production/variables'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

let folder: string
let good: Record<string, string>

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'settings-'))
  good = {
    PUBLIC_BASE: 'https://shop.camellia.cn',
    APPID: 'wx0123456789abcdef',
    APP_SECRET: '0123456789abcdef',
    MCHID: '1900000109',
    SERIAL: 'A'.repeat(40),
    MERCHANT_KEY: privatePem,
    APIV3_KEY: 'a'.repeat(32),
    DATA_FILE: 'shop.db',
    OPERATOR_TOKEN: 'operator-token-with-32-characters',
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string, mode = 0o600): string {
  const at = path.join(folder, name)
  writeFileSync(at, text, { mode })
  return at
}

function settingsOf(change: Record<string, string>): Settings {
  const parsed = parseSettings({ ...good, ...change })
  if (parsed.kind === 'findings') throw new Error(parsed.findings.map(({ message }) => message).join('\n'))
  return parsed.settings
}

/** Name and message of each finding, without the ones that `good` has. */
function findingsOf(change: Record<string, string | undefined>): [about: string, message: string][] {
  const parsed = parseSettings({ ...good, ...change })
  return parsed.kind === 'settings' ? [] : parsed.findings.map(({ about, message }) => [about, message])
}

const v2 = { WECHATPAY_API: 'v2', API_KEY: 'b'.repeat(32) }

it('has a default for everything that need not be chosen', () => {
  expect(settingsOf({})).toMatchObject({
    api: 'v3',
    host: '127.0.0.1',
    port: 4000,
    operatorPort: 4010,
    trustedProxies: [],
    corsOrigins: [],
    orderLifeMs: 15 * 60_000,
    welcome: 'members',
    automaticRefundMaxFen: 0,
    logLevel: 'info',
    qq: null,
    ownerHook: null,
    staticRoot: null,
    store: { dataFile: path.resolve('shop.db') },
  })
  expect(settingsOf({}).wechat).toMatchObject({ partner: null, sellers: [], v2: null })
})

it('parses every default of the table', () => {
  for (const variable of variables) {
    if ('default' in variable) expect(variable.parser.parse(variable.default)).toHaveProperty('value')
  }
})

it('takes an empty text for nothing', () => {
  const empty = Object.fromEntries(variables.map(({ name }) => [name, '']))
  expect(parseSettings({ ...empty, ...good })).toEqual(parseSettings(good))
})

it('reads lists, pairs and keys', () => {
  const change = {
    TRUSTED_PROXIES: '10.0.0.0/24, 2001:db8::1,',
    SELLERS: 'garden=1900000110,kiln=1900000111',
    QQ_APPID: '1108000000',
    QQ_SECRET: 'secret-of-qq',
    PLATFORM_PUBKEY_ID: 'PUB_KEY_ID_0119000001',
    PLATFORM_PUBKEY_FILE: file('pub_key.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  }
  const settings = settingsOf(change)
  expect(settings.trustedProxies).toEqual(['10.0.0.0/24', '2001:db8::1'])
  expect(settings.wechat.sellers).toEqual([
    { sellerId: 'garden', subMchid: '1900000110' },
    { sellerId: 'kiln', subMchid: '1900000111' },
  ])
  expect(settings.qq).toEqual({ appid: '1108000000', secret: 'secret-of-qq' })
  expect(settings.wechat.v3?.platformPublicKey?.key.equals(publicKey)).toBe(true)
})

it('reads a key whose line ends are written out, for V2 as for V3', () => {
  const oneLine = { MERCHANT_KEY: privatePem.replaceAll('\n', '\\n') }
  expect(settingsOf(oneLine).wechat.v3?.merchantPrivateKey.equals(privateKey)).toBe(true)
  const certificate = settingsOf({ ...v2, ...oneLine, MERCHANT_CERT_FILE: file('cert.pem', 'PEM') }).wechat.v2
  expect(certificate?.certificate).toEqual({ cert: 'PEM', key: privatePem })
})

it('reads nothing of the other API', () => {
  expect(findingsOf({ API_KEY: 'short', V2_SIGN_TYPE: 'SHA1' })).toEqual([])
  const spoilt = { SERIAL: 'x', APIV3_KEY: 'short', PLATFORM_PUBKEY_ID: 'x', MERCHANT_KEY: '' }
  expect(findingsOf({ ...v2, ...spoilt })).toEqual([])
  expect(settingsOf({ ...v2, ...spoilt }).wechat).toMatchObject({ v3: null, v2: { signType: 'HMAC-SHA256' } })
})

it.each<[string, Record<string, string | undefined>, [string, string][]]>([
  ['a missing one', { MCHID: undefined }, [['MCHID', 'expected 8 to 12 digits, found nothing']]],
  ['a wrong one', { MCHID: 'me' }, [['MCHID', 'expected 8 to 12 digits, found me']]],
  [
    'a secret, of which it shows the length',
    { APIV3_KEY: 'hush' },
    [['APIV3_KEY', 'expected 32 letters and digits, found 4 characters']],
  ],
  [
    'a secret that is set twice',
    { APIV3_KEY_FILE: '/k' },
    [['APIV3_KEY', 'given twice: take APIV3_KEY or APIV3_KEY_FILE']],
  ],
  ['no key', { MERCHANT_KEY: undefined }, [['MERCHANT_KEY', 'expected a PEM key, found nothing']]],
  [
    'a key that is none',
    { MERCHANT_KEY: 'hello' },
    [['MERCHANT_KEY', 'expected a PEM key, found 5 characters that are none']],
  ],
  [
    'a file that is not there',
    { MERCHANT_CERT_FILE: '/no/cert' },
    [['MERCHANT_CERT_FILE', 'expected a file that can be read, found /no/cert (ENOENT)']],
  ],
  [
    'each bad entry of a list',
    { CORS_ORIGINS: 'a,https://b.cn,https://c.cn/x' },
    [
      ['CORS_ORIGINS', 'expected origins without a path, found a'],
      ['CORS_ORIGINS', 'expected origins without a path, found https://c.cn/x'],
    ],
  ],
  ['a number out of its range', { PORT: '65536' }, [['PORT', 'expected a whole number from 0 to 65535, found 65536']]],
  [
    'an address with a password, which it does not show',
    { OWNER_HOOK_URL: 'https://u:p@a.cn', OWNER_HOOK_SECRET: `whsec_${'A'.repeat(43)}=` },
    [['OWNER_HOOK_URL', 'expected a URL without user, password and fragment']],
  ],
  ['one half of a pair', { QQ_SECRET: 's' }, [['QQ_APPID', 'expected the appid that QQ_SECRET is for, found nothing']]],
  ['the other half', { QQ_APPID: 'q' }, [['QQ_SECRET', 'expected the secret of QQ_APPID, found nothing']]],
  [
    'a partner’s appid for nobody',
    { SP_APPID: 'wx0123456789abcdef' },
    [['SUB_MCHID', 'expected for whom SP_APPID sells, found nothing']],
  ],
  [
    'the id of no key',
    { PLATFORM_PUBKEY_ID: 'PUB_KEY_ID_0119000001' },
    [['PLATFORM_PUBKEY_FILE', 'expected the key that PLATFORM_PUBKEY_ID names, found nothing']],
  ],
  ['two ports in one', { OPERATOR_PORT: '4000' }, [['OPERATOR_PORT', 'expected another port than PORT, found 4000']]],
  [
    'two stores',
    { DATABASE_URL: 'postgres://h/shop' },
    [['DATABASE_URL', 'expected either DATABASE_URL or DATA_FILE, found both']],
  ],
  ['no store', { DATA_FILE: undefined }, [['DATABASE_URL', 'expected either DATABASE_URL or DATA_FILE, found none']]],
  ['sellers over V2', { ...v2, SELLERS: 'garden=1900000110' }, [['SELLERS', 'V2 has no combined orders: take V3']]],
])('finds %s', (_what, change, expected) => {
  expect(findingsOf(change)).toEqual(expected)
})

it('takes two ports of 0, which are free ones', () => {
  expect(findingsOf({ PORT: '0', OPERATOR_PORT: '0' })).toEqual([])
})

it('finds everything at once, and shows an example for each', () => {
  const parsed = parseSettings({ APPID: 'x' })
  const findings = parsed.kind === 'findings' ? parsed.findings : []
  const names = ['PUBLIC_BASE', 'APPID', 'APP_SECRET', 'MCHID', 'SERIAL', 'MERCHANT_KEY', 'APIV3_KEY', 'OPERATOR_TOKEN']
  expect(findings.map(({ about }) => about)).toEqual([...names, 'DATABASE_URL'])
  for (const { level, about, mend } of findings) {
    expect([level, mend]).toEqual(['grave', expect.stringMatching(`^such as ${about}=.`)])
  }
})

import fastify from 'fastify'
import fc from 'fast-check'
import { assertUsable } from '../../../../mock-server/merchant/options'
import { createLog } from '../../../../mock-server/kit/log-lines'
import { inspect } from '../../../../mock-server/production/program'
import { toOptions } from '../../../../mock-server/production/to-options'
import { variables, type Variable } from '../../../../mock-server/production/variables'
import { createShopFiles, hookSecret, type ShopFiles } from './shop-files'

/** Whatever text stands in whatever variable. */

let shop: ShopFiles
beforeAll(async () => {
  jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  shop = await createShopFiles()
})
afterAll(() => {
  jest.restoreAllMocks()
  shop.remove()
})

const rows: readonly Variable[] = variables
const secretNames = new Set(rows.flatMap(({ name, isSecret }) => (isSecret ? [name] : [])))
const names = [
  ...rows.flatMap(({ name, isSecret }) => (isSecret ? [name, `${name}_FILE`] : [name])),
  'NODE_OPTIONS',
  'NODE_DEBUG',
  'NODE_TLS_REJECT_UNAUTHORIZED',
]

/** Texts of all kinds, and many that are nearly right. */
const pieces = [
  ...[
    'https://',
    'HTTP://',
    'postgres://',
    'whsec_',
    'file:',
    ':memory:',
    'wx',
    'PUB_KEY_ID_01',
    '-----BEGIN PUBLIC KEY-----',
  ],
  ...['[', ']', '[::1]', '::ffff:', '0.0.0.0', '10.0.0.0', '169.254.169.254', 'shop.camellia.cn', 'localhost', '127.1'],
  ...[
    '/',
    '//',
    '..',
    '#',
    '?',
    '@',
    ':',
    '%',
    '%2f',
    '%ff',
    '\\',
    ',',
    '=',
    ' ',
    '\n',
    '\0',
    '\u001b[2J',
    '\ud800',
    '😀',
  ],
  ...[
    '0',
    '1',
    '8',
    '32',
    '33',
    '128',
    '129',
    '99999',
    'a',
    'sslmode=',
    'require',
    'no-verify',
    'sslrootcert=/no',
    '&',
    '/dev/null',
  ],
  'a'.repeat(300),
  'x'.repeat(5_000),
]
const nearlyRight = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''))
const text = fc.oneof(
  nearlyRight,
  fc.constantFrom(...rows.map(({ example }) => example)),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.ipV6(),
)
const spoilt = fc.dictionary(fc.constantFrom(...names), text, { minKeys: 1, maxKeys: 4 })

/** Texts that a start may take, in the forms that its servers could read otherwise than the doctor. */
const block = fc
  .tuple(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('::ffff:10.0.0.1')), fc.integer({ min: 22, max: 34 }))
  .map(([address, bits]) => (bits === 34 ? address : `${address}/${bits}`))
const plausible = fc
  .record(
    {
      PUBLIC_BASE: fc
        .tuple(fc.constantFrom('https', 'HTTPS'), fc.domain(), fc.constantFrom('', ':443', ':8443', '/', ':0', '.'))
        .map(([scheme, host, end]) => `${scheme}://${host}${end}`),
      TRUSTED_PROXIES: fc.array(block, { maxLength: 2 }).map((blocks) => blocks.join(',')),
      CORS_ORIGINS: fc.domain().map((host) => `https://${host}`),
      HOST: fc.oneof(fc.ipV4(), fc.ipV6()),
      hook: fc.record({
        OWNER_HOOK_URL: fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }),
        OWNER_HOOK_SECRET: fc.constant(hookSecret()),
      }),
      DATABASE_URL: fc
        .webAuthority({ withUserInfo: true, withPort: true })
        .map((authority) => `postgres://${authority}/shop?sslmode=verify-full`),
      ORDER_LIFE_MINUTES: fc.integer({ min: 1, max: 1440 }).map(String),
    },
    { requiredKeys: [] },
  )
  .map(({ hook, ...others }) => ({ ...others, ...hook }))

/** What both programs do before the shop starts. */
function inspected(change: Readonly<Record<string, string>>) {
  const environment: Record<string, string> = { ...shop.good, ...change }
  // One of the two stores, so that most sets of settings are whole.
  if (change['DATABASE_URL'] !== undefined) delete environment['DATA_FILE']
  for (const name of secretNames) if (change[name] !== undefined) delete environment[`${name}_FILE`]
  return inspect(environment, [])
}

it('becomes findings, none of which is a broken check or shows a secret', () => {
  fc.assert(
    fc.property(spoilt, (change) => {
      const { settings, findings } = inspected(change)
      if (settings === null) expect(findings.map(({ level }) => level)).toContain('grave')
      const shown = findings.map(({ message, mend = '' }) => `${message} ${mend}`).join(' ')
      expect(shown).not.toContain('could not be checked')
      expect(shown).not.toMatch(/ {4}at /)
      for (const [name, given] of Object.entries(change)) {
        if (secretNames.has(name) && given.trim().length >= 12) expect(shown).not.toContain(given)
      }
      // Lines of a message are the doctor's own: no setting moves the cursor or adds one.
      expect(shown).not.toMatch(/\p{Cc}/u)
    }),
    { numRuns: 500 },
  )
})

it('starts a shop that is whole, or none', async () => {
  const logger = createLog('silent')
  await fc.assert(
    fc.asyncProperty(fc.oneof({ arbitrary: plausible, weight: 4 }, spoilt), async (change) => {
      const { settings, findings } = inspected(change)
      if (settings === null || findings.some(({ level }) => level === 'grave')) return
      const options = toOptions(settings)
      assertUsable({ ...options, logger })
      expect(options.publicBase).toBe(new URL(options.publicBase).origin)
      // The HTTP server reads these blocks when it is made, and ends where one is wrong.
      await fastify({ trustProxy: [...(options.trustedProxies ?? []), '127.0.0.1'] }).close()
    }),
    { numRuns: 200 },
  )
})

it('shows no key that was put into another variable', () => {
  const { MERCHANT_KEY_FILE: _file, ...rest } = shop.good
  const key = 'k7Hq2ZpX9vTn4RbW8sLc3MfY6dJg1QaE'
  for (const { name } of rows.filter(({ isSecret }) => !isSecret)) {
    const { findings } = inspect({ ...rest, [name]: key }, [])
    expect(JSON.stringify(findings)).not.toContain(key)
  }
})

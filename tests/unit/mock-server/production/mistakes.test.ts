import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { projectFile } from '../../../../mock-server/kit/files'
import { readAppBuilds } from '../../../../mock-server/production/app-builds'
import { topics } from '../../../../mock-server/production/checks'
import { inspect } from '../../../../mock-server/production/program'
import { mistakes } from './mistakes'
import { createShopFiles, type ShopFiles } from './shop-files'
import { apiV3Key, database, hook, served, type Making } from './spoil'

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

/** Everything about a change that is not fine. */
async function findingsOf(making: Making): Promise<readonly { about: string; level: string; message: string }[]> {
  const change = typeof making === 'function' ? await making(shop) : making
  const { findings } = inspect({ ...shop.good, ...change }, [])
  return findings.filter(({ level }) => level !== 'fine')
}

describe('the doctor', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await findingsOf({})).toEqual([])
  })

  it.each(mistakes)('finds $what', async ({ change, about, level, message }) => {
    const findings = await findingsOf(change)
    const expected = { about, level, message: expect.stringContaining(message), mend: expect.stringMatching(/./) }
    expect(findings).toContainEqual(expected)
    // One mistake is told once.
    expect(findings.filter((finding) => finding.about === about)).toHaveLength(1)
  })

  it('knows no mistake that this table does not make', () => {
    // Made by a build and by the catalogue: see below, and the tests of the catalogue.
    const others = new Set(['dist/weapp grave', 'dist/qq grave', 'goods grave'])
    const made = new Set(mistakes.map(({ about, level }) => `${about} ${level}`))
    const known = topics.flatMap((topic) => topic.mistakes.map(({ about, level }) => `${about} ${level}`))
    expect(known.filter((one) => !made.has(one) && !others.has(one))).toEqual([])
  })

  it.each<[what: string, making: Making]>([
    ['an origin in capitals with its own port', { PUBLIC_BASE: 'HTTPS://Shop.Camellia.CN:443/' }],
    ['a whole private network', { TRUSTED_PROXIES: '10.0.0.0/8' }],
    ['private IPv6, and one provider', { TRUSTED_PROXIES: 'fd00:1::/32,2400:cb00::/32,::1,::ffff:10.0.0.1' }],
    ['a database on this machine', database('shop:word@127.0.0.1:5432/shop')],
    ['a database behind a socket', database('shop:word@%2Fvar%2Frun%2Fpostgresql/shop')],
    ['a database that is verified', database('shop:w%23%2Fd@db.camellia.cn/shop?sslmode=verify-full')],
    ['ssl=true, which verifies', database('shop:word@db.camellia.cn/shop?ssl=true')],
    ['a build for browsers', served('index.html', 'js/app.7e302c72.js', 'css/a.css', 'MP_verify_x.txt')],
    ['a debugger’s port without a debugger', { NODE_OPTIONS: '--inspect-port=9229 --enable-source-maps' }],
    ['an owner’s server', hook('https://erp.camellia.cn:8443/paid?shop=1')],
    ['an owner’s server on this machine', hook('https://127.0.0.1:9443/paid')],
    ['a gift for nobody', { WELCOME: 'nobody' }],
    ['small refunds', { AUTOMATIC_REFUND_MAX_FEN: '20000' }],
    ['a key of decimal digits', apiV3Key('83920174627749184051607330958162')],
  ])('finds nothing against %s', async (_what, making) => {
    expect(await findingsOf(making)).toEqual([])
  })

  it('takes every random secret', () => {
    for (let time = 0; time < 200; time++) {
      const key = apiV3Key(randomBytes(16).toString('hex'))
      const { findings } = inspect({ ...shop.good, ...key, OPERATOR_TOKEN: randomBytes(24).toString('base64url') }, [])
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

  it.each<[what: string, appJson: string, js: string, messages: readonly string[]]>([
    ['a build that calls the shop', '{"pages":["order/index"]}', '"https://shop.camellia.cn"', []],
    [
      'one for another address',
      '{"pages":["order/index"]}',
      '"https://shop.example"',
      ['was built for another address'],
    ],
    ['one that was cut short', '{"pages":["or', '"https://shop.example"', ['its app.json is damaged']],
    ['what is no app.json', 'null', '', ['its app.json is damaged']],
  ])('reads %s', (_what, appJson, js, messages) => {
    shop.file('dist/weapp/app.json', appJson)
    shop.file('dist/weapp/app.js', js)
    const ORDER_PATH = 'order/index?outTradeNo=${商品订单号}'
    const { findings } = inspect({ ...shop.good, ORDER_PATH }, readAppBuilds(path.join(shop.folder, 'dist')))
    const bad = findings.filter(({ level }) => level === 'grave')
    expect(bad).toEqual(messages.map((part) => expect.objectContaining({ message: expect.stringContaining(part) })))
  })

  it('takes the build of this clone, which any browser may load', async () => {
    expect(await findingsOf({ STATIC_ROOT: projectFile('dist/h5') })).toEqual([])
  })
})

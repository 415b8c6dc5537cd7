import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { sql } from 'kysely'
import { compileStale } from '../../config/servers/build'
import { createRsaKeyPair } from '../../mock-server/crypto/rsa'
import type { Engine } from '../../mock-server/merchant/store/engine/engine'
import { openPostgresEngine } from '../../mock-server/merchant/store/engine/postgres-engine'
import { openSqliteEngine } from '../../mock-server/merchant/store/engine/sqlite-engine'
import { variables } from '../../mock-server/production/variables'
import { createMerchantIdentity } from '../../mock-server/simulator/wechat/identity'
import { createTestSchema, describeOnPostgres } from '../support/postgres'
import { createShopFiles, type ShopFiles } from '../unit/mock-server/production/shop-files'

/** The set-up of a shop owner: own keys, in files that nobody else can read. The tests start the programs as the owner does. */

const root = path.resolve(__dirname, '../..')
let shop: ShopFiles
let folder: string
let good: Readonly<Record<string, string>>

beforeAll(async () => {
  await compileStale(() => undefined, ['doctor', 'merchant'])
  shop = await createShopFiles()
  folder = shop.folder
  good = shop.good
})
afterAll(() => shop.remove())

function secret(name: string, text: string): string {
  return shop.file(name, text)
}

function run(program: 'doctor' | 'merchant', env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, ['--', 'config/servers/run.cjs', program, ...args], {
    cwd: root,
    // Without the environment of the machine that the tests run on.
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  return { child, ended, read: () => output }
}

interface Finding {
  level: string
  about: string
  message: string
  mend?: string
}

async function examine(
  change: Record<string, string | undefined>,
): Promise<{ code: number | null; grave: string[]; all: Finding[] }> {
  const env = Object.fromEntries(
    Object.entries({ ...good, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const { code, output } = await run('doctor', env, '--json').ended
  const { findings } = JSON.parse(output) as { findings: Finding[] }
  const own = findings.filter(({ about }) => !about.startsWith('dist/'))
  const grave = own.filter(({ level }) => level === 'grave').map(({ about }) => about)
  for (const { level, mend } of own) if (level !== 'fine') expect(mend).toBeTruthy()
  return { code, grave, all: own }
}

describe('npm run doctor', () => {
  it('finds nothing grave where there is nothing', async () => {
    const { grave, all } = await examine({})
    expect(grave).toEqual([])
    expect(all.filter(({ level }) => level === 'warning')).toEqual([])
  })

  it.each<[string, Record<string, string | undefined>, string[]]>([
    ['a path or a query', { PUBLIC_BASE: 'https://shop.camellia.cn/pay?x=1' }, ['PUBLIC_BASE']],
    ['sdk.env in the shell', { WXPAY_BASE: 'http://127.0.0.1:4001' }, ['WXPAY_BASE']],
    ['certificates that nobody verifies', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, ['NODE_TLS_REJECT_UNAUTHORIZED']],
    ['pages that are not there', { STATIC_ROOT: 'no/pages' }, ['STATIC_ROOT']],
  ])('says what is grave about %s', async (_what, change, expected) => {
    const { code, grave } = await examine(change)
    expect(grave).toEqual(expected)
    expect(code).toBe(1)
  })

  it.each(['README.md', 'README.zh-CN.md'])('knows no setting that %s does not explain', (name) => {
    const rows = readFileSync(path.join(root, 'mock-server/production', name), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
    const explained = new Set(rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`(\w+)`/g)].map(([, one]) => one)))
    expect(variables.map((variable) => variable.name).filter((variable) => !explained.has(variable))).toEqual([])
  })

  it('names every finding at once, and of a secret only its length', async () => {
    const { output, code } = await run('doctor', { APIV3_KEY: 'much-too-short-to-be-one' }).ended
    expect(code).toBe(1)
    for (const name of ['PUBLIC_BASE', 'APPID', 'MCHID', 'SERIAL', 'MERCHANT_KEY', 'APIV3_KEY', 'OPERATOR_TOKEN']) {
      expect(output).toContain(`✗ ${name}`)
    }
    expect(output).toContain('24 characters')
    expect(output).not.toContain('much-too-short')
  })

  describe('over V2', () => {
    const v2 = (change: Record<string, string | undefined> = {}) =>
      examine({ WECHATPAY_API: 'v2', API_KEY_FILE: secret('api.key', randomBytes(16).toString('hex')), ...change })

    it('finds nothing grave where certificate, key and merchant fit', async () => {
      const { grave, all } = await v2()
      expect(grave).toEqual([])
      expect(all).toContainEqual(expect.objectContaining({ level: 'fine', about: 'MERCHANT_CERT_FILE' }))
    })

    it('says that no money can be given back without the certificate, and what is wrong with one', async () => {
      const found = async (change: Record<string, string | undefined>) => (await v2(change)).grave
      expect(await found({ MERCHANT_CERT_FILE: undefined })).toEqual(['MERCHANT_CERT_FILE'])
      expect(await found({ MERCHANT_KEY_FILE: undefined })).toEqual(['MERCHANT_CERT_FILE'])
      expect(await found({ MERCHANT_CERT_FILE: secret('no_cert.pem', 'hello') })).toEqual(['MERCHANT_CERT_FILE'])
      expect(await found({ MCHID: '1900000110' })).toEqual(['MCHID'])
      const { privateKey } = await createRsaKeyPair()
      const other = secret('other_key.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
      expect(await found({ MERCHANT_KEY_FILE: other })).toEqual(['MERCHANT_KEY'])
    })
  })

  it('refuses the simulators’ keys and certificate', async () => {
    const simulated = await createMerchantIdentity({ appids: [good.APPID!], mchid: good.MCHID! })
    const { grave } = await examine({
      SERIAL: simulated.serial,
      MERCHANT_KEY_FILE: secret('simulated_key.pem', simulated.privateKey),
      MERCHANT_CERT_FILE: secret('simulated_cert.pem', simulated.certificate),
      APIV3_KEY_FILE: secret('simulated.key', simulated.apiV3Key),
    })
    expect(grave).toEqual(['APIV3_KEY', 'MERCHANT_CERT_FILE'])
    writeFileSync(path.join(folder, 'installation.json'), '{}')
    expect((await examine({})).grave).toEqual(['MERCHANT_KEY'])
    rmSync(path.join(folder, 'installation.json'))
  })

  it('refuses a key that others can read', async () => {
    if (process.platform === 'win32') return
    const file = secret('open.key', randomBytes(16).toString('hex'))
    chmodSync(file, 0o640)
    const { grave, all } = await examine({ APIV3_KEY_FILE: file })
    expect(grave).toEqual(['APIV3_KEY'])
    expect(all.find(({ about }) => about === 'APIV3_KEY')!.message).toContain('chmod 600')
  })
})

describe('a production start', () => {
  const started = async (program: ReturnType<typeof run>) => {
    while (!program.read().includes('"started"')) {
      if (program.child.exitCode !== null) throw new Error(program.read())
      // Its log goes to standard error.
      await Promise.race([once(program.child.stderr, 'data'), program.ended])
    }
    const line = program
      .read()
      .split('\n')
      .find((each) => each.includes('"started"'))!
    return JSON.parse(line) as { url: string; operatorUrl: string }
  }

  it('runs from a file of settings, answers, and stops gently on SIGTERM', async () => {
    const { MERCHANT_KEY_FILE, ...rest } = good
    const settings = secret(
      'shop.env',
      Object.entries(rest)
        .map(([name, value]) => `${name}='${value}'`)
        .join('\n'),
    )
    const program = run('merchant', { MERCHANT_KEY_FILE: MERCHANT_KEY_FILE! }, '--env', settings)
    const { url, operatorUrl } = await started(program)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    // In public-key mode nothing has to be fetched first.
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' })
    const headers = { authorization: `Bearer ${good.OPERATOR_TOKEN}` }
    expect(await (await fetch(`${operatorUrl}/metrics`, { headers })).text()).toContain('merchant_queue_depth')
    const goods = await fetch(`${url}/api/goods`, { headers: { origin: 'https://elsewhere.cn' } })
    expect([goods.status, goods.headers.get('access-control-allow-origin')]).toEqual([200, null])
    program.child.kill('SIGTERM')
    const { code, output } = await program.ended
    expect(code).toBe(0)
    const messages = output
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg)
    expect(messages.filter((message) => !message.startsWith('Server listening'))).toEqual([
      'started',
      'stopping',
      'stopped',
    ])
    expect(output).not.toContain(good.OPERATOR_TOKEN)
    if (process.platform !== 'win32') {
      expect(statSync(good.DATA_FILE!).mode & 0o777).toBe(0o600)
      chmodSync(good.DATA_FILE!, 0o644)
      const { all } = await examine({})
      expect(all.find(({ about }) => about === 'DATA_FILE')).toMatchObject({ level: 'warning' })
      chmodSync(good.DATA_FILE!, 0o600)
    }
  })

  it.each<[string, Record<string, string>]>([
    ['PUBLIC_BASE', { PUBLIC_BASE: 'https://shop.example' }],
    ['CONTROL', { CONTROL: 'http://127.0.0.1:4011' }],
    ['NODE_TLS_REJECT_UNAUTHORIZED', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
    ['PORT', { PORT: '70000' }],
  ])('refuses to start with a grave finding: %s', async (name, change) => {
    const { code, output } = await run('merchant', { ...good, ...change }).ended
    expect(code).toBe(1)
    expect(output).toContain(`✗ ${name}`)
    expect(output).not.toContain(good.OPERATOR_TOKEN)
  })

  it('has its file of data for itself, and finds it free at once after kill -9', async () => {
    const DATA_FILE = path.join(folder, 'alone.db')
    const first = run('merchant', { ...good, DATA_FILE })
    await started(first)
    expect(await run('merchant', { ...good, DATA_FILE }).ended).toEqual({
      code: 1,
      output: `DATA_FILE: ${DATA_FILE} is in use by another merchant. Stop it, name another file, or use DATABASE_URL for several.\n`,
    })
    first.child.kill('SIGKILL')
    await first.ended
    const next = run('merchant', { ...good, DATA_FILE })
    await started(next)
    next.child.kill('SIGKILL')
    await next.ended
  })

  it('refuses a file of a newer version in one line, with the mend', async () => {
    const DATA_FILE = path.join(folder, 'newer.db')
    const engine = await openSqliteEngine(DATA_FILE)
    await makeNewer(engine)
    chmodSync(DATA_FILE, 0o600)
    expect(await run('merchant', { ...good, DATA_FILE }).ended).toEqual({
      code: 1,
      output:
        `${DATA_FILE} was written by a newer version of this program. ` +
        'Start that version, or name another database in DATA_FILE.\n',
    })
  })

  it.each([
    ['HOST', 'an address of another machine', () => ({ HOST: '203.0.113.7' })],
    ['DATA_FILE', 'a file that is no database', () => ({ DATA_FILE: noDatabase() })],
    [
      'DATABASE_URL',
      'a database where nobody answers',
      () => ({ DATABASE_URL: 'postgres://shop:pass-1@127.0.0.1:1/a' }),
    ],
  ])('refuses in one line, as %s, %s', async (name, _what, change) => {
    const { DATA_FILE = '', ...others } = good
    const over: Record<string, string> = change()
    const store: Record<string, string> = over['DATABASE_URL'] === undefined ? { DATA_FILE } : {}
    const { code, output } = await run('merchant', { ...others, ...store, ...over }).ended
    expect(code).toBe(1)
    expect(output).toMatch(new RegExp(`^${name}: .*\\n$`))
    expect(output).not.toContain('pass-1')
  })

  function noDatabase(): string {
    const file = path.join(folder, 'letter.db')
    writeFileSync(file, 'Dear shop, this is a letter. '.repeat(100), { mode: 0o600 })
    return file
  }
})

describeOnPostgres('a production start on PostgreSQL', () => {
  it('refuses a database of a newer version in one line, with the mend', async () => {
    const schema = await createTestSchema()
    await makeNewer(await openPostgresEngine({ url: schema.url, poolSize: 2 }))
    const { DATA_FILE: _file, ...others } = good
    const ended = await run('merchant', { ...others, DATABASE_URL: schema.url }).ended
    const steps = await schema.query<{ name: string }>('select name from migrations order by name desc limit 1')
    await schema.drop()
    expect(ended).toEqual({
      code: 1,
      output:
        `The PostgreSQL schema ${schema.name} was written by a newer version of this program. ` +
        'Start that version, or name another database in DATABASE_URL.\n',
    })
    expect(steps).toEqual([{ name: '999-later' }])
  })
})

/** Notes a step that this version does not know, as a later one will. */
async function makeNewer(engine: Engine): Promise<void> {
  await sql`insert into migrations (name, timestamp) values ('999-later', '2030-01-01T00:00:00.000Z')`.execute(
    engine.db,
  )
  await engine.close()
}

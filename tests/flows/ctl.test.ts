import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CtlError } from '../../mock-server/ctl/find-env'
import { createServers } from '../../mock-server/ctl/servers'
import { verbs } from '../../mock-server/ctl/verbs'
import { parseSdkEnv } from '../../mock-server/kit/sdk-env'
import { orderInBrowser } from '../support/order-in-browser'
import { createMerchantClient } from '../simulator/support/merchant-client'
import { writeKeys } from '../support/shared/shared'
import { runCtl, runProbeProgram, startProgram, type Ended, type Program } from '../support/program'

describe('npm run ctl', () => {
  let folder: string
  let program: Program
  /** A process: for exit codes, both outputs and what every verb has in common. */
  const ctl = (...args: string[]): Promise<Ended> => runCtl([...args, '--data', folder])
  const env = (): ReadonlyMap<string, string> => parseSdkEnv(readFileSync(path.join(folder, 'sdk.env'), 'utf8'))

  /** Runs a verb in this process. @returns what it says to a person */
  async function say(name: string, ...args: string[]): Promise<string> {
    return (await verbs[name]!.run(createServers(env()), args, env())).text
  }
  const sayJson = async <T>(name: string, ...args: string[]): Promise<T> =>
    (await verbs[name]!.run(createServers(env()), args, env())).json as T
  const refusal = (name: string, ...args: string[]): Promise<string> =>
    say(name, ...args).then(
      (text) => `It was done: ${text}`,
      (error: unknown) => (error instanceof CtlError ? error.message : `A defect: ${String(error)}`),
    )

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ctl-'))
    await writeKeys(folder)
    program = await startProgram(['mock', '--port-base', '0', '--data', folder, '--log', 'silent'])
  })
  afterAll(async () => {
    await program.killHard()
    rmSync(folder, { recursive: true, force: true })
  })

  it('sees an order, plays the payer, time and a fault, and sees what came of it', async () => {
    expect((await ctl('orders')).stdout).toBe('(none yet)\n')
    // Only `advance` moves time, however long the calls take.
    await say('clock', 'stop')
    await orderInBrowser(program.addresses.get('shop in a browser')!.replace(/\/$/, ''))
    const { orders } = JSON.parse((await ctl('orders', '--json')).stdout) as { orders: { outTradeNo: string }[] }
    const number = orders[0]!.outTradeNo
    expect(await say('trades')).toMatch(new RegExp(`${number} +NOTPAY +¥96\\.00 +MWEB`))

    expect(await say('cancel', number)).toBe(`${number}: the payer closed the cashier`)
    expect(await say('fail', number)).toBe(`${number}: the bank declined the payment`)
    expect((await ctl('fault', 'drop-notices=on')).stdout).toMatch(/drop-notices +on/)
    expect(await ctl('cancel', number, '--voucher', '5')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('pay'),
    })
    const paid = await ctl('pay', number, '--voucher', '5.00', '--kind', 'nocash')
    expect(paid).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^paid, transaction_id 42\d{26}\n$/),
      stderr: '',
    })
    expect(await ctl('cancel', number)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: "The trade can't be paid: paid.\n",
    })
    expect(await say('fault', 'drop-notices=off')).toMatch(/drop-notices +off/)
    expect(await say('advance', '15s')).toMatch(/^it is \d{4}-\d\d-\d\dT/)
    expect(await say('notices')).toMatch(new RegExp(`${number} +dropped 204 +-`))
    // The price is what the shop books; the payer paid less.
    expect(await say('orders')).toMatch(/paid +¥96\.00 +h5/)
    const { trades } = await sayJson<{ trades: object[] }>('trades')
    expect(trades).toMatchObject([
      { amount: { payer_total: 9100 }, promotion_detail: [{ amount: 500, type: 'NOCASH' }] },
    ])
    await say('clock', 'run')
  })

  it("puts vouchers into a payer's wallet, and shows it", async () => {
    expect(await say('voucher', 'payer-2')).toBe('(none yet)')
    expect(await say('voucher', 'payer-2', '5')).toMatch(/^\d{11}: ¥5\.00 CASH$/)
    await say('voucher', 'payer-2', '0.50', 'nocash')
    expect(await say('voucher', 'payer-2')).toMatch(/¥5\.00 +CASH +5\.00元代金券\n\d{11} +¥0\.50 +NOCASH/)
    for (const args of [[], ['payer-2', '0'], ['payer-2', '0.001'], ['payer-2', '5', 'gold'], ['nobody else', '5']])
      expect(await refusal('voucher', ...args)).not.toMatch(/^(It was done|A defect)/)
    for (const options of [{ voucher: 'free' }, { kind: 'cash' }, { voucher: '5', kind: 'gold' }])
      await expect(verbs['pay']!.run(createServers(env()), ['order-1'], env(), options)).rejects.toThrow(CtlError)
  })

  it('ships, refunds and shows what waits for a person', async () => {
    const { orders } = await sayJson<{ orders: { orderNo: string }[] }>('orders')
    const { orderNo } = orders[0]!
    expect(await refusal('ship', orderNo)).not.toMatch(/^(It was done|A defect)/)
    expect((await ctl('ship', orderNo, 'SF', 'SF1234567890')).stdout).toBe(`shipped: ${orderNo}\n`)
    expect(await say('orders')).toContain('shipped')
    for (const verb of ['refunds', 'held', 'retry']) expect(await say(verb)).toBe('(none yet)')
    for (const args of [
      ['approve', 'RF1'],
      ['decline', 'RF1', 'no'],
      ['held', '1', 'dismiss'],
      ['retry', '999'],
    ]) {
      const [verb = '', ...rest] = args
      expect([verb, await refusal(verb, ...rest)]).toEqual([verb, 'There is nothing here.'])
    }
  })

  it('shows what a merchant refunds', async () => {
    expect(await say('wechat-refunds')).toBe('(none yet)')
    const given = await sayJson<Record<string, string>>('env')
    const { trades } = await sayJson<{ trades: { out_trade_no: string }[] }>('trades')
    const merchant = createMerchantClient(given['WXPAY_BASE']!, {
      mchid: given['MCHID']!,
      serial: given['SERIAL']!,
      privateKey: readFileSync(given['MERCHANT_KEY_FILE']!, 'utf8'),
    })
    const { out_trade_no } = trades[0]!
    const amount = { refund: 600, total: 9600, currency: 'CNY' }
    await merchant.post('/v3/refund/domestic/refunds', { out_trade_no, out_refund_no: 'r-1', amount })
    expect(await say('wechat-refunds')).toMatch(new RegExp(`r-1 +(PROCESSING|SUCCESS) +¥6\\.00 +${out_trade_no}`))
  })

  it('sets a fault for one trade, a number of times, with a value; stops time and lets it run', async () => {
    type Faults = { faults: { name: string; rules: unknown[] }[] }
    const set = await sayJson<Faults>('fault', 'delay-notices=90s,2x', 'order-x')
    expect(set.faults.find(({ name }) => name === 'delay-notices')!.rules).toMatchObject([
      { remaining: 2, value: 90, trade: { out_trade_no: 'order-x' } },
    ])
    expect(await say('fault', 'delay-notices=off', 'order-x')).toMatch(/delay-notices +off/)
    expect(await say('clock', 'stop')).toMatch(/^it is .*, and stands still$/)
    expect(await say('clock', 'run')).not.toContain('still')
    expect(await refusal('clock', 'yesterday')).toMatch(/^now must be a time/)
    expect(await refusal('fault', 'drop-notices=sometimes')).toMatch(/^fault: expected NAME=on/)
  })

  it('shows what the doctor found, with both texts', async () => {
    expect(await refusal('diagnoses', '0')).toMatch(/^diagnoses: expected a number/)
    const { WXPAY_BASE } = await sayJson<Record<string, string>>('env')
    await fetch(`${WXPAY_BASE}/v3/certificates`)
    expect(await say('diagnoses')).toMatch(
      /^\d\d:\d\d:\d\d AUTHORIZATION_MISSING GET \/v3\/certificates\n {2}The request has no/,
    )
    const { diagnoses } = await sayJson<{ diagnoses: object[] }>('diagnoses')
    expect(diagnoses).toMatchObject([{ finding: 'AUTHORIZATION_MISSING', proved: true }])
  })

  it('blocks a person and lets them in again; confirms only what was sent', async () => {
    expect(await say('block', 'payer-1')).toBe('blocked: payer-1')
    expect(await say('unblock', 'payer-1')).toBe('blocked: nobody')
    expect(await refusal('block')).toMatch(/^block: USER is missing/)
    expect(await refusal('receive', 'order-x')).toMatch(/^Nothing that was sent completely/)
  })

  it('rotates the platform certificate: at once, or the new one waits for its turn', async () => {
    expect(await say('rotate', '0s')).toMatch(/^serial_no +signs +from +ends\n[0-9A-F]+ +yes +\d{4}-/)
    const waiting = await say('rotate', '2h')
    expect(waiting).toMatch(/\n[0-9A-F]+ +no +\d{4}-.*\n[0-9A-F]+ +yes +\d{4}-/)
    expect(await refusal('rotate')).toMatch(/^A new certificate waits for its turn/)
    expect(await refusal('rotate', 'soon')).toMatch(/^rotate: expected a time such as 15s/)
    const [, fresh] = /\n([0-9A-F]+) +no/.exec(waiting)!
    await say('advance', '2h')
    expect(await say('rotate')).toMatch(new RegExp(`\\n[0-9A-F]+ +no .*\\n${fresh} +yes `))
  })

  it('ends the merchant’s certificate, replaces it and brings it back', async () => {
    const { SERIAL } = await sayJson<Record<string, string>>('env')
    expect(await say('certificate', 'revoke')).toMatch(new RegExp(`\\n${SERIAL} +revoked +\\d{4}-`))
    expect(await say('certificate', 'restore')).toMatch(new RegExp(`\\n${SERIAL} +current +\\d{4}-`))
    const replaced = await say('certificate', 'replace')
    expect(replaced).toMatch(new RegExp(`\\n${SERIAL} +replaced `))
    expect(replaced).toMatch(/\n[0-9A-F]+ +current [^]*BEGIN PRIVATE KEY[^]*BEGIN CERTIFICATE/)
    expect((await say('certificate', 'restore')).trim().split('\n')).toHaveLength(2)
    expect(await refusal('certificate', 'burn')).toBe(
      'certificate: expected one of revoke, expire, replace, restore, found burn.',
    )
    expect(await refusal('certificate')).toMatch(/found nothing/)
  })

  it('shows and sets how often a merchant may call', async () => {
    expect(await say('rates')).toMatch(/^calls +a second\n[^]*\nquery +off\n/)
    expect(await say('rates', 'query=0.5')).toMatch(/\nquery +0\.5\n/)
    expect(await say('rates', 'query=off')).toMatch(/\nquery +off\n/)
    expect(await refusal('rates', 'query=often')).toMatch(/^rates: expected FAMILY=N/)
    expect(await refusal('rates', 'query=0')).toMatch(/^per_second must be/)
    expect(await refusal('rates', 'everything=5')).toMatch(/^There is no everything: /)
  })

  it('says in one line why something could not be done', async () => {
    const paid = await ctl('pay', 'NOBODY-KNOWS-IT')
    expect(paid).toMatchObject({ code: 1, stdout: '' })
    expect(paid.stderr).toMatch(/^There is no trade \d+\/NOBODY-KNOWS-IT\.\n$/)
    expect(await refusal('fault', 'no-such-fault=on')).not.toMatch(/^(It was done|A defect)/)
    expect(await refusal('advance', 'soon')).toMatch(/^advance: expected a time such as 15s/)
  })

  it('answers a call that it does not understand with 2, and --help with its verbs', async () => {
    expect(await ctl('fly')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^There is no verb fly\. There is: trades/),
    })
    expect(await ctl('trades', '--jsno')).toMatchObject({ code: 2 })
    expect(await ctl('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('advance TIME') })
  })

  it('names the mend where no server was ever started', async () => {
    const ended = await runCtl(['trades', '--data', path.join(folder, 'nothing')])
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^No servers run on .*nothing\. Start the servers: npm start, or npm run mock\.\n$/,
      ),
    })
  })

  describe('npm run probe', () => {
    it('finds that the running servers answer as FIDELITY.md says', async () => {
      const report = path.join(folder, 'probe.md')
      const { code, stdout } = await runProbeProgram(['--data', folder, '--report', report])
      expect(stdout).toMatch(/\n\d+ agree, 0 differ, 0 could not be asked\.\n/)
      expect(code).toBe(0)
      expect(readFileSync(report, 'utf8')).not.toContain(env().get('MCHID'))
    })

    it.each([
      ['simulated keys', (file: string) => ['--live', '--env', file], 1, 'Start from a fresh shell'],
      ['--yes without --live', () => ['--yes'], 2, 'add --live'],
      ['a question that is none', () => ['--only', 'no such question'], 2, 'no question is about'],
      ['an option that is none', () => ['--life'], 2, '--help lists what there is'],
    ] as const)('refuses %s in one line', async (_case, args, code, text) => {
      const file = path.join(folder, 'shop.env')
      const names = ['MCHID', 'APPID', 'SERIAL', 'MERCHANT_KEY_FILE', 'APIV3_KEY', 'API_KEY']
      writeFileSync(file, names.map((name) => `${name}=${env().get(name)}\n`).join(''), { mode: 0o600 })
      const ended = await runProbeProgram([...args(file), ...(args(file).includes('--live') ? [] : ['--data', folder])])
      expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(text) })
      expect(ended.stderr.trim().split('\n')).toHaveLength(1)
    })
  })
})

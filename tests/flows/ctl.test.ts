import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { orderInBrowser } from '../support/order-in-browser'
import { createMerchantClient } from '../simulator/support/merchant-client'
import { runCtl, startProgram, type Ended, type Program } from '../support/program'

jest.setTimeout(60_000)

describe('npm run ctl', () => {
  let folder: string
  let program: Program
  const ctl = (...args: string[]): Promise<Ended> => runCtl([...args, '--data', folder])

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ctl-'))
    program = await startProgram(['mock', '--port-base', '0', '--data', folder, '--log', 'silent'])
  })
  afterAll(async () => {
    await program.killHard()
    rmSync(folder, { recursive: true, force: true })
  })

  it('sees an order, plays the payer, time and a fault, and sees what came of it', async () => {
    expect((await ctl('orders')).stdout).toBe('(none yet)\n')
    await orderInBrowser(program.addresses.get('shop in a browser')!.replace(/\/$/, ''))
    const { orders } = JSON.parse((await ctl('orders', '--json')).stdout) as { orders: { outTradeNo: string }[] }
    const number = orders[0]!.outTradeNo
    expect((await ctl('trades')).stdout).toMatch(new RegExp(`${number} +NOTPAY +¥96\\.00 +MWEB`))

    expect((await ctl('cancel', number)).stdout).toBe(`${number}: the payer closed the cashier\n`)
    expect((await ctl('fail', number)).stdout).toBe(`${number}: the bank declined the payment\n`)
    expect((await ctl('fault', 'drop-notices=on')).stdout).toMatch(/drop-notices +on/)
    expect((await ctl('pay', number)).stdout).toMatch(/^paid, transaction_id 42\d{26}\n$/)
    expect(await ctl('cancel', number)).toMatchObject({ code: 1, stderr: "The trade can't be paid: paid.\n" })
    expect((await ctl('fault', 'drop-notices=off')).stdout).toMatch(/drop-notices +off/)
    expect((await ctl('advance', '15s')).stdout).toMatch(/^it is \d{4}-\d\d-\d\dT/)
    expect((await ctl('notices')).stdout).toMatch(new RegExp(`${number} +dropped 204 +-`))
    expect((await ctl('orders')).stdout).toMatch(/paid +¥96\.00 +h5/)
  })

  it('ships, refunds and shows what waits for a person', async () => {
    const { orders } = JSON.parse((await ctl('orders', '--json')).stdout) as { orders: { orderNo: string }[] }
    const { orderNo } = orders[0]!
    expect((await ctl('ship', orderNo)).code).not.toBe(0)
    expect((await ctl('ship', orderNo, 'SF', 'SF1234567890')).stdout).toBe(`shipped: ${orderNo}\n`)
    expect((await ctl('orders')).stdout).toContain('shipped')
    for (const verb of ['refunds', 'held', 'retry']) expect((await ctl(verb)).stdout).toBe('(none yet)\n')
    for (const args of [
      ['approve', 'RF1'],
      ['decline', 'RF1', 'no'],
      ['held', '1', 'dismiss'],
      ['retry', '999'],
    ]) {
      const { code, stderr } = await ctl(...args)
      expect([args[0], code === 0, stderr.trim()]).toEqual([args[0], false, 'There is nothing here.'])
    }
  })

  it('shows what a merchant refunds', async () => {
    expect((await ctl('wechat-refunds')).stdout).toBe('(none yet)\n')
    const env = JSON.parse((await ctl('env', '--json')).stdout) as Record<string, string>
    const { trades } = JSON.parse((await ctl('trades', '--json')).stdout) as { trades: { out_trade_no: string }[] }
    const merchant = createMerchantClient(env['WXPAY_BASE']!, {
      mchid: env['MCHID']!,
      serial: env['SERIAL']!,
      privateKey: readFileSync(env['MERCHANT_KEY_FILE']!, 'utf8'),
    })
    const { out_trade_no } = trades[0]!
    const amount = { refund: 600, total: 9600, currency: 'CNY' }
    await merchant.post('/v3/refund/domestic/refunds', { out_trade_no, out_refund_no: 'r-1', amount })
    expect((await ctl('wechat-refunds')).stdout).toMatch(
      new RegExp(`r-1 +(PROCESSING|SUCCESS) +¥6\\.00 +${out_trade_no}`),
    )
  })

  it('sets a fault for one trade, a number of times, with a value; stops time and lets it run', async () => {
    const set = JSON.parse((await ctl('fault', 'delay-notices=90s,2x', 'order-x', '--json')).stdout) as {
      faults: { name: string; rules: unknown[] }[]
    }
    expect(set.faults.find(({ name }) => name === 'delay-notices')!.rules).toMatchObject([
      { remaining: 2, value: 90, trade: { out_trade_no: 'order-x' } },
    ])
    expect((await ctl('fault', 'delay-notices=off', 'order-x')).stdout).toMatch(/delay-notices +off/)
    expect((await ctl('clock', 'stop')).stdout).toMatch(/^it is .*, and stands still\n$/)
    expect((await ctl('clock', 'run')).stdout).not.toContain('still')
    expect((await ctl('clock', 'yesterday')).stderr).toMatch(/^now must be a time/)
    expect((await ctl('fault', 'drop-notices=sometimes')).stderr).toMatch(/^fault: expected NAME=on/)
  })

  it('shows what the doctor found, with both texts', async () => {
    expect((await ctl('diagnoses', '0')).code).toBe(1)
    const { WXPAY_BASE } = JSON.parse((await ctl('env', '--json')).stdout) as Record<string, string>
    await fetch(`${WXPAY_BASE}/v3/certificates`)
    expect((await ctl('diagnoses')).stdout).toMatch(
      /^\d\d:\d\d:\d\d AUTHORIZATION_MISSING GET \/v3\/certificates\n {2}The request has no/,
    )
    const { diagnoses } = JSON.parse((await ctl('diagnoses', '--json')).stdout) as { diagnoses: object[] }
    expect(diagnoses).toMatchObject([{ finding: 'AUTHORIZATION_MISSING', proved: true }])
  })

  it('blocks a person and lets them in again; confirms only what was sent', async () => {
    expect((await ctl('block', 'payer-1')).stdout).toBe('blocked: payer-1\n')
    expect((await ctl('unblock', 'payer-1')).stdout).toBe('blocked: nobody\n')
    expect((await ctl('block')).stderr).toMatch(/^block: USER is missing/)
    expect((await ctl('receive', 'order-x')).stderr).toMatch(/^Nothing that was sent completely/)
  })

  it('rotates the platform certificate: at once, or the new one waits for its turn', async () => {
    expect((await ctl('rotate', '0s')).stdout).toMatch(/^serial_no +signs +from +ends\n[0-9A-F]+ +yes +\d{4}-/)
    const waiting = (await ctl('rotate', '2h')).stdout
    expect(waiting).toMatch(/\n[0-9A-F]+ +no +\d{4}-.*\n[0-9A-F]+ +yes +\d{4}-/)
    const again = await ctl('rotate')
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/^A new certificate waits for its turn/) })
    expect((await ctl('rotate', 'soon')).stderr).toMatch(/^rotate: expected a time such as 15s/)
    const [, fresh] = /\n([0-9A-F]+) +no/.exec(waiting)!
    await ctl('advance', '2h')
    expect((await ctl('rotate')).stdout).toMatch(new RegExp(`\\n[0-9A-F]+ +no .*\\n${fresh} +yes `))
  })

  it('ends the merchant’s certificate, replaces it and brings it back', async () => {
    const { SERIAL } = JSON.parse((await ctl('env', '--json')).stdout) as Record<string, string>
    expect((await ctl('certificate', 'revoke')).stdout).toMatch(new RegExp(`\\n${SERIAL} +revoked +\\d{4}-`))
    expect((await ctl('certificate', 'restore')).stdout).toMatch(new RegExp(`\\n${SERIAL} +current +\\d{4}-`))
    const replaced = (await ctl('certificate', 'replace')).stdout
    expect(replaced).toMatch(new RegExp(`\\n${SERIAL} +replaced `))
    expect(replaced).toMatch(/\n[0-9A-F]+ +current [^]*BEGIN PRIVATE KEY[^]*BEGIN CERTIFICATE/)
    expect((await ctl('certificate', 'restore')).stdout.trim().split('\n')).toHaveLength(2)
    expect(await ctl('certificate', 'burn')).toMatchObject({
      code: 1,
      stderr: 'certificate: expected one of revoke, expire, replace, restore, found burn.\n',
    })
    expect((await ctl('certificate')).stderr).toMatch(/found nothing/)
  })

  it('shows and sets how often a merchant may call', async () => {
    expect((await ctl('rates')).stdout).toMatch(/^calls +a second\n[^]*\nquery +off\n/)
    expect((await ctl('rates', 'query=0.5')).stdout).toMatch(/\nquery +0\.5\n/)
    expect((await ctl('rates', 'query=off')).stdout).toMatch(/\nquery +off\n/)
    expect((await ctl('rates', 'query=often')).stderr).toMatch(/^rates: expected FAMILY=N/)
    expect((await ctl('rates', 'query=0')).stderr).toMatch(/^per_second must be/)
    expect((await ctl('rates', 'everything=5')).stderr).toMatch(/^There is no everything: /)
  })

  it('says in one line why something could not be done', async () => {
    const paid = await ctl('pay', 'NOBODY-KNOWS-IT')
    expect(paid).toMatchObject({ code: 1, stdout: '' })
    expect(paid.stderr).toMatch(/^There is no trade \d+\/NOBODY-KNOWS-IT\.\n$/)
    expect(await ctl('fault', 'no-such-fault=on')).toMatchObject({ code: 1 })
    expect((await ctl('advance', 'soon')).stderr).toMatch(/^advance: expected a time such as 15s/)
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
})

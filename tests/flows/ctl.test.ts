import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { orderInBrowser } from '../support/order-in-browser'
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

    expect((await ctl('fault', 'drop-notices=on')).stdout).toMatch(/drop-notices +on/)
    expect((await ctl('pay', number)).stdout).toMatch(/^paid, transaction_id 42\d{26}\n$/)
    expect((await ctl('fault', 'drop-notices=off')).stdout).toMatch(/drop-notices +off/)
    expect((await ctl('advance', '15s')).stdout).toMatch(/^it is \d{4}-\d\d-\d\dT/)
    expect((await ctl('notices')).stdout).toMatch(new RegExp(`${number} +dropped 204 +-`))
    expect((await ctl('orders')).stdout).toMatch(/paid +¥96\.00 +h5/)
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
      stderr: expect.stringMatching(/sdk\.env is not there\. Start the servers first/),
    })
  })
})

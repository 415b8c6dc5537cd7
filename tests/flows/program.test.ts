import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { runProgram, type Program } from '../support/program'
import { useProgramFolder } from '../support/program-folder'
import { callTls, connect } from '../simulator/support/tls-client'
import { parseSdkEnv } from '../../mock-server/kit/sdk-env'
import { orderInBrowser } from '../support/order-in-browser'
import { getJson, sendJson } from '../support/running-stack'
import { writeKeys } from '../support/shared/shared'

interface Notices {
  readonly notices: readonly { out_trade_no: string; attempts: readonly { outcome: string }[] }[]
}
interface Orders {
  readonly orders: readonly { status: string; outTradeNo: string; transactionId: string | null }[]
}

describe('the program', () => {
  const place = useProgramFolder()
  const start = (...more: string[]): Promise<Program> => place.start('--data', place.folder, ...more)

  const env = (name: string): string =>
    parseSdkEnv(readFileSync(path.join(place.folder, 'sdk.env'), 'utf8')).get(name) ?? ''
  const orders = () =>
    getJson<Orders>(`${env('OPERATOR')}/operator/orders`, { authorization: `Bearer ${env('OPERATOR_TOKEN')}` })

  it('delivers after kill -9 what was paid before it, and the order becomes paid', async () => {
    await writeKeys(place.folder)
    const first = await start()
    // Neither the merchant's own query nor a delivery falls due before time is moved, however long the starts take.
    await sendJson('POST', `${env('CONTROL')}/control/clock/stop`, {})
    expect(await orderInBrowser(first.addresses.get('shop in a browser')!.replace(/\/$/, ''))).toBe(201)
    const [order] = (await orders()).orders
    await sendJson('PUT', `${env('CONTROL')}/control/faults/drop-notices`, { on: true })
    await sendJson('POST', `${env('CONTROL')}/control/trades/${env('MCHID')}/${order!.outTradeNo}/pay`, {})
    expect((await orders()).orders).toMatchObject([{ status: 'pending' }])
    await first.killHard()

    await start()
    expect((await orders()).orders).toMatchObject([{ status: 'pending', outTradeNo: order!.outTradeNo }])
    // The switch outlived the power cut, too.
    await sendJson('PUT', `${env('CONTROL')}/control/faults/drop-notices`, { on: false })
    await sendJson('POST', `${env('CONTROL')}/control/clock/advance`, { seconds: 60 })
    const { notices } = await getJson<Notices>(`${env('CONTROL')}/control/notices`)
    expect(notices).toMatchObject([{ out_trade_no: order!.outTradeNo }])
    const outcomes = notices[0]!.attempts.map(({ outcome }) => outcome)
    // Whether the first attempt was on disk as dropped depends on when exactly the power went.
    expect(outcomes.filter((outcome) => outcome !== 'dropped')).toEqual(['acknowledged'])
    expect((await orders()).orders).toMatchObject([
      { status: 'paid', transactionId: expect.stringMatching(/^42\d{26}$/) },
    ])
  })

  it('takes payments with WeChat Pay’s public key as with its certificate', async () => {
    await writeKeys(place.folder)
    const program = await start('--key-mode', 'public_key')
    await orderInBrowser(program.addresses.get('shop in a browser')!.replace(/\/$/, ''))
    const [order] = (await orders()).orders
    await sendJson('POST', `${env('CONTROL')}/control/trades/${env('MCHID')}/${order!.outTradeNo}/pay`, {})
    await sendJson('POST', `${env('CONTROL')}/control/clock/advance`, { seconds: 1 })
    expect((await orders()).orders).toMatchObject([{ status: 'paid' }])
    expect(env('PLATFORM_PUBKEY_ID')).toMatch(/^PUB_KEY_ID_\d{28}$/)
  })

  // Windows has neither file modes nor a Ctrl-C that another process can send.
  const itOnPosix = process.platform === 'win32' ? it.skip : it

  itOnPosix('keeps its keys for itself and over restarts, and stops cleanly on Ctrl-C', async () => {
    const first = await start()
    const before = env('SERIAL')
    for (const secret of ['installation.json', 'sdk.env', 'merchant_key.pem']) {
      expect({ secret, mode: statSync(path.join(place.folder, secret)).mode & 0o077 }).toEqual({ secret, mode: 0 })
    }
    expect((await first.interrupt()).code).toBe(0)
    const second = await start()
    expect(env('SERIAL')).toBe(before)
    expect((await second.interrupt()).code).toBe(0)
  })

  const oneLine = (text: string): string[] => text.trim().split('\n')

  it('names a port that is taken, and the mend', async () => {
    await writeKeys(place.folder)
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const ended = await runProgram(['mock', '--port-base', String(port), '--data', place.folder])
    other.close()
    expect(ended.code).toBe(1)
    expect(oneLine(ended.stderr)).toEqual([expect.stringMatching(new RegExp(`Port ${port} is taken.*--port-base`))])
  })

  it('answers under the real names with --tls, and says where its CA is', async () => {
    await writeKeys(place.folder)
    const program = await start('--tls')
    expect(env('TLS_PROXY')).toBe(program.addresses.get('HTTPS proxy to them'))
    expect(env('TLS_BASE')).toBe(program.addresses.get('real names, TLS'))
    expect(program.addresses.get('CA to trust')).toBe(env('CA_FILE'))
    const ca = readFileSync(env('CA_FILE'), 'utf8')
    const { socket } = await connect(env('TLS_PROXY'), 'api.q.qq.com:443')
    const asked = { port: 0, ca, name: 'api.q.qq.com', target: '/api/getToken', socket }
    expect((await callTls(asked)).status).toBe(200)
    if (process.platform !== 'win32') expect((await program.interrupt()).code).toBe(0)
    else await program.killHard()
    await start('--tls')
    expect(readFileSync(env('CA_FILE'), 'utf8')).toBe(ca)
  })

  it('names a TLS port that is no port', async () => {
    const ended = await runProgram(['mock', '--tls-port', '70000', '--data', place.folder])
    expect({ code: ended.code, lines: oneLine(ended.stderr) }).toEqual({
      code: 1,
      lines: [expect.stringMatching(/^--tls-port: expected a whole number/)],
    })
  })

  it('names a data folder that it cannot write, and the mend', async () => {
    const file = path.join(place.folder, 'a-file')
    writeFileSync(file, '')
    chmodSync(file, 0o400)
    const ended = await runProgram(['mock', '--port-base', '0', '--data', path.join(file, 'below')])
    expect(ended.code).toBe(1)
    expect(oneLine(ended.stderr)).toEqual([expect.stringMatching(/data folder can't be used.*--data/)])
  })

  it('names a data folder whose keys are damaged', async () => {
    writeFileSync(path.join(place.folder, 'installation.json'), '{"app":')
    const ended = await runProgram(['mock', '--port-base', '0', '--data', place.folder])
    expect(ended.code).toBe(1)
    expect(oneLine(ended.stderr)).toEqual([expect.stringMatching(/installation\.json is damaged/)])
  })

  it('names a wrong option, and shows its help', async () => {
    const wrong = await runProgram(['mock', '--prot', '1'])
    expect({ code: wrong.code, lines: oneLine(wrong.stderr).length }).toEqual({ code: 2, lines: 1 })
    const help = await runProgram(['--help'])
    expect({ code: help.code, text: help.stdout }).toEqual({ code: 0, text: expect.stringContaining('--port-base') })
  })
})

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseSdkEnv } from '../../mock-server/kit/sdk-env'
import { createMerchantClient } from '../simulator/support/merchant-client'
import { createNoticeReceiver, type NoticeReceiver } from '../simulator/support/notice-receiver'
import { startProgram, type Program } from '../support/program'
import { getJson, sendJson } from '../support/running-stack'
import { writeKeys } from '../support/shared/shared'

const count = 1000

describe('a power cut during a thousand pending notices', () => {
  let folder: string
  let receiver: NoticeReceiver
  let program: Program
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pending-'))
    await writeKeys(folder)
    receiver = await createNoticeReceiver()
    program = await start()
  })
  afterAll(async () => {
    await program.killHard()
    await receiver.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const start = (): Promise<Program> =>
    startProgram([
      ...['mock', '--port-base', '0', '--data', folder, '--log', 'silent'],
      ...['--resolve', `https://receiver.example=${receiver.url}`],
    ])
  const env = (name: string): string => {
    const value = parseSdkEnv(readFileSync(path.join(folder, 'sdk.env'), 'utf8')).get(name)
    if (value === undefined) throw new Error(`sdk.env has no ${name}`)
    return value
  }
  const control = (target: string, body: object = {}): Promise<unknown> =>
    sendJson('POST', `${env('CONTROL')}/control${target}`, body)

  it('loses none: each arrives after the next start', async () => {
    const client = createMerchantClient(env('WXPAY_BASE'), {
      mchid: env('MCHID'),
      serial: env('SERIAL'),
      privateKey: readFileSync(env('MERCHANT_KEY_FILE'), 'utf8'),
    })
    const numbers = Array.from({ length: count }, (_one, index) => `pending-${String(index).padStart(4, '0')}`)
    const pay = async (number: string): Promise<void> => {
      const ordered = await client.post('/v3/pay/transactions/native', {
        appid: env('APPID'),
        mchid: env('MCHID'),
        description: 'tea',
        out_trade_no: number,
        notify_url: `https://receiver.example/${number}`,
        amount: { total: 100 },
      })
      expect(ordered.status).toBe(200)
      await control(`/trades/${env('MCHID')}/${number}/pay`)
    }
    receiver.answerWith((response) => response.writeHead(500).end())
    const waiting = [...numbers]
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await pay(next)
      }),
    )
    // All are paid, and their payers know; deliveries are under way.
    await program.killHard()

    receiver.received.length = 0
    receiver.answerWith((response) => response.writeHead(204).end())
    program = await start()
    await control('/clock/advance', { seconds: 120 })
    const arrived = new Set(receiver.received.map(({ url }) => url.slice(1)))
    expect([...arrived].sort()).toEqual(numbers)
    const { notices } = await getJson<{ notices: { next_attempt_at: string | null }[] }>(
      `${env('CONTROL')}/control/notices?limit=200`,
    )
    expect(notices.every(({ next_attempt_at: next }) => next === null)).toBe(true)
  })
})

import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parsePrivateKey } from '../../../../mock-server/crypto/rsa'
import { projectFile } from '../../../../mock-server/kit/files'
import type { Question } from '../../../../mock-server/probe/question'
import { questions } from '../../../../mock-server/probe/questions'
import { createScrub, toReport } from '../../../../mock-server/probe/report'
import { runProbe, type Outcome, type ProbeOptions } from '../../../../mock-server/probe/run-probe'
import { createQqWorld, type QqWorld } from '../../../simulator/support/qq-world'

describe('the probe, asked of the simulators', () => {
  let world: QqWorld
  beforeAll(async () => {
    world = await createQqWorld()
  })
  afterAll(() => world.close())

  const merchantOf = () => {
    const { mchid, serial, privateKey, apiKey } = world.wechat.merchants[0]!
    const { appid } = world.wechat.apps[0]!
    return { mchid, appid, apiKey, v3: { serial, privateKey: parsePrivateKey(privateKey) } }
  }
  const run = (over: Partial<ProbeOptions> = {}): Promise<readonly Outcome[]> =>
    runProbe({
      questions,
      hosts: { pay: world.wechat.url, login: world.wechat.url, qq: world.qq.url },
      merchant: merchantOf(),
      stranger: { serial: 'AB12', privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
      platform: null,
      pause: () => Promise.resolve(),
      onOutcome: () => undefined,
      stopsWhenRefused: false,
      ...over,
    })
  const notAgreed = (outcomes: readonly Outcome[]): readonly unknown[] =>
    outcomes.flatMap((outcome) => (outcome.kind === 'agrees' ? [] : [{ ...outcome, question: outcome.question.id }]))

  it('finds the answer that each question expects', async () => {
    const outcomes = await run()
    expect(notAgreed(outcomes)).toEqual([])
    expect(outcomes.length).toBeGreaterThan(45)
  })

  it('asks about rows that FIDELITY.md has', () => {
    const cells = readFileSync(projectFile('mock-server/FIDELITY.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.slice(2))
    const without = questions.filter(({ row }) => !cells.some((cell) => cell.startsWith(row)))
    expect(without.map(({ id, row }) => [id, row])).toEqual([])
    expect(new Set(questions.map(({ id }) => id)).size).toBe(questions.length)
  })

  it('orders nothing and refunds nothing', async () => {
    await world.wechat.reset()
    await run()
    const trades = (await (await fetch(`${world.wechat.controlUrl}/control/trades?limit=50`)).json()) as {
      trades: readonly { out_trade_no: string; trade_state: string }[]
    }
    // A close uses its number up: that is all that is left.
    for (const { out_trade_no, trade_state } of trades.trades) {
      expect(out_trade_no).toMatch(/^PROBE/)
      expect(trade_state).toBe('CLOSED')
    }
  })

  const first = questions[0]!
  const wrong: Question = { ...first, id: 'wrong', expected: { status: 418, names: 'none' } }

  it('shows both answers where they differ', async () => {
    const [outcome] = await run({ questions: [wrong] })
    expect(outcome).toMatchObject({ kind: 'differs', differences: ['status: expected 418, got 404'] })
  })

  it('says what it cannot ask, and goes on', async () => {
    const outcomes = await run({ merchant: { ...merchantOf(), v3: null, apiKey: null } })
    const missing = outcomes.filter(({ kind }) => kind === 'could-not-ask')
    expect(missing.length).toBeGreaterThan(15)
    expect(outcomes.filter(({ kind }) => kind === 'differs')).toEqual([])
  })

  it('says that nobody answers', async () => {
    const hosts = { pay: 'http://127.0.0.1:1', login: 'http://127.0.0.1:1', qq: 'http://127.0.0.1:1' }
    const [outcome] = await run({ hosts, questions: [first] })
    expect(outcome).toMatchObject({ kind: 'could-not-ask', reason: expect.stringContaining('ECONNREFUSED') })
  })

  it('ends at the first 403 of the real services', async () => {
    const refused = questions.find(({ id }) => id === 'frozen money of no payment')!
    const shares: Question = {
      ...refused,
      id: 'not allowed',
      target: '/v3/profitsharing/bills',
      expected: { status: 403 },
    }
    const outcomes = await run({ questions: [first, shares, first], stopsWhenRefused: true })
    expect(outcomes.map(({ kind }) => kind)).toEqual(['agrees', 'agrees', 'could-not-ask'])
  })

  it('pauses before each question but the first', async () => {
    let pauses = 0
    await run({ questions: [first, first, first], pause: () => Promise.resolve(void (pauses += 1)) })
    expect(pauses).toBe(2)
  })

  it('writes a report without keys, signatures and numbers of the merchant', async () => {
    const merchant = merchantOf()
    const all = questions.map((question) => ({ ...question, expected: { ...question.expected, status: 418 } }))
    const report = toReport(await run({ questions: all }), createScrub(merchant), { service: 'x', at: 'now' })
    expect(report).toContain(`0 agree (0 of them guesses so far), ${questions.length} differ`)
    for (const secret of [merchant.mchid, merchant.apiKey, merchant.v3.serial, merchant.appid])
      expect(report).not.toContain(secret)
    const answers = report.replace(/^Row of .*$/gm, '')
    expect(answers).not.toMatch(/[0-9A-Za-z+/]{60}/)
    expect(report).not.toContain('Authorization: WECHATPAY2')
  })
})

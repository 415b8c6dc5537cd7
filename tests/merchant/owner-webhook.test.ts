import { spawnSync } from 'node:child_process'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { runInNewContext } from 'node:vm'
import { createOwnerWebhook, webhookSecretPattern } from '../../mock-server/merchant/jobs/owner-webhook'
import { openShop, type Shop } from './support/shop'

/** The owner's own server, told of payments and refunds over HTTP. It verifies as mock-server/production/README.md says. */

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
/** The recipe of a document for one language. */
function recipeOf(file: string, language: string): string {
  const text = readFileSync(path.resolve(__dirname, '../../mock-server/production', file), 'utf8')
  return new RegExp(`\`\`\`${language}\\n([^\`]*(?:\`[^\`]+\`[^\`]*)*?webhook-signature[\\s\\S]*?)\`\`\``).exec(
    text,
  )![1]!
}

interface Told {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
type Answer = { status: number; location?: string } | 'nothing'

let told: Told[]
let answers: Answer[]
let server: ReturnType<typeof createServer>
let url: string
let shop: Shop

beforeEach(async () => {
  told = []
  answers = []
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      told.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      const answer = answers.shift() ?? { status: 204 }
      if (answer === 'nothing') return
      response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location }).end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/paid?shop=1`
  const clock = { now: () => Date.now() }
  shop = await openShop({ ownerHook: createOwnerWebhook({ url, secret, clock, timeoutMs: 2000 }) })
})
afterEach(async () => {
  await shop.close()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

async function paid() {
  const placed = await shop.placed()
  const transaction = shop.wechat.paid(placed.outTradeNo)
  await shop.notify(shop.wechat.notice(transaction))
  return { ...placed, transactionId: transaction.transaction_id }
}
const jobs = async () =>
  (await shop.operator<{ jobs: { kind: string; status: string; note: string | null }[] }>('/operator/jobs')).jobs

describe('the owner’s server', () => {
  it('is told of a payment: who, what, where to', async () => {
    const { order } = await paid()
    await shop.merchant.sweep()
    expect(told).toHaveLength(1)
    const { headers, body } = told[0]!
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'webhook-id': `paid-${order.orderNo}`,
    })
    expect(JSON.parse(body)).toMatchObject({
      id: `paid-${order.orderNo}`,
      type: 'order.paid',
      order: { orderNo: order.orderNo, totalFen: 9600, client: 'weapp', refundedFen: 0, items: [{ goodsId: 'tea' }] },
    })
  })

  it('is told of a refund once the money is there', async () => {
    const { order, outTradeNo, transactionId } = await paid()
    await shop.operate(`/operator/orders/${order.orderNo}/refunds`, { reason: '少发一件', amountFen: 600 })
    const { refunds } = await shop.operator<{ refunds: { refundNo: string }[] }>('/operator/refunds')
    shop.wechat.respond('POST /v3/refund/domestic/refunds', {
      body: {
        refund_id: '50300000000000000000000001',
        out_refund_no: refunds[0]!.refundNo,
        transaction_id: transactionId,
        out_trade_no: outTradeNo,
        channel: 'ORIGINAL',
        user_received_account: '支付用户零钱',
        create_time: '2026-11-21T10:00:00+08:00',
        success_time: '2026-11-21T10:00:03+08:00',
        status: 'SUCCESS',
        amount: { total: 9600, refund: 600, payer_total: 9600, payer_refund: 600, currency: 'CNY' },
      },
    })
    await shop.merchant.sweep()
    const events = told.map(({ body }) => JSON.parse(body) as { id: string; type: string; refund?: object })
    // In any order: each is told alone.
    expect(events.map(({ type }) => type).sort()).toEqual(['order.paid', 'order.refunded'])
    expect(events.find(({ type }) => type === 'order.refunded')).toMatchObject({
      order: { orderNo: order.orderNo, refundedFen: 600 },
      refund: { amountFen: 600, reason: '少发一件', settledAt: '2026-11-21T02:00:03.000Z' },
    })
    expect(new Set(events.map(({ id }) => id)).size).toBe(2)
  })

  it.each<[string, Answer, string | RegExp]>([
    ['refuses', { status: 500 }, 'The owner’s server answered 500.'],
    ['sends it elsewhere', { status: 307, location: '/elsewhere' }, 'The owner’s server answered 307.'],
    ['says nothing', 'nothing', /^No answer from 127\.0\.0\.1:\d+ within 2000 ms\.$/],
  ])('that %s is told again later, under the same id, freshly signed', async (_what, answer, note) => {
    answers = [answer]
    await paid()
    await shop.merchant.sweep()
    expect(await jobs()).toMatchObject([
      { kind: 'hook', status: 'waiting', note: expect.stringMatching(note) as string },
    ])
    shop.clock.advance(11)
    await shop.merchant.sweep()
    expect(await jobs()).toMatchObject([{ kind: 'hook', status: 'done' }])
    expect(told).toHaveLength(2)
    expect(told[1]!.headers['webhook-id']).toBe(told[0]!.headers['webhook-id'])
    expect(told.every(({ headers }) => headers['webhook-signature']?.includes('v1,'))).toBe(true)
  })

  it('that hangs holds no late query and no refund up', async () => {
    const hanging = createOwnerWebhook({ url, secret, clock: { now: () => Date.now() }, timeoutMs: 60_000 })
    const other = await openShop({ ownerHook: hanging })
    answers = ['nothing']
    const [first, second] = [await other.placed(), await other.placed()]
    await other.notify(other.wechat.notice(other.wechat.paid(first.outTradeNo)))
    const stuck = other.merchant.sweep()
    while (told.length === 0) await new Promise((turn) => setImmediate(turn))
    other.wechat.respond(`GET /v3/pay/transactions/out-trade-no/${second.outTradeNo}`, {
      body: other.wechat.paid(second.outTradeNo),
    })
    other.clock.advance(31)
    void other.merchant.sweep()
    while ((await other.status(second.token, second.order.orderNo)).status !== 'paid') {
      await new Promise((turn) => setImmediate(turn))
    }
    expect(told).toHaveLength(1)
    server.closeAllConnections()
    await stuck
    await other.close()
  })
})

describe('the recipes of mock-server/production/README.md', () => {
  it.each(['js', 'python'])('are the same in Chinese: %s', (language) => {
    expect(recipeOf('README.zh-CN.md', language)).toBe(recipeOf('README.md', language))
  })

  async function oneTold(): Promise<Told> {
    await paid()
    await shop.merchant.sweep()
    return told[0]!
  }
  /** What differs from what was sent, and whether it may be believed. */
  const cases: readonly [string, (one: Told) => Told, boolean][] = [
    ['what was sent', (one) => one, true],
    ['another amount', ({ headers, body }) => ({ headers, body: body.replace('9600', '9601') }), false],
    ['another id', ({ headers, body }) => ({ headers: { ...headers, 'webhook-id': 'paid-1' }, body }), false],
    [
      'an old one',
      ({ headers, body }) => ({
        headers: { ...headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 301) },
        body,
      }),
      false,
    ],
  ]

  it.each(cases)('in Node: %s', async (_what, change, isGood) => {
    const { headers, body } = change(await oneTold())
    const context = { require, process: { env: { OWNER_HOOK_SECRET: secret } }, Buffer, Date, Math }
    const isFromShop = runInNewContext(`${recipeOf('README.md', 'js')}; isFromShop`, context) as (
      h: object,
      b: Buffer,
    ) => boolean
    expect(isFromShop(headers, Buffer.from(body))).toBe(isGood)
  })

  const hasPython = spawnSync('python3', ['-c', '']).status === 0
  ;(hasPython ? it : it.skip).each(cases)('in Python: %s', async (_what, change, isGood) => {
    const { headers, body } = change(await oneTold())
    const script = `${recipeOf('README.md', 'python')}
import json, sys
told = json.load(sys.stdin)
print(is_from_shop(told["headers"], told["body"].encode(), "${secret}"))`
    const { stdout, stderr } = spawnSync('python3', ['-c', script], {
      input: JSON.stringify({ headers, body }),
      encoding: 'utf8',
    })
    expect([stdout.trim(), stderr]).toEqual([isGood ? 'True' : 'False', ''])
  })
})

describe('a secret', () => {
  it.each([
    [`whsec_${Buffer.alloc(24, 1).toString('base64')}`, true],
    [`whsec_${Buffer.alloc(64, 1).toString('base64')}`, true],
    [`whsec_${Buffer.alloc(23, 1).toString('base64').slice(0, 31)}`, false],
    [`whsec_${Buffer.alloc(67, 1).toString('base64')}`, false],
    [Buffer.alloc(32, 1).toString('base64'), false],
    ['whsec_not base64 but long enough to be one!!', false],
  ])('%s: %s', (text, isGood) => expect(webhookSecretPattern.test(text)).toBe(isGood))
})

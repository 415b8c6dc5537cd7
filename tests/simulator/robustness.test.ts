import fc from 'fast-check'
import { createMerchantClient, toAnswer, type Answer } from './support/merchant-client'
import { nastyText } from './support/nasty'
import { createQqWorld, type QqWorld } from './support/qq-world'
import { createWechatWorld, type WechatWorld } from './support/wechat-world'

/**
 * Whatever a client sends gets an answer in the service's own shape, never a fault of ours, and a refusal changes nothing.
 * Requests that are right but for one value are in almost-right.test.ts.
 */

const seed = 20_261_121
const runs = 25

const faults: unknown[] = []
const onDefect = (error: unknown): void => void faults.push(error)

let world: WechatWorld
beforeAll(async () => {
  world = await createWechatWorld({ onDefect })
})
afterAll(() => world.stop())

const nastyXml = fc.oneof(
  fc.constantFrom(
    '<xml></xml>',
    '<xml>',
    '<xml><a>1</a><a>2</a></xml>',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><body>&e;</body></xml>',
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><body>&b;</body></xml>',
    '<xml><__proto__><x>1</x></__proto__></xml>',
    '<xml><total_fee>1e999</total_fee></xml>',
    '<xml><![CDATA[</xml>',
  ),
  fc
    .dictionary(fc.constantFrom('appid', 'mch_id', 'sign', 'nonce_str', 'body', 'total_fee', 'trade_type'), nastyText)
    .map(
      (fields) =>
        `<xml>${Object.entries(fields)
          .map(([name, value]) => `<${name}><![CDATA[${value.replaceAll(']]>', '')}]]></${name}>`)
          .join('')}</xml>`,
    ),
)

const nastyBody = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
  fc.tuple(fc.json(), fc.nat(20)).map(([text, cut]) => Buffer.from(text.slice(0, cut))),
  nastyXml.map((text) => Buffer.from(text)),
)

/** The shape of a refusal on each of the service's doors. */
function expectShape(route: string, answer: Answer): void {
  expect(answer.status).toBeLessThan(600)
  if (route.includes(' /v3/billdownload')) return
  if (route.includes(' /v3/')) {
    if (answer.status >= 400) {
      expect(Object.keys(answer.json).filter((name) => name !== 'detail')).toEqual(['code', 'message'])
      expect(answer.json).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) })
    }
  } else if (/ \/(pay|secapi)\//.test(route)) {
    expect(answer.status).toBe(200)
    expect(answer.text).toMatch(/^(<xml>[\s\S]*<return_code>|\ufeff?交易时间)/)
  } else if (/ \/(sns|cgi-bin\/(token|stable)|wxa|api\/getToken)/.test(route)) {
    expect(answer.status).toBe(200)
    expect(answer.json).toHaveProperty(
      /getToken|token/.test(route) && 'access_token' in answer.json ? 'access_token' : 'errcode',
    )
  } else {
    // Our own: phones' clients and the pages.
    expect(answer.status).not.toBe(500)
  }
}

const snapshot = async (): Promise<string> => {
  const [trades, notices] = await Promise.all([
    world.control('GET', '/control/trades?limit=200'),
    world.control('GET', '/control/notices?limit=200'),
  ])
  return trades.text + notices.text
}

/** Puts text into the places of a route: `:name` and what follows the question mark. */
function toTarget(path: string, values: readonly string[], query: readonly (readonly [string, string])[]): string {
  let index = 0
  const filled = path.replace(/:[A-Za-z]+/g, () => encodeURIComponent(values[index++ % values.length]!) || 'x')
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  return pairs.length > 0 ? `${filled}?${pairs.join('&')}` : filled
}

const queryNames = [
  'mchid',
  'sp_mchid',
  'sub_mchid',
  'appid',
  'secret',
  'js_code',
  'grant_type',
  'access_token',
  'token',
].concat([
  'bill_date',
  'bill_type',
  'prepay_id',
  'package',
  'redirect_url',
  'algorithm_type',
  'real_notify_url',
  'openid',
])

const request = fc.record({
  values: fc.array(nastyText, { minLength: 1, maxLength: 3 }),
  query: fc.array(fc.tuple(fc.constantFrom(...queryNames), nastyText), { maxLength: 4 }),
  isSigned: fc.boolean(),
  contentType: fc.constantFrom('application/json', 'text/xml', 'multipart/form-data', ''),
})

async function send(
  base: string,
  method: string,
  target: string,
  body: Buffer,
  headers: Record<string, string>,
): Promise<Answer> {
  return toAnswer(
    await fetch(base + target, { method, headers, ...(method !== 'GET' && { body: new Uint8Array(body) }) }),
  )
}

describe('any request', () => {
  it('to any route of WeChat gets the service’s own answer, and a refusal changes nothing', async () => {
    const client = createMerchantClient(world.wechat.url, world.wechat.merchants[0]!)
    await world.order('order-0001')
    for (const route of world.wechat.routes) {
      const [method = '', path = ''] = route.split(' ')
      await fc.assert(
        fc.asyncProperty(request, nastyBody, async (asked, body) => {
          const target = toTarget(path, asked.values, asked.query)
          const sent = method === 'GET' ? Buffer.alloc(0) : body
          const before = await snapshot()
          const answer = await send(world.wechat.url, method, target, sent, {
            ...(asked.contentType !== '' && { 'content-type': asked.contentType }),
            ...(asked.isSigned && { authorization: client.authorize(method, target, sent) }),
          })
          expect(faults).toEqual([])
          expectShape(route, answer)
          if (answer.status >= 400) expect(await snapshot()).toBe(before)
        }),
        { seed, numRuns: runs },
      )
    }
  }, 240_000)

  it('to any route of QQ gets QQ’s own answer', async () => {
    const qq: QqWorld = await createQqWorld({ onDefect })
    try {
      for (const route of qq.qq.routes) {
        const [method = '', path = ''] = route.split(' ')
        await fc.assert(
          fc.asyncProperty(request, nastyBody, async (asked, body) => {
            const target = toTarget(path, asked.values, asked.query)
            const sent = method === 'GET' ? Buffer.alloc(0) : body
            const answer = await send(qq.qq.url, method, target, sent, {
              ...(asked.contentType !== '' && { 'content-type': asked.contentType }),
            })
            expect(faults).toEqual([])
            expect(answer.status).not.toBe(500)
            if (answer.status !== 404) expect(answer.text).toMatch(/errcode|errmsg|code|access_token|ok/)
          }),
          { seed, numRuns: runs },
        )
      }
    } finally {
      await qq.close()
    }
  }, 120_000)

  it('to no route at all gets a 404 in the service’s shape', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
        fc.array(nastyText, { maxLength: 3 }),
        async (method, parts) => {
          const target = `/v3/nothing/${parts.map((part) => encodeURIComponent(part)).join('/')}`
          const answer = await send(world.wechat.url, method, target, Buffer.from('{}'), {
            'content-type': 'application/json',
          })
          expect([400, 404]).toContain(answer.status)
          expect(answer.json).toMatchObject({ code: expect.any(String), message: expect.any(String) })
          expect(faults).toEqual([])
        },
      ),
      { seed, numRuns: 60 },
    )
  })
})

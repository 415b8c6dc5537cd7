import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createMerchantClient, toAnswer, type Answer } from '../simulator/support/merchant-client'
import { nastyText } from '../simulator/support/nasty'
import { createQqWorld } from '../simulator/support/qq-world'
import { createWechatWorld } from '../simulator/support/wechat-world'
import type { FuzzTarget, FuzzWorld } from './target'

/**
 * Any request to any route gets an answer in the service's own shape, never a fault of ours, and a refusal changes
 * nothing. Requests that are right but for one value are those of almost-right.
 */

export const anyRequest: FuzzTarget = { name: 'any-request', open: openAnyRequest }

const noRoute = 'no route at all'

export async function openAnyRequest(): Promise<FuzzWorld> {
  const defects: unknown[] = []
  const onDefect = (error: unknown): void => void defects.push(error)
  const world = await createWechatWorld({ onDefect })
  const qq = await createQqWorld({ onDefect })
  const client = createMerchantClient(world.wechat.url, world.wechat.merchants[0]!)
  await world.order('order-0001')

  const snapshot = async (): Promise<string> => {
    const pages = ['trades', 'notices'].map((page) => world.control('GET', `/control/${page}?limit=200`))
    return (await Promise.all(pages)).map(({ text }) => text).join()
  }

  const toWechat = (route: string) =>
    fc.asyncProperty(request, nastyBody, async (asked, body) => {
      const [method = '', path = ''] = route.split(' ')
      const target = toTarget(path, asked.values, asked.query)
      const sent = method === 'GET' ? Buffer.alloc(0) : body
      const before = await snapshot()
      const answer = await send(world.wechat.url, method, target, sent, {
        ...(asked.contentType !== '' && { 'content-type': asked.contentType }),
        ...(asked.isSigned && { authorization: client.authorize(method, target, sent) }),
      })
      assert.deepEqual(defects, [])
      assertShape(route, answer)
      if (answer.status >= 400) assert.equal(await snapshot(), before, 'what was refused changed something')
    })

  const toQq = (route: string) =>
    fc.asyncProperty(request, nastyBody, async (asked, body) => {
      const [method = '', path = ''] = route.split(' ')
      const target = toTarget(path, asked.values, asked.query)
      const answer = await send(qq.qq.url, method, target, method === 'GET' ? Buffer.alloc(0) : body, {
        ...(asked.contentType !== '' && { 'content-type': asked.contentType }),
      })
      assert.deepEqual(defects, [])
      assert.notEqual(answer.status, 500)
      if (answer.status !== 404) assert.match(answer.text, /errcode|errmsg|code|access_token|ok/)
    })

  const toNoRoute = fc.asyncProperty(
    fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    fc.array(nastyText, { maxLength: 3 }),
    async (method, parts) => {
      const target = `/v3/nothing/${parts.map((part) => encodeURIComponent(part)).join('/')}`
      const json = { 'content-type': 'application/json' }
      const answer = await send(world.wechat.url, method, target, Buffer.from('{}'), json)
      assert.ok([400, 404].includes(answer.status), `answered ${answer.status}`)
      if (answer.status === 404) assert.equal(answer.text, '')
      else assert.deepEqual([typeof answer.json['code'], typeof answer.json['message']], ['string', 'string'])
      assert.deepEqual(defects, [])
    },
  )

  return {
    parts: [
      ...world.wechat.routes.map((route) => `wechat ${route}`),
      ...qq.qq.routes.map((route) => `qq ${route}`),
      noRoute,
    ],
    async check(part, seed, runs) {
      const [, service, route = ''] = /^(wechat|qq) (.*)$/.exec(part) ?? []
      if (service === 'wechat') return fc.assert(toWechat(route), { seed, numRuns: runs })
      if (service === 'qq') return fc.assert(toQq(route), { seed, numRuns: runs })
      return fc.assert(toNoRoute, { seed, numRuns: runs })
    },
    async close() {
      await world.stop()
      await qq.close()
    },
  }
}

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

const queryNames = [
  ...['mchid', 'sp_mchid', 'sub_mchid', 'appid', 'secret', 'js_code', 'grant_type', 'access_token', 'token', 'openid'],
  ...['bill_date', 'bill_type', 'prepay_id', 'package', 'redirect_url', 'algorithm_type', 'real_notify_url'],
]

const request = fc.record({
  values: fc.array(nastyText, { minLength: 1, maxLength: 3 }),
  query: fc.array(fc.tuple(fc.constantFrom(...queryNames), nastyText), { maxLength: 4 }),
  isSigned: fc.boolean(),
  contentType: fc.constantFrom('application/json', 'text/xml', 'multipart/form-data', ''),
})

/** The shape of an answer on each of the service's doors. */
function assertShape(route: string, answer: Answer): void {
  assert.ok(answer.status < 600)
  if (route.includes(' /v3/billdownload')) return
  if (route.includes(' /v3/')) {
    if (answer.status < 400) return
    assert.deepEqual(
      Object.keys(answer.json).filter((name) => name !== 'detail'),
      ['code', 'message'],
    )
    assert.match(String(answer.json['code']), /^[A-Z_]+$/)
    assert.equal(typeof answer.json['message'], 'string')
  } else if (/ \/(pay|secapi)\//.test(route)) {
    assert.equal(answer.status, 200)
    assert.match(answer.text, /^(<xml>[\s\S]*<return_code>|\ufeff?交易时间)/)
  } else if (/ \/(sns|cgi-bin\/(token|stable)|wxa|api\/getToken)/.test(route)) {
    assert.equal(answer.status, 200)
    const isToken = /getToken|token/.test(route) && 'access_token' in answer.json
    assert.ok(isToken || 'errcode' in answer.json, answer.text)
  } else {
    // Our own: phones' clients and the pages.
    assert.notEqual(answer.status, 500)
  }
}

/** Puts text into the places of a route: `:name` and what follows the question mark. */
function toTarget(path: string, values: readonly string[], query: readonly (readonly [string, string])[]): string {
  let index = 0
  const filled = path.replace(/:[A-Za-z]+/g, () => encodeURIComponent(values[index++ % values.length]!) || 'x')
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  return pairs.length > 0 ? `${filled}?${pairs.join('&')}` : filled
}

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

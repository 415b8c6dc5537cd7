import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { apiPaths } from '../../../src/contract/api'
import { callsOf, createLogLines, expectOurs, say, storedIn } from '../support/attacker'
import type { NoticeChange } from '../support/fake-wechat'
import { nextRequestId, openShop, operatorToken, type PlacedOrder, type Shop } from '../support/shop'

/** An attacker who can say anything to the addresses that the world sees. Each try is refused and changes nothing. */

const { lines, logger } = createLogLines()
const folder = mkdtempSync(path.join(tmpdir(), 'attacks-'))
const dataFile = path.join(folder, 'shop.db')

let shop: Shop
let alice: PlacedOrder
let mallory: string

beforeAll(async () => {
  shop = await openShop({ logger, dataFile, sessionLifeMs: 3_600_000 })
  alice = await shop.placed()
  mallory = await shop.login('weapp', 'mallory')
})
afterAll(async () => {
  await shop.close()
  rmSync(folder, { recursive: true })
})

let before = ''
let asked = 0
beforeEach(() => {
  before = storedIn(dataFile)
  asked = shop.wechat.count('POST /v3/')
})
function expectNothingChanged(): void {
  expect(storedIn(dataFile)).toBe(before)
  expect(shop.wechat.count('POST /v3/')).toBe(asked)
}

describe('an order of somebody else', () => {
  it('is a 404 in every call about it, the same as one that there never was', async () => {
    const numbers = [alice.order.orderNo, 'SC000000-AAAAAAAA', alice.outTradeNo]
    for (const number of numbers) {
      for (const [method, address, body] of callsOf(number)) {
        const answer = await shop.call(method, address, { token: mallory, ...(body && { body }) })
        expect(answer).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_FOUND' } })
      }
    }
    const { body } = await shop.call('GET', '/api/orders', { token: mallory })
    expect(body).toMatchObject({ orders: [] })
    expectNothingChanged()
  })
})

describe('a token', () => {
  const forgeries: Record<string, (token: string) => string> = {
    'cut by one character': (token) => `Bearer ${token.slice(0, -1)}`,
    'longer by one character': (token) => `Bearer ${token}A`,
    'with its first character changed': (token) => `Bearer ${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`,
    'in another scheme': (token) => `Basic ${token}`,
    'twice in one header': (token) => `Bearer ${token}, Bearer ${token}`,
    'with SQL behind it': (token) => `Bearer ${token}' OR '1'='1`,
    'with a wildcard': () => `Bearer ${'%'.repeat(43)}`,
    'of the operator': () => `Bearer ${operatorToken}`,
  }
  it.each(Object.entries(forgeries))('%s opens nothing', async (_name, forge) => {
    for (const [method, address, body] of callsOf(alice.order.orderNo)) {
      const answer = await shop.call(method, address, {
        headers: { authorization: forge(alice.token) },
        ...(body && { body }),
      })
      expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    }
    expectNothingChanged()
  })

  it('that was revoked or has ended opens nothing', async () => {
    const own = await openShop({ logger, sessionLifeMs: 60_000 })
    try {
      const placed = await own.placed()
      const revoked = await own.login('weapp')
      await own.call('DELETE', '/api/sessions', { token: revoked })
      expect((await own.call('GET', apiPaths.order(placed.order.orderNo), { token: placed.token })).status).toBe(200)
      own.clock.advance(61)
      for (const token of [revoked, placed.token]) {
        for (const [method, address, body] of callsOf(placed.order.orderNo)) {
          expect((await own.call(method, address, { token, ...(body && { body }) })).status).toBe(401)
        }
      }
    } finally {
      await own.close()
    }
  })
})

describe('a notice that was caught on its way', () => {
  const weekSec = 7 * 86_400
  const flip = (at: (body: string) => number) => (body: string) => {
    const index = at(body)
    return body.slice(0, index) + String.fromCharCode(body.charCodeAt(index) ^ 1) + body.slice(index + 1)
  }
  const changes: Record<string, NoticeChange> = {
    'a week old': { ageSec: weekSec },
    'with its first byte changed': { tamper: flip(() => 0) },
    'with a byte of its id changed': { tamper: flip((body) => body.indexOf('"id":"') + 6) },
    'with a byte of its type changed': { tamper: flip((body) => body.indexOf('TRANSACTION')) },
    'with a byte of its ciphertext changed': { tamper: flip((body) => body.indexOf('"ciphertext":"') + 20) },
    'with a byte of its nonce changed': { tamper: flip((body) => body.indexOf('"nonce":"') + 9) },
    'with its associated data changed': {
      tamper: (body) => body.replace('"associated_data":"t', '"associated_data":"T'),
    },
    'with its last byte changed': { tamper: flip((body) => body.length - 1) },
    'with its end cut off': { tamper: (body) => body.slice(0, -1) },
    'with a line end more': { tamper: (body) => `${body}\n` },
    'with a byte order mark': { tamper: (body) => `\uFEFF${body}` },
    'without its body': { tamper: () => '' },
    'with another serial': { serial: '0'.repeat(40) },
    'with a signature probe': { signature: 'WECHATPAY/SIGNTEST/AAAA' },
  }
  it.each(Object.entries(changes))('is refused: %s', async (_name, change) => {
    const notice = shop.wechat.notice(shop.wechat.paid(alice.outTradeNo), change)
    expect(await shop.notify(notice)).toMatchObject({ status: 401, body: { code: 'FAIL' } })
    expectNothingChanged()
  })

  it.each(['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Signature', 'Wechatpay-Serial'])(
    'is refused with %s changed, doubled, empty or gone',
    async (name) => {
      const { headers, body } = shop.wechat.notice(shop.wechat.paid(alice.outTradeNo))
      const value = headers[name]!
      const changed = (value.startsWith('1') ? '2' : '1') + value.slice(1)
      const { [name]: _gone, ...rest } = headers
      for (const others of [
        { ...headers, [name]: changed },
        { ...headers, [name]: `${value}, ${value}` },
        { ...headers, [name]: '' },
        rest,
      ]) {
        expect((await shop.notify({ headers: others, body })).status).toBe(401)
      }
      expectNothingChanged()
    },
  )

  it.each([
    ['another merchant', { mchid: '1900000999' }, 'pending'],
    ['another app', { appid: 'wx0000000000000000' }, 'held'],
    ['one fen less', { amount: { total: 9599, payer_total: 9599, currency: 'CNY', payer_currency: 'CNY' } }, 'held'],
    [
      'another currency',
      { amount: { total: 9600, payer_total: 9600, currency: 'HKD', payer_currency: 'HKD' } },
      'held',
    ],
    ['a trade that is not paid', { trade_state: 'USERPAYING' }, 'pending'],
  ] as const)('and is really WeChat Pay’s, but about %s, pays for nothing', async (_what, change, status) => {
    const placed = await shop.placed()
    const notice = shop.wechat.notice(shop.wechat.paid(placed.outTradeNo, change))
    expect((await shop.notify(notice)).status).toBe(204)
    expect((await shop.detail(placed.token, placed.order.orderNo)).status).toBe(status)
  })

  it('changes nothing the second time, with the same id, with a new one, and a week later', async () => {
    const placed = await shop.placed()
    const trade = shop.wechat.paid(placed.outTradeNo)
    const notice = shop.wechat.notice(trade)
    expect((await shop.notify(notice)).status).toBe(204)
    const settled = await shop.detail(placed.token, placed.order.orderNo)
    expect(settled.status).toBe('paid')
    const kept = storedIn(dataFile)
    for (let n = 0; n < 3; n++) expect((await shop.notify(notice)).status).toBe(204)
    expect(storedIn(dataFile)).toBe(kept)
    expect((await shop.notify(shop.wechat.notice(trade, { ageSec: weekSec }))).status).toBe(401)
    expect(storedIn(dataFile)).toBe(kept)
    expect((await shop.notify(shop.wechat.notice(trade))).status).toBe(204)
    expect(await shop.detail(placed.token, placed.order.orderNo)).toEqual(settled)
  })
})

describe('too much', () => {
  it.each(['/api/orders', '/api/quotes', '/api/sessions', '/notify/wechat'])(
    'of 10 MB to %s is not read',
    async (to) => {
      const port = new URL(shop.merchant.url).port
      const answer = await say(
        shop.merchant.url,
        `POST ${to} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${mallory}\r\n` +
          `Content-Type: application/json\r\nContent-Length: 10485760\r\nConnection: close\r\n\r\n${' '.repeat(100_000)}`,
      )
      expect(answer.status).toBe(413)
      expectNothingChanged()
    },
  )

  it('in a list, or nested without end, is refused', async () => {
    const line = { goodsId: 'tea', quantity: 1 }
    const order = (items: unknown) => ({ requestId: nextRequestId(), items, accepts: ['requestPayment'] })
    for (const body of [
      order(Array(21).fill(line)),
      { ...order([line]), accepts: Array(1000).fill('requestPayment') },
    ]) {
      expectOurs(await shop.call('POST', '/api/orders', { token: mallory, body }), [400, 422])
    }
    const raw = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
    expectOurs(await shop.call('POST', '/api/orders', { token: mallory, raw }), [400])
    expectNothingChanged()
  })
})

describe('a request that two servers would read differently', () => {
  const order = () =>
    JSON.stringify({
      requestId: nextRequestId(),
      items: [{ goodsId: 'tea', quantity: 1 }],
      accepts: ['requestPayment'],
    })
  const head = (target: string) => `POST ${target} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n`
  const json = 'Content-Type: application/json\r\n'
  const tries: Record<string, () => string> = {
    'two lengths': () =>
      `${head('/api/orders')}${json}Authorization: Bearer ${mallory}\r\nContent-Length: 2\r\nContent-Length: ${order().length}\r\n\r\n${order()}`,
    'two equal lengths': () =>
      `${head('/api/orders')}${json}Authorization: Bearer ${mallory}\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}`,
    'a length and chunks': () =>
      `${head('/api/orders')}${json}Authorization: Bearer ${mallory}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'chunks under another name': () =>
      `${head('/api/orders')}${json}Authorization: Bearer ${mallory}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    'a length that is no number': () =>
      `${head('/api/orders')}${json}Authorization: Bearer ${mallory}\r\nContent-Length: +5\r\n\r\nhello`,
    'a header that goes on in the next line': () =>
      `${head('/api/orders')}${json}Authorization: Bearer\r\n ${mallory}\r\nContent-Length: ${order().length}\r\n\r\n${order()}`,
    'a space before the colon': () =>
      `${head('/api/orders')}${json}Authorization : Bearer ${mallory}\r\nContent-Length: ${order().length}\r\n\r\n${order()}`,
    'two owners, the right one first': () =>
      `${head('/api/orders')}${json}Authorization: Bearer ${mallory}\r\nAuthorization: Bearer ${'A'.repeat(43)}\r\nContent-Length: ${order().length}\r\n\r\n${order()}`,
    'two owners, the right one last': () =>
      `${head('/api/orders')}${json}Authorization: Bearer ${'A'.repeat(43)}\r\nAuthorization: Bearer ${mallory}\r\nContent-Length: ${order().length}\r\n\r\n${order()}`,
    'two content types': () =>
      `${head('/api/orders')}${json}Content-Type: text/plain\r\nAuthorization: Bearer ${mallory}\r\nContent-Length: ${order().length}\r\n\r\n${order()}`,
    'two hosts': () =>
      `${head('/api/orders')}Host: evil.example\r\n${json}Authorization: Bearer ${mallory}\r\nContent-Length: ${order().length}\r\n\r\n${order()}`,
    'headers of 20 KB': () => `${head('/api/orders')}X-Long: ${'x'.repeat(20_000)}\r\nContent-Length: 0\r\n\r\n`,
    'a NUL in a header': () =>
      `${head('/api/orders')}${json}Authorization: Bearer ${mallory}\0\r\nContent-Length: ${order().length}\r\n\r\n${order()}`,
    'bare line feeds': () => `POST /api/orders HTTP/1.1\nHost: shop.example\nContent-Length: 0\n\n`,
  }
  it.each(Object.entries(tries))('is refused: %s', async (_name, text) => {
    const answer = await say(shop.merchant.url, text())
    expect(answer.status).toBe(400)
    expect(answer.text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(answer.text).toContain('"code":"BAD_REQUEST"')
    expectNothingChanged()
  })
})

describe('the other servers', () => {
  it('the operator API refuses other hosts, other origins, doubled tokens, and none', async () => {
    const url = shop.merchant.operatorUrl!
    const good = `Host: ${new URL(url).host}\r\n`
    const owner = `Authorization: Bearer ${operatorToken}\r\n`
    const ask = async (headers: string, line = 'GET /operator/orders') =>
      (await say(url, `${line} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`)).status
    expect(await ask(good + owner)).toBe(200)
    expect(await ask(good)).toBe(401)
    expect(await ask(`${good}Authorization: Bearer ${mallory}\r\n`)).toBe(401)
    expect(await ask(`Host: evil.example\r\n${owner}`)).toBe(403)
    expect(await ask(`Host: 127.0.0.1.evil.example\r\n${owner}`)).toBe(403)
    expect(await ask(`${good}${owner}Origin: https://evil.example\r\n`)).toBe(403)
    expect(await ask(`${good}${owner}Origin: null\r\n`)).toBe(403)
    expect(await ask(good + owner + owner)).toBe(400)
    expect(await ask(good, `POST /operator/orders/${alice.order.orderNo}/refunds`)).toBe(401)
    expectNothingChanged()
  })

  it('a page of a foreign origin gets no permission and no simple request through', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    for (const address of ['/api/orders', '/api/sessions', '/notify/wechat']) {
      const answer = await shop.call('OPTIONS', address, { headers })
      expectOurs(answer, [404])
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const raw = JSON.stringify({ requestId: nextRequestId(), items: [], accepts: [] })
      const answer = await shop.call('POST', '/api/orders', {
        token: mallory,
        raw,
        headers: { origin: 'https://evil.example', 'Content-Type': type },
      })
      expectOurs(answer, [415])
    }
    expectNothingChanged()
  })
})

describe('what a client says of itself', () => {
  it('changes neither whom it is counted as nor whence it pays', async () => {
    const own = await openShop({ logger, trustLoopbackForwarded: false, rateLimits: { perAddress: 2 } })
    try {
      const codes: number[] = []
      for (const ip of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) {
        const headers = { 'x-forwarded-for': ip, 'x-real-ip': ip, forwarded: `for=${ip}` }
        codes.push((await own.call('GET', '/api/goods', { headers })).status)
      }
      expect(codes).toEqual([200, 200, 429])
    } finally {
      await own.close()
    }
  })

  it('never names the address that WeChat Pay notifies', async () => {
    const token = await shop.login('h5')
    const body = JSON.stringify({
      requestId: nextRequestId(),
      items: [{ goodsId: 'tea', quantity: 1 }],
      accepts: ['redirect'],
    })
    const { status, text } = await say(
      shop.merchant.url,
      `POST /api/orders HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-For: 203.0.113.11\r\n` +
        `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    )
    expect(status).toBe(201)
    expect(text).not.toContain('evil.example')
    const sent = shop.wechat.requests.findLast(({ line }) => line.endsWith('/h5'))!
    expect(sent.body.notify_url).toBe('https://shop.example/notify/wechat')
    expect(JSON.stringify(sent.body)).not.toContain('evil.example')
  })

  it.each([
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"requestId":"request-polluted-1","items":[{"goodsId":"tea","quantity":1,"__proto__":{"polluted":true}}],"accepts":["requestPayment"]}',
    '{"requestId":"request-polluted-2","items":[{"goodsId":"constructor","quantity":1}],"accepts":["requestPayment"]}',
    '{"requestId":"request-polluted-3","items":[],"accepts":[],"__proto__":{"items":[{"goodsId":"tea","quantity":1}]}}',
  ])('reaches no prototype: %s', async (raw) => {
    for (const address of ['/api/orders', '/api/quotes', '/api/sessions', apiPaths.refunds(alice.order.orderNo)]) {
      expectOurs(await shop.call('POST', address, { token: alice.token, raw }), [400, 409, 422, 404])
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expectNothingChanged()
  })
})

describe('SQL', () => {
  const tricks = [
    "' OR '1'='1",
    "'; DROP TABLE orders; --",
    '" OR ""="',
    "1' UNION SELECT * FROM sessions --",
    '%',
    '\\',
  ]
  it.each(tricks)('in a number, an id, a code or a page is only text: %s', async (trick) => {
    const token = mallory
    for (const [method, address, body] of callsOf(trick)) {
      expectOurs(await shop.call(method, address, { token, ...(body && { body }) }), [404])
    }
    const order = { requestId: nextRequestId(), items: [{ goodsId: 'tea', quantity: 1 }], accepts: ['requestPayment'] }
    const bodies: [string, object][] = [
      ['/api/orders', { ...order, requestId: trick }],
      ['/api/orders', { ...order, items: [{ goodsId: trick, quantity: 1 }] }],
      ['/api/orders', { ...order, couponId: trick }],
      ['/api/orders', { ...order, accepts: [trick] }],
      ['/api/orders', { ...order, delivery: { kind: trick } }],
      ['/api/orders', { ...order, delivery: { kind: 'pickup', storeId: trick } }],
      ['/api/sessions', { client: trick, code: 'x' }],
      ['/api/sessions', { client: 'h5', orderKey: trick }],
    ]
    for (const [address, body] of bodies) {
      expectOurs(await shop.call('POST', address, { token, body }), [400, 401, 404, 409, 422])
    }
    for (const name of ['limit', 'cursor', 'state']) {
      expectOurs(await shop.call('GET', `/api/orders?${name}=${encodeURIComponent(trick)}`, { token }), [400])
    }
    expectNothingChanged()
  })

  it.each(tricks)('in words of people is kept as it is: %s', async (remark) => {
    const { body } = await shop.order(mallory, { remark })
    expect((await shop.detail(mallory, body.order.orderNo)).remark).toBe(remark)
    expect((await shop.detail(alice.token, alice.order.orderNo)).status).toBe('pending')
  })
})

describe('the log of all this', () => {
  it('has lines, and in none of them a key, an openid or a token', () => {
    const text = lines.join('')
    expect(text).toContain('notice.refused')
    const secrets = [
      alice.token,
      mallory,
      operatorToken,
      'openid-of-',
      shop.wechat.apiV3Key,
      'wechat-secret',
      'qq-secret',
      'Bearer ',
    ]
    for (const secret of secrets) expect(text.includes(secret)).toBe(false)
  })
})

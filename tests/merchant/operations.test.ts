import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import { request } from 'node:http'
import pino from 'pino'
import { openShop, operatorToken, type Shop } from './support/shop'

let shop: Shop
let isOpen = false

const open = async (options: Parameters<typeof openShop>[0] = {}) => {
  shop = await openShop(options)
  isOpen = true
}
const close = async () => {
  if (!isOpen) return
  isOpen = false
  await shop.close()
}
afterEach(close)

const operatorText = async (path: string, token = operatorToken) => {
  const answer = await fetch(shop.merchant.operatorUrl + path, { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
}

describe('health', () => {
  it('is fine while the process runs, ready when store and keys are there', async () => {
    await open()
    expect(await shop.call('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await shop.call('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } })
    expect(shop.wechat.count('GET /v3/certificates')).toBe(1)
  })

  it('is not ready while WeChat Pay’s keys cannot be had, and asks for them no faster for it', async () => {
    await open()
    shop.wechat.respond('GET /v3/certificates', { status: 500, body: { code: 'SYSTEM_ERROR' } }, 9)
    for (let call = 0; call < 3; call++) {
      expect(await shop.call('GET', '/readyz')).toMatchObject({
        status: 503,
        body: { status: 'not ready', missing: ['keys'] },
      })
    }
    expect(shop.wechat.count('GET /v3/certificates')).toBe(1)
    expect((await shop.call('GET', '/healthz')).status).toBe(200)
  })
})

describe('metrics', () => {
  it('count orders, settlements and notices, and time both sides', async () => {
    await open()
    const { outTradeNo } = await shop.placed()
    await shop.placed('qq')
    const notice = shop.wechat.notice(shop.wechat.paid(outTradeNo))
    await shop.notify(notice)
    await shop.notify(notice)
    await shop.notify({ ...notice, headers: { ...notice.headers, 'Wechatpay-Serial': 'F'.repeat(40) } })
    const { status, type, text } = await operatorText('/metrics')
    expect([status, type]).toEqual([200, expect.stringContaining('text/plain')])
    const value = (line: string) =>
      Number(
        text
          .split('\n')
          .find((each) => each.startsWith(`${line} `))
          ?.split(' ')[1],
      )
    expect(value('merchant_orders_total{state="pending"}')).toBe(2)
    expect(value('merchant_orders_total{state="paid"}')).toBe(1)
    expect(value('merchant_settlements_total{outcome="paid",source="notice"}')).toBe(1)
    expect(value('merchant_notices_total{outcome="settled"}')).toBe(1)
    expect(value('merchant_notices_total{outcome="known"}')).toBe(1)
    expect(value('merchant_notices_total{outcome="refused"}')).toBe(1)
    expect(value('merchant_queue_depth{queue="late_queries"}')).toBe(0)
    expect(value('merchant_wechat_pay_duration_seconds_count{call="order_jsapi",outcome="ok"}')).toBe(1)
    expect(value('merchant_wechat_pay_duration_seconds_count{call="order_h5_through_qq",outcome="ok"}')).toBe(1)
    expect(value('merchant_http_request_duration_seconds_count{method="POST",route="/api/orders",status="201"}')).toBe(
      2,
    )
    expect(text).not.toContain(outTradeNo)
  })

  it('show what waits', async () => {
    await open()
    await shop.placed()
    shop.clock.advance(31)
    expect((await operatorText('/metrics')).text).toContain('merchant_queue_depth{queue="late_queries"} 1')
    shop.clock.advance(15 * 60)
    expect((await operatorText('/metrics')).text).toContain('merchant_queue_depth{queue="expiry"} 1')
  })

  it('are for the operator only', async () => {
    await open()
    expect((await operatorText('/metrics', 'somebody-else')).status).toBe(401)
    expect((await shop.call('GET', '/metrics')).status).toBe(404)
  })
})

describe('a stop', () => {
  it('answers the order that was begun, then takes no other', async () => {
    let release = () => {}
    await open()
    const token = await shop.login('weapp')
    const url = shop.merchant.url
    shop.wechat.respond('POST /v3/pay/transactions/jsapi', {
      body: { prepay_id: 'wx0' },
      after: new Promise<void>((done) => (release = done)),
    })
    const answer = shop.order(token)
    while (shop.wechat.count('POST /v3/pay/transactions/jsapi') === 0) await new Promise((turn) => setImmediate(turn))
    const closing = shop.merchant.close()
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
    release()
    expect(await answer).toMatchObject({ status: 201, body: { payment: { kind: 'requestPayment' } } })
    await closing
  })

  it('waits no longer for a WeChat Pay that hangs, and asks again after the next start', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'stop-'))
    const dataFile = path.join(folder, 'shop.db')
    await open({ graceMs: 50, timeoutMs: 600_000, dataFile })
    const { token, order, outTradeNo } = await shop.placed()
    const query = `GET /v3/pay/transactions/out-trade-no/${outTradeNo}`
    shop.wechat.respond(query, { body: shop.wechat.paid(outTradeNo), after: new Promise(() => {}) })
    shop.clock.advance(31)
    const sweeping = shop.merchant.sweep()
    while (shop.wechat.count(query) === 0) await new Promise((turn) => setImmediate(turn))
    await Promise.all([shop.merchant.close(), sweeping])
    const again = await openShop({ dataFile })
    again.wechat.respond(query, { body: { trade_state: 'NOTPAY' } })
    again.clock.advance(1000)
    await again.merchant.sweep()
    expect(again.wechat.count(query)).toBeGreaterThan(0)
    expect((await again.status(token, order.orderNo)).orderNo).toBe(order.orderNo)
    await again.close()
    rmSync(folder, { recursive: true })
  })

  it('ends streams at once, and after its time what hangs', async () => {
    await open({ graceMs: 50 })
    const stream = await fetch(`${shop.merchant.operatorUrl}/operator/events`, {
      headers: { authorization: `Bearer ${operatorToken}` },
    })
    const text = stream.text()
    const hanging = request(`${shop.merchant.url}/api/sessions`, { method: 'POST', headers: { 'content-length': 10 } })
    const ended = new Promise((done) => hanging.on('error', done))
    hanging.write('{')
    await shop.call('GET', '/healthz')
    await shop.merchant.close()
    expect(await text).toContain(': open')
    await ended
  })
})

describe('CORS', () => {
  const preflight = (origin: string) =>
    fetch(`${shop.merchant.url}/api/orders`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })

  it('is for the configured origins and nobody else', async () => {
    await open({ corsOrigins: ['https://pages.example'] })
    const allowed = await preflight('https://pages.example')
    expect(allowed.status).toBe(204)
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://pages.example')
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull()
    for (const origin of ['https://pages.example.evil', 'http://pages.example', 'null']) {
      const refused = await preflight(origin)
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([404, null])
    }
    const read = await fetch(`${shop.merchant.url}/api/goods`, { headers: { origin: 'https://pages.example' } })
    expect(read.headers.get('access-control-allow-origin')).toBe('https://pages.example')
  })

  it('is for nobody by default', async () => {
    await open()
    const answer = await preflight('https://shop.example')
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([404, null])
  })
})

describe('the log', () => {
  it('keeps what WeChat Pay said about a person to itself', async () => {
    const lines: string[] = []
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString())
        done()
      },
    })
    const logger = pino({ level: 'trace' }, stream)
    await open({ logger })
    const token = await shop.login('weapp')
    shop.wechat.respond('GET /v3/certificates', { status: 500, body: { openid: 'openid-in-an-answer' } }, 2)
    await shop.order(token)
    const text = lines.join('')
    expect(text).toContain('prepay failed')
    expect(text).not.toContain('openid-in-an-answer')
    expect(text).not.toContain(token)
  })
})

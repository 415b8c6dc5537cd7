import { xmlToRecord } from '../../../mock-server/crypto/xml'
import { say } from '../support/attacker'
import { openRecordingProxy, type Seen } from '../support/recording-proxy'
import { openTestStack, type TestStack, type TestStackOptions } from '../support/test-stack'

/**
 * Notices of orders from QQ come by QQ, whose address anybody can write to. What is forged there is refused by the shop,
 * what was caught there changes nothing, and what QQ loses is asked for.
 */

const ip = '203.0.113.12'

const ways: readonly (readonly ['V3' | 'V2', TestStackOptions])[] = [
  ['V3', {}],
  ['V2', { v2: 'HMAC-SHA256' }],
]

describe.each(ways)('QQ’s relay and an attacker, %s', (protocol, keys) => {
  let stack: TestStack
  let proxy: Awaited<ReturnType<typeof openRecordingProxy>>

  beforeAll(async () => {
    stack = await openTestStack({
      ...keys,
      beforeQq: async (url) => {
        proxy = await openRecordingProxy(url)
        return proxy.url
      },
    })
  })
  afterAll(async () => {
    await stack.close()
    await proxy.close()
  })

  async function placed() {
    const token = await stack.login('qq')
    const { order, payment } = await stack.order(token, ['requestWxPayment'], ip)
    if (payment?.kind !== 'requestWxPayment') throw new Error(`got ${JSON.stringify(payment)}`)
    return { token, orderNo: order.orderNo, h5Url: payment.h5Url }
  }

  /** What the shop has stored: this call asks nobody. */
  async function known(token: string, orderNo: string) {
    const { body } = await stack.shop.call<{ orders: { orderNo: string; status: string }[] }>('GET', '/api/orders', {
      token,
    })
    return body.orders.find((order) => order.orderNo === orderNo)!.status
  }

  const isNotice = ({ url }: Seen) => /\/wxpay\/(v3\/)?notify/.test(url)

  /** A paid order whose notice was caught before QQ had it. */
  async function caught() {
    const order = await placed()
    proxy.shut(true)
    expect((await stack.payOnMiddlePage(order.h5Url, ip)).status).toBe(200)
    await stack.wechat.settled()
    proxy.shut(false)
    expect(await known(order.token, order.orderNo)).toBe('pending')
    return { ...order, notice: proxy.seen.findLast(isNotice)! }
  }

  async function send({ url, headers, body }: Seen, change: Partial<Seen> = {}) {
    const { host: _host, 'content-length': _length, connection: _connection, ...rest } = change.headers ?? headers
    const answer = await fetch(stack.qq.url + (change.url ?? url), {
      method: 'POST',
      headers: rest as Record<string, string>,
      body: Uint8Array.from(change.body ?? body),
    })
    return { status: answer.status, text: await answer.text() }
  }

  const stored = protocol === 'V3' ? { status: 204 } : { status: 200, text: expect.stringContaining('SUCCESS') }
  const refused = { status: 401, text: expect.stringContaining('FAIL') }

  it('forges nothing: a body of one’s own, unsigned or signed with another key', async () => {
    const { token, orderNo, notice } = await caught()
    const text = notice.body.toString()
    const forgeries: Partial<Seen>[] =
      protocol === 'V3'
        ? [
            { headers: { 'content-type': 'application/json' } },
            { body: Buffer.from('{}') },
            { headers: { ...notice.headers, 'wechatpay-signature': 'A'.repeat(344) } },
            { headers: { ...notice.headers, 'wechatpay-signature': 'WECHATPAY/SIGNTEST/AAAA' } },
            { headers: { ...notice.headers, 'wechatpay-serial': '0'.repeat(40) } },
            {
              headers: { ...notice.headers, 'wechatpay-timestamp': String(Math.floor(Date.now() / 1000) - 7 * 86_400) },
            },
          ]
        : [
            { body: Buffer.from(text.replace(/<sign>.*<\/sign>/, '')) },
            { body: Buffer.from(text.replace(/(<sign>(?:<!\[CDATA\[)?).{4}/, '$10000')) },
            { body: Buffer.from(text.replace(/(<total_fee>(?:<!\[CDATA\[)?)\d+/, '$11')) },
            { body: Buffer.from(text.replace('</xml>', '<coupon_fee>1</coupon_fee></xml>')) },
          ]
    for (const forgery of forgeries) expect(await send(notice, forgery)).toMatchObject(refused)
    expect(await known(token, orderNo)).toBe('pending')
    expect(await send(notice)).toMatchObject(stored)
    expect(await known(token, orderNo)).toBe('paid')
  })

  it('changes no byte: the shop sees each of them', async () => {
    const { token, orderNo, notice } = await caught()
    const { body } = notice
    for (let part = 0; part < 12; part += 1) {
      const changed = Buffer.from(body)
      const at = Math.floor((body.length * part) / 12)
      changed[at] = changed[at]! ^ 1
      const { status, text } = await send(notice, { body: changed })
      // V2: QQ itself reads the XML, to know whose it is; white space between its elements means nothing.
      if (protocol === 'V3') expect({ at, status }).toEqual({ at, status: 401 })
      else if (status === 200) expect(xmlToRecord(changed)).toEqual(xmlToRecord(body))
      else expect(text).toContain('FAIL')
      if (status !== 200) expect(await known(token, orderNo)).toBe('pending')
    }
    expect(await send(notice)).toMatchObject(stored)
    expect(await known(token, orderNo)).toBe('paid')
  })

  it('pays for no other order, and for its own only once', async () => {
    const other = await placed()
    const { token, orderNo, notice } = await caught()
    const otherUrl = notice.url.replace(/[^/]+$/, `${other.orderNo}-01`)
    expect(await send(notice, protocol === 'V3' ? { url: otherUrl } : {})).toMatchObject(stored)
    expect(await known(other.token, other.orderNo)).toBe('pending')
    const settled = await stack.shop.detail(token, orderNo)
    expect(settled.status).toBe('paid')
    for (let again = 0; again < 3; again += 1) expect(await send(notice)).toMatchObject(stored)
    expect(await stack.shop.detail(token, orderNo)).toEqual(settled)
  })

  it('smuggles no header through', async () => {
    const { token, orderNo, notice } = await caught()
    // Bytes as they are: what is said over the socket is Latin-1.
    const text = notice.body.toString('latin1')
    const own = ['content-type', 'wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-serial', 'wechatpay-signature']
      .filter((name) => notice.headers[name] !== undefined)
      .map((name) => `${name}: ${String(notice.headers[name])}\r\n`)
      .join('')
    const ask = async (headers: string, body = text) =>
      say(
        stack.qq.url,
        `POST ${notice.url} HTTP/1.1\r\nHost: api.q.qq.com\r\n${/^Connection:/m.test(headers) ? '' : 'Connection: close\r\n'}${headers}\r\n${body}`,
      )
    const length = `Content-Length: ${text.length}\r\n`
    const tries: [string, string][] = [
      [`${own}${length}Content-Length: 2\r\n`, text],
      [`${own}${length}Transfer-Encoding: chunked\r\n`, `0\r\n\r\n${text}`],
      [`${own}${length}Transfer-Encoding : chunked\r\n`, text],
    ]
    if (protocol === 'V3') {
      tries.push(
        // Named as one of the connection's own, a header ends at QQ: what the shop gets is unsigned.
        [`${own}${length}Connection: close, wechatpay-signature\r\n`, text],
        [`${own}${length}Wechatpay-Signature: ${'A'.repeat(344)}\r\n`, text],
        [`${own}${length}Wechatpay-Timestamp: 1\r\n`, text],
      )
    }
    for (const [headers, body] of tries) {
      const { status } = await ask(headers, body)
      expect({ headers, isRefused: status === 400 || status === 401 }).toEqual({ headers, isRefused: true })
      expect(await known(token, orderNo)).toBe('pending')
    }
    expect(await send(notice)).toMatchObject(stored)
  })

  it('is told at QQ when there is no such order, and when it is too much', async () => {
    const { notice } = await caught()
    const unknown =
      protocol === 'V3'
        ? { url: notice.url.replace(/[^/]+$/, 'SC000000-AAAAAAAA-01') }
        : { body: Buffer.from('<xml><mch_id>1900000999</mch_id><out_trade_no>SC-1</out_trade_no></xml>') }
    expect((await send(notice, unknown)).status).toBe(404)
    const big = await say(
      stack.qq.url,
      `POST ${notice.url} HTTP/1.1\r\nHost: api.q.qq.com\r\nContent-Length: 10485760\r\nConnection: close\r\n\r\n${' '.repeat(50_000)}`,
    )
    expect(big.status).toBe(413)
  })
})

describe('a QQ that loses WeChat Pay’s signature on the way', () => {
  it('has its notices refused, and the shop learns of the payment by asking', async () => {
    const stack = await openTestStack({ qqKeepsSignatures: false })
    try {
      const token = await stack.login('qq')
      const { order, payment } = await stack.order(token, ['requestWxPayment'], ip)
      if (payment?.kind !== 'requestWxPayment') throw new Error(`got ${JSON.stringify(payment)}`)
      expect((await stack.payOnMiddlePage(payment.h5Url, ip)).status).toBe(200)
      await stack.wechat.settled()
      const { notices } = await stack.control<{ notices: { attempts: { status: number }[] }[] }>('/control/notices')
      expect(notices.map(({ attempts }) => attempts[0]?.status)).toEqual([401])
      await stack.advance(31)
      await stack.merchant.sweep()
      const { body } = await stack.shop.call<{ orders: unknown[] }>('GET', '/api/orders', { token })
      expect(body.orders).toMatchObject([{ orderNo: order.orderNo, status: 'paid' }])
    } finally {
      await stack.close()
    }
  })
})

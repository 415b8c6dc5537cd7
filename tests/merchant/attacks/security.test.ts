import { connect } from 'node:net'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import pino from 'pino'
import { createMerchant, type MerchantOptions } from '../../../mock-server/merchant/create-merchant'
import { createHostMap } from '../../../mock-server/kit/http/host-map'
import { openShop, operatorToken, type Shop } from '../support/shop'

let shop: Shop

async function open(options: Partial<MerchantOptions> = {}): Promise<Shop> {
  shop = await openShop(options)
  return shop
}
afterEach(() => shop.close())

describe('answers', () => {
  it('let the browser send its origin as Referer, without which no H5 payment opens', async () => {
    await open()
    const { headers } = await shop.call('GET', '/api/goods')
    expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
  })

  it('carry the other security headers and no permission for foreign pages', async () => {
    await open()
    const { headers } = await shop.call('GET', '/api/goods', { headers: { origin: 'https://evil.example' } })
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(headers.get('access-control-allow-origin')).toBeNull()
    const preflight = await shop.call('OPTIONS', '/api/orders', { headers: { origin: 'https://evil.example' } })
    expect(preflight.status).toBe(404)
  })

  it('about people and money are kept by nobody on the way', async () => {
    await open()
    const token = await shop.login('weapp')
    const { body } = await shop.order(token)
    for (const path of ['/api/orders', `/api/orders/${body.order.orderNo}`, '/api/me', '/api/goods', '/api/nothing']) {
      expect([path, (await shop.call('GET', path, { token })).headers.get('cache-control')]).toEqual([path, 'no-store'])
    }
    const headers = { authorization: `Bearer ${operatorToken}` }
    const orders = await fetch(`${shop.merchant.operatorUrl}/operator/orders`, { headers })
    expect([orders.status, orders.headers.get('cache-control')]).toEqual([200, 'no-store'])
  })

  it('stay ours when the request is not even HTTP', async () => {
    await open()
    const port = Number(new URL(shop.merchant.url).port)
    const text = await new Promise<string>((done) => {
      const socket = connect(port, '127.0.0.1', () => socket.end('NONSENSE\r\n\r\n'))
      let received = ''
      socket.on('data', (chunk) => (received += chunk.toString()))
      socket.on('close', () => done(received))
    })
    expect(text).toContain('"code":"BAD_REQUEST"')
  })

  it('are plain when something of ours breaks', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'shop-'))
    await open({ dataFile: path.join(folder, 'shop.db') })
    const token = await shop.login('weapp')
    const { openSqlite } = await import('../../../mock-server/kit/sqlite')
    const database = openSqlite(path.join(folder, 'shop.db'))
    database.exec('ALTER TABLE orders RENAME TO lost')
    database.close()
    const answer = await shop.order(token)
    expect(answer.status).toBe(500)
    expect(answer.body).toEqual({
      code: 'INTERNAL',
      message: 'Something went wrong on our side. Please try again.',
    })
    rmSync(folder, { recursive: true })
  })
})

describe('too many calls', () => {
  it('of one user are refused, not those of another', async () => {
    await open({ rateLimits: { perUser: 3 } })
    const alice = await shop.login('weapp', 'alice')
    const bob = await shop.login('weapp', 'bob')
    for (let n = 0; n < 3; n++) expect((await shop.call('GET', '/api/orders', { token: alice })).status).toBe(200)
    const refused = await shop.call('GET', '/api/orders', { token: alice })
    expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } })
    expect((await shop.call('GET', '/api/orders', { token: bob })).status).toBe(200)
  })

  it('from one address are refused, not those from another, and never notifications', async () => {
    await open({ rateLimits: { perAddress: 3 } })
    const from = (ip: string) => shop.call('GET', '/api/goods', { headers: { 'x-forwarded-for': ip } })
    for (let n = 0; n < 3; n++) expect((await from('203.0.113.11')).status).toBe(200)
    expect((await from('203.0.113.11')).status).toBe(429)
    expect((await from('203.0.113.12')).status).toBe(200)
    for (let n = 0; n < 5; n++) expect((await shop.call('POST', '/notify/wechat', { raw: '{}' })).status).toBe(401)
  })

  it('from one network of IPv6 are those of one address', async () => {
    await open({ rateLimits: { perAddress: 3 } })
    const from = (ip: string) => shop.call('GET', '/api/goods', { headers: { 'x-forwarded-for': ip } })
    const one = ['2001:db8:0:7::1', '2001:db8:0:7:ffff:ffff:ffff:ffff', '2001:0db8::7:0:0:0:2']
    for (const ip of one) expect((await from(ip)).status).toBe(200)
    expect((await from('2001:db8:0:7::3')).status).toBe(429)
    expect((await from('2001:db8:0:8::1')).status).toBe(200)
    expect((await from('::ffff:203.0.113.11')).status).toBe(200)
    for (let n = 0; n < 2; n++) expect((await from('203.0.113.11')).status).toBe(200)
    expect((await from('203.0.113.11')).status).toBe(429)
  })

  it('to sign in from one address are refused', async () => {
    await open({ rateLimits: { loginsPerAddress: 2 } })
    const codes: number[] = []
    for (let n = 0; n < 3; n++)
      codes.push((await shop.call('POST', '/api/sessions', { body: { client: 'h5' } })).status)
    expect(codes).toEqual([200, 200, 429])
    for (const path of ['/api/sessions?x=1', '/%61pi/sessions', '/api/%73essions']) {
      expect((await shop.call('POST', path, { body: { client: 'h5' } })).status).toBe(429)
    }
  })
})

describe('the payer’s address', () => {
  const orderedIp = async (ip?: string) => {
    const token = await shop.login('h5')
    await shop.call('POST', '/api/orders', {
      token,
      ...(ip !== undefined && { headers: { 'x-forwarded-for': ip } }),
      body: {
        requestId: `request-${Math.random().toString().slice(2).padEnd(17, '0')}`,
        items: [{ goodsId: 'tea', quantity: 1 }],
        accepts: ['redirect'],
      },
    })
    const { body } = shop.wechat.requests.findLast(({ line }) => line.endsWith('/h5'))!
    return (body.scene_info as { payer_client_ip: string }).payer_client_ip
  }

  it('comes from a trusted proxy', async () => {
    await open()
    expect(await orderedIp('203.0.113.11')).toBe('203.0.113.11')
    expect(await orderedIp('198.51.100.1, 203.0.113.11')).toBe('203.0.113.11')
    expect(await orderedIp('2001:db8::1')).toBe('2001:db8::1')
  })

  it('is the peer’s where nobody is trusted, whatever a client claims', async () => {
    await open({ trustLoopbackForwarded: false })
    expect(await orderedIp('203.0.113.11')).toBe('127.0.0.1')
  })

  it('is the peer’s where the claim is no address', async () => {
    await open()
    expect(await orderedIp('not an address')).toBe('127.0.0.1')
  })

  it('of a browser on this machine can be given for development', async () => {
    await open({ loopbackPayerIp: '203.0.113.13' })
    expect(await orderedIp()).toBe('203.0.113.13')
    expect(await orderedIp('203.0.113.11')).toBe('203.0.113.11')
  })
})

describe('the log', () => {
  it('holds one line for each change of state and no secret', async () => {
    const lines: string[] = []
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString())
        done()
      },
    })
    await open({ logger: pino({ level: 'trace' }, stream) })
    const { token, order, outTradeNo } = await shop.placed()
    await shop.placed('qq')
    const notice = shop.wechat.notice(shop.wechat.paid(outTradeNo))
    await shop.notify({ ...notice, headers: { ...notice.headers, 'Wechatpay-Serial': 'F'.repeat(40) } })
    await shop.notify(notice)
    shop.wechat.respond('POST /wxpay', { body: { errcode: 9031, errmsg: 'no' }, sign: 'none' })
    await shop.placed('qq')
    shop.wechat.respond('POST /v3/', { status: 400, body: { code: 'PARAM_ERROR', detail: 'what-wechat-said' } })
    await shop.placed()
    shop.wechat.respond('GET /sns/jscode2session', { status: 500, body: { openid: 1 }, sign: 'none' })
    await shop.call('POST', '/api/sessions', { body: { client: 'weapp', code: 'secret-code' } })
    const text = lines.join('')
    const types = lines.map((line) => (JSON.parse(line) as { msg: string }).msg)
    expect(types.filter((type) => type === 'order.paid')).toHaveLength(1)
    expect(types).toEqual(expect.arrayContaining(['order.created', 'attempt.live', 'notice.refused', 'prepay failed']))
    expect(text).toContain(order.orderNo)
    for (const secret of [
      token,
      'openid-of-alice',
      'wechat-secret',
      'qq-secret',
      'secret-code',
      shop.wechat.apiV3Key,
      'PRIVATE KEY',
      'WECHATPAY2-SHA256-RSA2048 ',
      'access_token',
      'what-wechat-said',
      notice.headers['Wechatpay-Signature']!,
    ]) {
      expect(text).not.toContain(secret)
    }
  })
})

describe('the operator API', () => {
  it('lists orders, newest first, page by page', async () => {
    await open()
    const first = await shop.placed()
    const second = await shop.placed('qq')
    await shop.notify(shop.wechat.notice(shop.wechat.paid(first.outTradeNo)))
    const page = await shop.operator<{ orders: unknown[]; next: string }>('/operator/orders?limit=1')
    expect(page.orders).toMatchObject([
      {
        orderNo: second.order.orderNo,
        status: 'pending',
        totalFen: 9600,
        clientKind: 'qq',
        outTradeNo: second.outTradeNo,
        transactionId: null,
        paidAt: null,
      },
    ])
    const next = await shop.operator<{ orders: unknown[] }>(`/operator/orders?limit=5&before=${page.next}`)
    expect(next.orders).toMatchObject([{ orderNo: first.order.orderNo, status: 'paid', clientKind: 'weapp' }])
  })

  const ask = (headers: Record<string, string>) =>
    new Promise<number>((done, fail) => {
      const { port } = new URL(shop.merchant.operatorUrl!)
      request({ host: '127.0.0.1', port, path: '/operator/orders', headers }, (answer) => {
        answer.resume()
        done(answer.statusCode!)
      })
        .on('error', fail)
        .end()
    })

  it('wants its token, this machine’s name and no foreign page', async () => {
    await open()
    const authorization = `Bearer ${operatorToken}`
    expect(await ask({ authorization })).toBe(200)
    expect(await ask({})).toBe(401)
    expect(await ask({ authorization: `${authorization}x` })).toBe(401)
    expect(await ask({ authorization, host: 'evil.example' })).toBe(403)
    expect(await ask({ authorization, origin: 'https://evil.example' })).toBe(403)
  })

  it('is nowhere on the public address', async () => {
    await open()
    const answer = await shop.call('GET', '/operator/orders', { headers: { authorization: `Bearer ${operatorToken}` } })
    expect(answer.status).toBe(404)
  })
})

describe('the pages', () => {
  it('are one document for every address below /pages, and files by their names', async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'h5-'))
    mkdirSync(path.join(root, 'js'))
    writeFileSync(path.join(root, 'index.html'), '<!doctype html><title>shop</title>')
    writeFileSync(path.join(root, 'js', 'app.0123456789ab.js'), 'void 0')
    await open({ staticRoot: root })
    const get = async (address: string) => {
      const response = await fetch(shop.merchant.url + address)
      return { response, text: await response.text() }
    }
    for (const address of ['/', '/pages/checkout/index?orderNo=SC1', '/pages/goods/index']) {
      const { response, text } = await get(address)
      expect([response.status, text]).toEqual([200, '<!doctype html><title>shop</title>'])
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect(response.headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
    }
    const script = await get('/js/app.0123456789ab.js')
    expect(script.response.headers.get('cache-control')).toContain('immutable')
    for (const [address, code] of [
      ['/js/missing.js', 'NOT_FOUND'],
      ['/api/pages', 'NOT_FOUND'],
      ['/..%2f..%2fetc/passwd', 'BAD_REQUEST'],
    ] as const) {
      expect(JSON.parse((await get(address)).text)).toMatchObject({ code })
    }
    rmSync(root, { recursive: true })
  })

  it('are not needed', async () => {
    await open({ staticRoot: path.join(tmpdir(), 'no-such-folder') })
    expect((await shop.call('GET', '/')).status).toBe(404)
    expect((await shop.call('GET', '/api/goods')).status).toBe(200)
  })
})

describe('a start', () => {
  it('names every fault of its options at once, and never a secret', async () => {
    await open()
    const start = createMerchant({
      port: 0,
      operatorPort: 0,
      hostMap: createHostMap({}),
      publicBase: 'https://shop.example/path',
      wechat: { ...shop.wechat, secret: 's', apiV3Key: 'much-too-short' },
    })
    const error = await start.then(
      () => null,
      (reason: Error) => reason,
    )
    expect(error?.message).toContain('publicBase')
    expect(error?.message).toContain('expected 32 bytes, found 14')
    expect(error?.message).toContain('operatorToken')
    expect(error?.message).not.toContain('much-too-short')
  })

  it('says that its port is taken', async () => {
    await open()
    const port = Number(new URL(shop.merchant.url).port)
    await expect(
      createMerchant({
        port,
        hostMap: createHostMap({}),
        publicBase: 'https://shop.example',
        wechat: { ...shop.wechat, secret: 's' },
      }),
    ).rejects.toThrow(`Port ${port} is taken`)
  })
})

import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createBrowserDoor } from '../../../../mock-server/local/browser-door'
import { createHostMap } from '../../../../mock-server/kit/http/host-map'

interface Seen {
  method: string
  url: string
  headers: IncomingHttpHeaders
  rawHeaders: string[]
  body: string
}

/** Somebody out in the world, who writes down what arrives. */
async function startWorld(): Promise<{ url: string; seen: Seen[]; server: Server }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request
      seen.push({ method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString() })
      response.writeHead(418, { 'x-answer': 'yes' }).end('short and stout')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, server }
}

const tool = { user: 'payer-1', wechat: 'http://127.0.0.1:4001', qq: 'http://127.0.0.1:4002' }

/** What a page loads. */
const assetsOf = (html: string): string[] =>
  [...html.matchAll(/(?:src|href)="(\/console\/[^"]+)"/g)].map(([, asset]) => asset!)

describe('browser door', () => {
  let world: Awaited<ReturnType<typeof startWorld>>
  let door: Awaited<ReturnType<typeof createBrowserDoor>>

  beforeEach(async () => {
    world = await startWorld()
    door = await createBrowserDoor({
      port: 0,
      hostMap: createHostMap({ 'https://shop.example': world.url }),
      localOrigins: [world.url],
      wechatControl: world.url,
      qqControl: world.url,
      operator: { url: world.url, token: 'operator-token' },
      tools: { weapp: { ...tool, appid: 'wx1' }, qq: { ...tool, appid: '1' } },
      sdkEnvFile: 'none',
      phone: async (path) => (path === '/phone/weapp' ? { contentType: 'text/html', body: 'a phone' } : null),
    })
  })
  afterEach(async () => {
    await door.close()
    world.server.closeAllConnections()
    world.server.close()
  })

  it('sends what a phone sends with the address and the name of that phone', async () => {
    const answer = await fetch(`${door.url}/world/qq/https/shop.example/api/orders?a=%2F&&b`, {
      method: 'POST',
      headers: { authorization: 'Bearer x', 'x-forwarded-for': '198.51.100.1', 'content-type': 'application/json' },
      body: '{"a": 1}',
    })
    expect({ status: answer.status, header: answer.headers.get('x-answer'), text: await answer.text() }).toEqual({
      status: 418,
      header: 'yes',
      text: 'short and stout',
    })
    const [seen] = world.seen
    expect(seen).toMatchObject({ method: 'POST', url: '/api/orders?a=%2F&&b', body: '{"a": 1}' })
    expect(seen!.headers).toMatchObject({
      authorization: 'Bearer x',
      'x-forwarded-for': '203.0.113.12',
      'content-type': 'application/json',
    })
    expect(seen!.headers['user-agent']).toContain('QQ/')
    expect(seen!.headers['origin']).toBeUndefined()
  })

  it('turns __referer into the Referer of a page and takes it out of the address', async () => {
    const page = `${door.url}/world/qq/https/shop.example/pay?prepay_id=wx1&__referer=${encodeURIComponent('https://shop.example')}&package=2`
    await fetch(page, { headers: { 'sec-fetch-dest': 'iframe' } })
    expect(world.seen[0]).toMatchObject({
      url: '/pay?prepay_id=wx1&package=2',
      headers: { referer: 'https://shop.example' },
    })
  })

  it('lets a page without a Referer have none', async () => {
    const raw = await fetch(`${door.url}/world/qq/https/shop.example/pay`, {
      headers: { 'sec-fetch-dest': 'iframe', referer: `${door.url}/phone/qq` },
    })
    await raw.text()
    expect(world.seen[0]!.headers['referer']).toBeUndefined()
  })

  it('refuses a host that nobody listed', async () => {
    const answer = await fetch(`${door.url}/world/weapp/http/192.0.2.7/x`)
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ code: 'HOST_UNKNOWN' })
    expect(world.seen).toEqual([])
  })

  it('tells an app in a tool, whatever Origin that says, who it is to the simulators; everything else it refuses', async () => {
    const headers = { origin: 'https://servicewechat.com' }
    const answer = await fetch(`${door.url}/tools/weapp`, { headers })
    expect(await answer.json()).toEqual({ ...tool, appid: 'wx1' })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect((await fetch(`${door.url}/tools/alipay`, { headers })).status).toBe(404)
    expect((await fetch(`${door.url}/control/wechat/trades`, { headers })).status).toBe(403)
    expect(world.seen).toEqual([])
  })

  it('refuses a phone that there is not', async () => {
    expect((await fetch(`${door.url}/world/alipay/https/shop.example/x`)).status).toBe(404)
  })

  it('says so when nobody answers', async () => {
    world.server.closeAllConnections()
    world.server.close()
    const answer = await fetch(`${door.url}/world/weapp/https/shop.example/x`)
    expect(answer.status).toBe(502)
    expect(await answer.json()).toMatchObject({ code: 'UNREACHABLE' })
  })

  it('adds the operator token on the way and keeps it from the page', async () => {
    const answer = await fetch(`${door.url}/operator/orders?limit=5`)
    expect(world.seen[0]).toMatchObject({
      url: '/operator/orders?limit=5',
      headers: { authorization: 'Bearer operator-token' },
    })
    expect([...answer.headers.values()].join()).not.toContain('operator-token')
  })

  it('takes a header for what it is, however it is spelled, and keeps the spelling of the rest', async () => {
    const headers = {
      AUTHORIZATION: 'Bearer mine',
      Origin: door.url,
      Cookie: 'a=b',
      Connection: 'X-One-Hop',
      'X-One-Hop': '1',
      'X-Kept': ['1', '2'],
    }
    await new Promise((resolve, reject) => {
      request(`${door.url}/operator/orders`, { headers }, (answer) => answer.resume().on('end', resolve))
        .on('error', reject)
        .end()
    })
    const { rawHeaders } = world.seen[0]!
    const pairs = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []))
    expect(pairs.filter((pair) => !/^(host|connection):/i.test(pair))).toEqual([
      'authorization: Bearer operator-token',
      'X-Kept: 1',
      'X-Kept: 2',
    ])
  })

  it('passes control calls on and drops the Origin, which it has checked itself', async () => {
    await fetch(`${door.url}/control/wechat/trades`, { headers: { origin: door.url } })
    expect(world.seen[0]).toMatchObject({ url: '/control/trades' })
    expect(world.seen[0]!.headers['origin']).toBeUndefined()
    expect(
      (await fetch(`${door.url}/control/wechat/trades`, { headers: { origin: 'https://evil.example' } })).status,
    ).toBe(403)
    expect(world.seen).toHaveLength(1)
  })

  it('serves the bench and the phones, and a 404 that says where to go', async () => {
    expect((await fetch(`${door.url}/`)).url).toBe(`${door.url}/bench`)
    expect(await (await fetch(`${door.url}/phone/weapp?theme=dark`)).text()).toBe('a phone')
    const missing = await fetch(`${door.url}/phone/alipay`)
    expect({ status: missing.status, body: await missing.json() }).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    })
    const pages = ['/bench', '/console'].map((page) => door.url + page)
    const assets = await Promise.all(pages.map(async (page) => assetsOf(await (await fetch(page)).text())))
    expect(assets.flat().length).toBeGreaterThan(4)
    for (const asset of assets.flat()) {
      expect((await fetch(door.url + asset)).status).toBe(200)
    }
  })
})

import { createServer as createHttp, request } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { connect as connectTls } from 'node:tls'
import { createCertificate } from '../../mock-server/crypto/make-certificate'
import { createRsaKeyPair } from '../../mock-server/crypto/rsa'
import { presentedCertificate } from '../../mock-server/simulator/kit/client-certificate'
import { openAuthority, type Authority } from '../../mock-server/tls/authority'
import { createTlsDoor, type TlsDoor } from '../../mock-server/tls/create-tls-door'
import { allTlsNames, localNames, tlsNames } from '../../mock-server/tls/hosts'
import { createQqWorld, type QqWorld } from './support/qq-world'
import { callTls, connect, type TlsAnswer, type TlsCall } from './support/tls-client'

describe('the simulators under their real names', () => {
  let world: QqWorld
  let authority: Authority
  let door: TlsDoor

  beforeAll(async () => {
    world = await createQqWorld()
    authority = await openAuthority(null, allTlsNames, () => Date.now())
    door = await createTlsDoor({
      port: 0,
      proxyPort: 0,
      authority,
      companies: new Map([
        ...[...tlsNames.wechat, ...localNames].map((name) => [name, world.wechat.listener] as const),
        ...tlsNames.qq.map((name) => [name, world.qq.listener] as const),
      ]),
      localNames,
    })
  })
  afterAll(async () => {
    await door.close()
    await world.close()
  })

  const portOf = (url: string): number => Number(new URL(url).port)
  const call = (name: string, target: string, more: Partial<TlsCall> = {}): Promise<TlsAnswer> =>
    callTls({ port: portOf(door.url), ca: authority.certificate, name, target, ...more })

  it.each(tlsNames.wechat)('has a certificate for %s, and WeChat answers there', async (name) => {
    const answer = await call(name, '/v3/certificates')
    expect({ status: answer.status, code: (JSON.parse(answer.text) as { code: string }).code }).toEqual({
      status: 401,
      code: 'SIGN_ERROR',
    })
  })

  it('has QQ answer as api.q.qq.com, and this machine’s own names reach WeChat', async () => {
    expect(JSON.parse((await call('api.q.qq.com', '/api/getToken')).text)).toHaveProperty('errcode')
    expect((await call('localhost', '/v3/certificates')).status).toBe(401)
  })

  it('serves no other name: neither in Host, nor with a certificate', async () => {
    const other = await call('api.mch.weixin.qq.com', '/', { headers: { host: 'evil.example' } })
    expect({ status: other.status, lines: other.text.trim().split('\n').length }).toEqual({ status: 421, lines: 1 })
    await expect(call('evil.example', '/')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  it('is believed by nobody who does not trust its authority', async () => {
    const stranger = await openAuthority(null, allTlsNames, () => Date.now())
    const { certificate: ca } = stranger
    await expect(call('api.mch.weixin.qq.com', '/v3/certificates', { ca })).rejects.toMatchObject({
      code: expect.stringMatching(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_SIGNATURE_FAILURE|UNABLE_TO_GET_ISSUER/),
    })
  })

  it('keeps request target and body as they were signed, bytes and all', async () => {
    const { merchant, mchid } = world
    const target = `/v3/pay/transactions/out-trade-no/TLS%2Dnumber%2a1?mchid=${mchid}&x=%E4%B8%AD+a`
    const asked = await call('api.mch.weixin.qq.com', target, {
      headers: { authorization: merchant.authorize('GET', target, '') },
    })
    // Another spelling of the same target would be a wrong signature.
    expect(asked).toMatchObject({ status: 404, headers: { 'wechatpay-signature': expect.any(String) } })
    const signedOtherwise = merchant.authorize('GET', target.replace('%2a', '%2A'), '')
    const refused = await call('api.mch.weixin.qq.com', target, { headers: { authorization: signedOtherwise } })
    expect(refused.status).toBe(401)
  })

  const h5Order = (): string => JSON.stringify(JSON.parse(world.orderBody(world.newNumber())), null, 2)

  it('hands out the real name of the middle page, and the page opens there for the payer’s address alone', async () => {
    const body = h5Order()
    const target = '/v3/pay/transactions/h5'
    const ordered = await call('api.mch.weixin.qq.com', target, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', authorization: world.merchant.authorize('POST', target, body) },
    })
    const { h5_url } = JSON.parse(ordered.text) as { h5_url: string }
    expect(h5_url).toMatch(/^https:\/\/wx\.tenpay\.com\/cgi-bin\/mmpayweb-bin\/checkmweb\?prepay_id=wx/)
    const { pathname, search, hostname } = new URL(h5_url)
    const open = (address: string): Promise<TlsAnswer> =>
      call(hostname, pathname + search, {
        headers: { referer: 'https://shop.example/', 'x-forwarded-for': address, 'user-agent': 'Safari' },
      })
    expect((await open('203.0.113.12')).text).toContain('¥')
    expect((await open('203.0.113.99')).text).toContain('网络环境未能通过安全验证')
  })

  it('hands out the real name also through QQ’s proxy', async () => {
    const body = h5Order()
    const query = `appid=${world.qq.apps[0]!.appid}&access_token=${await world.fetchToken()}`
    const ordered = await call('api.q.qq.com', `/wxpay/v3/pay/transactions/h5?${query}`, {
      method: 'POST',
      body,
      headers: { authorization: world.merchant.authorize('POST', '/v3/pay/transactions/h5', body) },
    })
    expect((JSON.parse(ordered.text) as { h5_url: string }).h5_url).toMatch(/^https:\/\/wx\.tenpay\.com\//)
  })

  it('hands out an address of this machine to who calls it by such a name', async () => {
    const body = h5Order()
    const target = '/v3/pay/transactions/h5'
    const ordered = await call('localhost', target, {
      method: 'POST',
      body,
      headers: {
        host: `localhost:${portOf(door.url)}`,
        authorization: world.merchant.authorize('POST', target, body),
      },
    })
    expect((JSON.parse(ordered.text) as { h5_url: string }).h5_url).toMatch(
      new RegExp(`^${door.url}/cgi-bin/mmpayweb-bin/checkmweb`),
    )
  })

  describe('the CONNECT proxy', () => {
    it.each(['api.mch.weixin.qq.com', 'API.Q.QQ.COM'])('leads to %s', async (name) => {
      const { status, socket } = await connect(door.proxyUrl, `${name}:443`)
      expect(status).toBe(200)
      const answer = await call(name.toLowerCase(), '/v3/certificates', { socket })
      expect(answer.status).toBe(name.startsWith('api.mch') ? 401 : 404)
    })

    it.each([
      'example.com:443',
      'api.mch.weixin.qq.com.evil.example:443',
      'evil.example@api.q.qq.com:443',
      'api.mch.weixin.qq.com:22',
      '127.0.0.1:443',
      'localhost:443',
      'api.mch.weixin.qq.com',
      '[::1]:443',
    ])('leads nowhere else: %s', async (target) => {
      const { status, text } = await connect(door.proxyUrl, target)
      expect({ status, lines: text.trim().split('\n').length }).toEqual({ status: 403, lines: 1 })
      expect(text).toContain(`This proxy does not lead to ${target}.`)
    })

    it('forwards no plain request, and hands out the authority’s certificate', async () => {
      const ca = await fetch(`${door.proxyUrl}/ca.pem`)
      expect(await ca.text()).toBe(authority.certificate)
      const other = await fetch(`${door.proxyUrl}/anything`)
      expect({ status: other.status, text: await other.text() }).toEqual({
        status: 403,
        text: expect.stringContaining('only tunnels'),
      })
    })

    it('takes a whole https address in the clear for these names, and for no other', async () => {
      const { port } = new URL(door.proxyUrl)
      const ask = (name: string): Promise<number> =>
        new Promise((resolve, reject) => {
          const target = `https://${name}/v3/certificates`
          request(
            {
              host: '127.0.0.1',
              port,
              path: target,
              headers: { host: name, 'user-agent': 'x', accept: '*/*' },
              agent: false,
            },
            (answer) => {
              answer.resume()
              resolve(answer.statusCode ?? 0)
            },
          )
            .on('error', reject)
            .end()
        })
      expect(await ask('api.mch.weixin.qq.com')).toBe(401)
      expect(await ask('localhost')).toBe(403)
      expect(await ask('example.com')).toBe(403)
    })

    it('survives a tunnel in which nobody speaks TLS', async () => {
      const { socket } = await connect(door.proxyUrl, 'api.q.qq.com:443')
      const ended = new Promise((resolve) => socket.on('close', resolve))
      socket.on('error', () => undefined)
      socket.write('GET / HTTP/1.1\r\n\r\n')
      await ended
      expect((await call('api.mch.weixin.qq.com', '/v3/certificates')).status).toBe(401)
    })
  })

  it('stops with open tunnels and idle connections', async () => {
    const second = await createTlsDoor({
      port: 0,
      proxyPort: 0,
      authority,
      companies: new Map([['api.q.qq.com', world.qq.listener]]),
      localNames: [],
    })
    const { socket } = await connect(second.proxyUrl, 'api.q.qq.com:443')
    const idle = connectTls({
      port: portOf(second.url),
      host: '127.0.0.1',
      servername: 'api.q.qq.com',
      ca: authority.certificate,
    })
    await new Promise((resolve) => idle.once('secureConnect', resolve))
    const ended = Promise.all(
      [socket, idle].map((one) => new Promise((resolve) => one.on('error', resolve).on('close', resolve))),
    )
    await second.close()
    await ended
    await expect(connect(second.proxyUrl, 'api.q.qq.com:443')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('says in one line which port is taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const options = { authority, companies: new Map(), localNames: [] }
    await expect(createTlsDoor({ port, proxyPort: 0, ...options })).rejects.toThrow(`Port ${port} is taken.`)
    await expect(createTlsDoor({ port: 0, proxyPort: port, ...options })).rejects.toThrow(`Port ${port} is taken.`)
    taken.close()
  })
})

describe('a client certificate', () => {
  let authority: Authority
  let door: TlsDoor
  const name = 'api.mch.weixin.qq.com'
  const names: string[] = []

  beforeAll(async () => {
    authority = await openAuthority(null, [name], () => Date.now())
    door = await createTlsDoor({
      port: 0,
      proxyPort: 0,
      authority,
      companies: new Map([
        [
          name,
          (request, response) => {
            const shown = presentedCertificate(request)
            response.end(typeof shown === 'string' ? shown : (shown?.serialNumber ?? 'none'))
          },
        ],
      ]),
      localNames: names,
    })
  })
  afterAll(() => door.close())

  const ask = (more: Partial<TlsCall> = {}): Promise<TlsAnswer> =>
    callTls({ port: Number(new URL(door.url).port), ca: authority.certificate, name, target: '/', ...more })

  async function certificateOf(): Promise<{ cert: string; key: string; serial: string }> {
    const keys = await createRsaKeyPair()
    const { pem, serial } = await createCertificate({
      subject: 'CN=1600000001',
      ...keys,
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 60_000),
    })
    return { cert: pem, key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), serial }
  }

  it('is known to the company when it was shown, and its absence, too', async () => {
    const { cert, key, serial } = await certificateOf()
    expect((await ask({ cert, key })).text).toBe(serial)
    const { socket } = await connect(door.proxyUrl, `${name}:443`)
    expect((await ask({ cert, key, socket })).text).toBe(serial)
    expect((await ask()).text).toBe('none')
  })

  it('can’t be shown by who lacks its key, nor claimed by a header', async () => {
    const [mine, theirs] = [await certificateOf(), await certificateOf()]
    await expect(ask({ cert: theirs.cert, key: mine.key })).rejects.toThrow(/key values mismatch/)
    const headers = { 'x-client-cert': theirs.cert.replaceAll('\n', ''), 'x-forwarded-proto': 'https' }
    expect((await ask({ headers })).text).toBe('none')
  })

  it('is known still on a connection that resumes an earlier session', async () => {
    const { cert, key, serial } = await certificateOf()
    const open = (session?: Buffer): Promise<TLSSocket> =>
      new Promise((resolve, reject) => {
        const { port } = new URL(door.url)
        const socket = connectTls({
          port: Number(port),
          host: '127.0.0.1',
          servername: name,
          ca: authority.certificate,
          cert,
          key,
          session,
        })
        socket.once('secureConnect', () => resolve(socket)).once('error', reject)
      })
    const get = (socket: TLSSocket): Promise<string> =>
      new Promise((resolve) => {
        let text = ''
        socket
          .on('data', (chunk: Buffer) => (text += chunk.toString()))
          .on('end', () => resolve(text.split('\r\n\r\n')[1] ?? ''))
        socket.write(`GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`)
      })
    const first = await open()
    const session = new Promise<Buffer>((resolve) => first.once('session', resolve))
    expect(await get(first)).toContain(serial)
    const again = await open(await session)
    expect(again.isSessionReused()).toBe(true)
    expect(await get(again)).toContain(serial)
  })

  it('is not asked for where there is no TLS', async () => {
    const plain = createHttp((request, response) => void response.end(String(presentedCertificate(request))))
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    const { port } = plain.address() as AddressInfo
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('plain')
    plain.close()
  })
})

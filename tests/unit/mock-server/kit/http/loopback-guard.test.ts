import { createHttpServer } from '../../../../../mock-server/kit/http/http-server'
import { guardLoopback, isLoopbackAddress } from '../../../../../mock-server/kit/http/loopback-guard'

describe('loopback guard', () => {
  const server = createHttpServer()
  guardLoopback(server, (reply, message) => reply.code(403).send({ message }))
  server.get('/', () => ({ ok: true }))
  afterAll(() => server.close())

  const status = async (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
    (await server.inject({ url: '/', headers, remoteAddress })).statusCode

  it('answers this machine', async () => {
    expect(await status({ host: '127.0.0.1:4011' })).toBe(200)
    expect(await status({ host: 'localhost:4011', origin: 'http://localhost:4011' })).toBe(200)
  })

  it('refuses a name that was rebound to this machine', async () => {
    expect(await status({ host: 'shop.example:4011' })).toBe(403)
    expect(await status({ host: '127.0.0.1.evil.example' })).toBe(403)
  })

  it('refuses a page of another origin, also one on another port', async () => {
    expect(await status({ host: '127.0.0.1:4011', origin: 'https://evil.example' })).toBe(403)
    expect(await status({ host: '127.0.0.1:4011', origin: 'http://127.0.0.1:4000' })).toBe(403)
    expect(await status({ host: '127.0.0.1:4011', origin: 'null' })).toBe(403)
  })

  it('refuses another machine', async () => {
    expect(await status({ host: '127.0.0.1:4011' }, '192.0.2.1')).toBe(403)
    expect(isLoopbackAddress(undefined)).toBe(false)
  })
})

import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { allowOrigins } from '../../../../../mock-server/merchant/http/cors'
import { createServer } from '../../../../../mock-server/merchant/http/server'

const friend = 'https://pages.example'
let server: FastifyInstance

beforeAll(async () => {
  server = await createServer({ logger: pino({ level: 'silent' }), trustedProxies: [] })
  await allowOrigins(server, [friend])
  server.get('/api/goods', async () => ({ goods: [] }))
  server.get('/pages/goods', async () => 'a page')
})
afterAll(() => server.close())

async function ask(method: 'GET' | 'OPTIONS', url: string, headers: Record<string, string>) {
  const { statusCode, headers: answered, body } = await server.inject({ method, url, headers })
  const cors = Object.entries(answered).filter(([name]) => name.startsWith('access-control-'))
  return { status: statusCode, cors: Object.fromEntries(cors), vary: answered.vary, body }
}

const preflight = { origin: friend, 'access-control-request-method': 'DELETE' }

it('tells a named origin what it may send', async () => {
  expect(await ask('OPTIONS', '/api/goods', preflight)).toEqual({
    status: 204,
    cors: {
      'access-control-allow-origin': friend,
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '600',
    },
    vary: 'Origin',
    body: '',
  })
})

it('lets a named origin read the API, refusals too, and nothing else', async () => {
  const headers = { origin: friend }
  const permission = { 'access-control-allow-origin': friend }
  expect(await ask('GET', '/api/goods', headers)).toMatchObject({ status: 200, cors: permission, vary: 'Origin' })
  expect(await ask('GET', '/api/nothing', headers)).toMatchObject({ status: 404, cors: permission })
  expect(await ask('GET', '/pages/goods', headers)).toMatchObject({ status: 200, cors: {}, vary: 'Origin' })
  expect(await ask('OPTIONS', '/notify/wechat', preflight)).toMatchObject({ status: 404, cors: {} })
})

it('says nothing to other origins, and tells caches that the answer depends on it', async () => {
  for (const origin of ['https://pages.example.evil', 'http://pages.example', 'null', '']) {
    expect(await ask('GET', '/api/goods', { origin })).toMatchObject({ status: 200, cors: {}, vary: 'Origin' })
    expect(await ask('OPTIONS', '/api/goods', { ...preflight, origin })).toMatchObject({ status: 404, cors: {} })
  }
})

it('answers an OPTIONS request that is no preflight like any other unknown call', async () => {
  const answer = await ask('OPTIONS', '/api/goods', { origin: friend })
  expect([answer.status, JSON.parse(answer.body)]).toEqual([404, expect.objectContaining({ code: 'NOT_FOUND' })])
})

import type { Static } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import type {
  Address,
  CreateOrderRequest,
  DeliveryRequest,
  PaymentKind,
  PayOrderRequest,
  QuoteRequest,
  RefundRequest,
  SessionRequest,
} from '../../../../../src/contract/api'
import type { ApiErrorBody } from '../../../../../src/contract/errors'
import { createServer } from '../../../../../mock-server/merchant/http/server'
import { parseJsonBody, parseOptionalJsonBody } from '../../../../../mock-server/merchant/http/validation'
import {
  createOrderRequest,
  nothing,
  payOrderRequest,
  quoteRequest,
  refundRequest,
  sessionRequest,
} from '../../../../../mock-server/merchant/routes/schemas'

/** Without `readonly`, which says nothing about what may be sent. */
type Plain<T> = T extends readonly (infer One)[]
  ? Plain<One>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T
/** True only where both are one type: neither takes more than the other, and no optional field is missing. */
type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false

/** What the server takes beyond the contract: kinds of newer clients, and addresses without an area. */
type Taken<T> = T extends PaymentKind
  ? string
  : T extends Address
    ? Omit<T, Area> & { readonly [K in Area]?: string | null } extends infer U
      ? { [K in keyof U]: U[K] }
      : never
    : T extends readonly (infer One)[]
      ? Taken<One>[]
      : T extends object
        ? { [K in keyof T]: Taken<T[K]> }
        : T
type Area = 'province' | 'city' | 'district'

/** `true` does not compile where a schema and the contract differ. */
const agrees: {
  session: Same<Static<typeof sessionRequest>, SessionRequest>
  quote: Same<Static<typeof quoteRequest>, QuoteRequest>
  order: Same<Static<typeof createOrderRequest>, Taken<CreateOrderRequest>>
  payment: Same<Static<typeof payOrderRequest>, Taken<PayOrderRequest>>
  refund: Same<Static<typeof refundRequest>, RefundRequest>
} = { session: true, quote: true, order: true, payment: true, refund: true }

/** The comparison itself: each of these pairs differs. */
const differs: [
  Same<{ a: string }, { a?: string }>,
  Same<{ a: string; b?: string }, { a: string }>,
  Same<{ a: string | null }, { a: string }>,
  Same<DeliveryRequest, { kind: 'virtual' }>,
] = [false, false, false, false]

let server: FastifyInstance

beforeAll(async () => {
  server = await createServer({ logger: pino({ level: 'silent' }), trustedProxies: [] })
  const schemas = {
    sessions: sessionRequest,
    quotes: quoteRequest,
    orders: createOrderRequest,
    payments: payOrderRequest,
    refunds: refundRequest,
  }
  for (const [name, body] of Object.entries(schemas)) {
    server.post(`/${name}`, { schema: { body }, preValidation: parseJsonBody }, async (request) => request.body)
  }
  const optional = { schema: { body: nothing }, preValidation: parseOptionalJsonBody }
  server.post('/nothing', optional, async (request) => request.body)
})
afterAll(() => server.close())

const json = { 'content-type': 'application/json' }

async function send(call: string, body: unknown, headers: Record<string, string> = json) {
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await server.inject({ method: 'POST', url: `/${call}`, headers, payload })
  return { status: answer.statusCode, body: answer.json<unknown>() }
}

async function refusalOf(call: string, body: unknown): Promise<[code: string, field: string | undefined]> {
  const answer = await send(call, body)
  const { code, field } = answer.body as ApiErrorBody
  expect(answer.status).toBe(400)
  return [code, field]
}

const tea = { goodsId: 'tea', quantity: 1 }
const address = { name: '张三', phone: '13800000000', province: '浙江省', city: '杭州市', district: '', detail: '1 号' }
const order = (change: object) => ({
  requestId: 'request-0123456789',
  items: [tea],
  accepts: ['requestPayment'],
  ...change,
})

it('takes exactly what the contract promises', () => {
  expect(Object.values(agrees)).not.toContain(false)
  expect(differs).not.toContain(true)
})

describe('a body that fits', () => {
  it.each<[string, string, object]>([
    ['an order', 'orders', order({})],
    [
      'an order with all its fields',
      'orders',
      {
        ...order({}),
        couponId: '12',
        usePoints: true,
        delivery: { kind: 'express', address },
        remark: ' 请轻放 ',
        expectedTotalFen: Number.MAX_SAFE_INTEGER,
      },
    ],
    ['no coupon and no delivery', 'orders', order({ couponId: null, delivery: null })],
    ['a kind of payment that nobody knows yet', 'orders', order({ accepts: ['telepathy', 'requestPayment'] })],
    ['a pickup without a place', 'orders', order({ delivery: { kind: 'pickup' } })],
    ['a quote', 'quotes', { items: [], delivery: { kind: 'virtual' } }],
    [
      'a refund of goods',
      'refunds',
      { requestId: 'request-0123456789', reason: '错了', amountFen: null, items: [tea] },
    ],
    ['a guest', 'sessions', { client: 'h5' }],
  ])('arrives as it was sent: %s', async (_name, call, body) => {
    expect(await send(call, body)).toEqual({ status: 200, body })
  })

  it.each([undefined, null])('may be an address whose district is %s', async (district) => {
    const delivery = { kind: 'express', address: { ...address, district } }
    expect((await send('orders', order({ delivery }))).status).toBe(200)
  })

  it.each(['', '{}'])('may be empty where a call needs none: "%s"', async (body) => {
    expect(await send('nothing', body)).toEqual({ status: 200, body: {} })
    expect((await send('nothing', '', { 'content-type': 'text/plain' })).status).toBe(200)
  })
})

describe('a body that does not fit', () => {
  it.each<[string, string, unknown, string, string]>([
    ['a foreign field', 'orders', order({ totalFen: 1 }), 'BAD_REQUEST', 'totalFen'],
    ['a foreign field with a long name', 'orders', order({ ['x'.repeat(500)]: 1 }), 'BAD_REQUEST', 'x'.repeat(64)],
    [
      'a foreign field in a line',
      'orders',
      order({ items: [{ ...tea, priceFen: 1 }] }),
      'BAD_REQUEST',
      'items[0].priceFen',
    ],
    ['a missing field', 'payments', { accepts: [] }, 'BAD_REQUEST', 'requestId'],
    [
      'a missing quantity',
      'orders',
      order({ items: [tea, { goodsId: 'tea' }] }),
      'QUANTITY_INVALID',
      'items[1].quantity',
    ],
    ['a quantity in text', 'quotes', { items: [{ ...tea, quantity: '1' }] }, 'QUANTITY_INVALID', 'items[0].quantity'],
    ['a flag in text', 'orders', order({ usePoints: 'true' }), 'BAD_REQUEST', 'usePoints'],
    ['one text where a list belongs', 'orders', order({ accepts: 'redirect' }), 'BAD_REQUEST', 'accepts'],
    ['an unknown delivery', 'orders', order({ delivery: { kind: 'drone' } }), 'BAD_REQUEST', 'delivery.kind'],
    ['a delivery without a kind', 'orders', order({ delivery: { address } }), 'BAD_REQUEST', 'delivery.kind'],
    ['a delivery that is a list', 'orders', order({ delivery: [] }), 'BAD_REQUEST', 'delivery'],
    [
      'express without an address',
      'orders',
      order({ delivery: { kind: 'express' } }),
      'BAD_REQUEST',
      'delivery.address',
    ],
    [
      'an error of the kind that was sent',
      'orders',
      order({ delivery: { kind: 'virtual', phone: 'abc' } }),
      'BAD_REQUEST',
      'delivery.phone',
    ],
    [
      'a place that is a number',
      'orders',
      order({ delivery: { kind: 'pickup', storeId: 7 } }),
      'DELIVERY_INVALID',
      'delivery.storeId',
    ],
    ['half a fen', 'orders', order({ expectedTotalFen: 0.5 }), 'BAD_REQUEST', 'expectedTotalFen'],
    ['less than nothing', 'orders', order({ expectedTotalFen: -1 }), 'BAD_REQUEST', 'expectedTotalFen'],
    ['a number that is not exact', 'orders', order({ expectedTotalFen: 2 ** 53 }), 'BAD_REQUEST', 'expectedTotalFen'],
    ['no reason', 'refunds', { requestId: 'request-0123456789', reason: ' \n ' }, 'BAD_REQUEST', 'reason'],
    ['a control character', 'orders', order({ remark: 'a\u0007b' }), 'BAD_REQUEST', 'remark'],
    [
      '81 characters of two units each',
      'refunds',
      { requestId: 'request-0123456789', reason: '😀'.repeat(81) },
      'BAD_REQUEST',
      'reason',
    ],
    [
      'a number too large for JSON',
      'orders',
      `{"expectedTotalFen":1e400,${JSON.stringify(order({})).slice(1)}`,
      'BAD_REQUEST',
      'expectedTotalFen',
    ],
    ['a prototype', 'quotes', '{"items":[],"__proto__":{"couponId":"1"}}', 'BAD_REQUEST', '__proto__'],
    ['no JSON', 'quotes', '{"items":', 'BAD_REQUEST', 'body'],
    ['no object', 'quotes', '[]', 'BAD_REQUEST', 'body'],
    [
      'ten thousand levels',
      'quotes',
      `{"items":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      'BAD_REQUEST',
      'items[0]',
    ],
    ['more than nothing', 'nothing', { force: true }, 'BAD_REQUEST', 'force'],
  ])('is refused with its first error: %s', async (_name, call, body, code, field) => {
    expect(await refusalOf(call, body)).toEqual([code, field])
  })

  it('keeps 80 characters of two units each', async () => {
    const reason = '😀'.repeat(80)
    expect((await send('refunds', { requestId: 'request-0123456789', reason })).status).toBe(200)
  })

  it('takes the last of two equal keys, as JSON.parse does', async () => {
    const answer = await send('quotes', '{"items":[],"usePoints":false,"usePoints":true}')
    expect(answer).toEqual({ status: 200, body: { items: [], usePoints: true } })
  })

  it('is not looked at where it does not say that it is JSON', async () => {
    expect((await send('quotes', { items: [] }, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await send('nothing', '{}', { 'content-type': 'text/plain' })).status).toBe(415)
  })
})

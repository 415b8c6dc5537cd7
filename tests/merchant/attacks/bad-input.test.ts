import type { PaymentAnswer } from '../../../src/contract/api'
import { apiErrors, type ApiErrorBody, type ApiErrorCode } from '../../../src/contract/errors'
import { nextRequestId, openShop, type Answer, type CallOptions, type Shop } from '../support/shop'

let shop: Shop
let token: string

beforeAll(async () => {
  shop = await openShop({ initialStock: 50 })
  token = await shop.login('weapp')
})
afterAll(() => shop.close())

function expectRefusal(answer: Answer<unknown>, code: ApiErrorCode): void {
  expect(answer.body).toMatchObject({ code, message: apiErrors[code].message })
  expect(answer.status).toBe(apiErrors[code].status)
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
}

describe('an order', () => {
  const tea = { goodsId: 'tea', quantity: 1 }
  const body = (change: object) => ({
    requestId: nextRequestId(),
    items: [tea],
    accepts: ['requestPayment'],
    ...change,
  })

  const cases: Record<string, [ApiErrorCode, CallOptions]> = {
    'unknown goods': ['GOODS_UNKNOWN', { body: body({ items: [{ goodsId: 'gold', quantity: 1 }] }) }],
    'goods that Object has': ['GOODS_UNKNOWN', { body: body({ items: [{ goodsId: '__proto__', quantity: 1 }] }) }],
    'an empty cart': ['CART_EMPTY', { body: body({ items: [] }) }],
    'quantity 0': ['QUANTITY_INVALID', { body: body({ items: [{ ...tea, quantity: 0 }] }) }],
    'quantity −1': ['QUANTITY_INVALID', { body: body({ items: [{ ...tea, quantity: -1 }] }) }],
    'quantity 1e9': ['QUANTITY_INVALID', { body: body({ items: [{ ...tea, quantity: 1e9 }] }) }],
    'quantity 1.5': ['QUANTITY_INVALID', { body: body({ items: [{ ...tea, quantity: 1.5 }] }) }],
    'quantity "1"': ['QUANTITY_INVALID', { body: body({ items: [{ ...tea, quantity: '1' }] }) }],
    'quantity true': ['QUANTITY_INVALID', { body: body({ items: [{ ...tea, quantity: true }] }) }],
    'no quantity': ['QUANTITY_INVALID', { body: body({ items: [{ goodsId: 'tea' }] }) }],
    'the same goods twice, together too many': [
      'QUANTITY_INVALID',
      {
        body: body({
          items: [
            { ...tea, quantity: 60 },
            { ...tea, quantity: 40 },
          ],
        }),
      },
    ],
    'more than there is': ['OUT_OF_STOCK', { body: body({ items: [{ ...tea, quantity: 51 }] }) }],
    'more than 20 lines': ['BAD_REQUEST', { body: body({ items: Array(21).fill(tea) }) }],
    'items that are no list': ['BAD_REQUEST', { body: body({ items: tea }) }],
    'a line that is no object': ['BAD_REQUEST', { body: body({ items: [1] }) }],
    'a price in a line': ['BAD_REQUEST', { body: body({ items: [{ ...tea, priceFen: 1 }] }) }],
    'an amount': ['BAD_REQUEST', { body: body({ totalFen: 1 }) }],
    'a notify_url': ['BAD_REQUEST', { body: body({ notify_url: 'https://evil.example' }) }],
    'a user id': ['BAD_REQUEST', { body: body({ userId: 1 }) }],
    'no request id': ['BAD_REQUEST', { body: body({ requestId: undefined }) }],
    'a short request id': ['BAD_REQUEST', { body: body({ requestId: 'short' }) }],
    'a request id with a quote': ['BAD_REQUEST', { body: body({ requestId: "'; drop table orders; --" }) }],
    'kinds that are no list': ['BAD_REQUEST', { body: body({ accepts: 'requestPayment' }) }],
    'kinds that are no text': ['BAD_REQUEST', { body: body({ accepts: [1] }) }],
    'no kind': ['PAYMENT_KIND_UNSUPPORTED', { body: body({ accepts: [] }) }],
    'a kind of another client': ['PAYMENT_KIND_UNSUPPORTED', { body: body({ accepts: ['redirect'] }) }],
    'a body that is no JSON': ['BAD_REQUEST', { raw: '{"requestId":' }],
    'a body that is a list': ['BAD_REQUEST', { raw: '[]' }],
    'a body that is null': ['BAD_REQUEST', { raw: 'null' }],
    'an empty body': ['BAD_REQUEST', { raw: '' }],
    'a body of 1 MB': ['BODY_TOO_LARGE', { raw: JSON.stringify({ x: 'x'.repeat(1_048_576) }) }],
    'a body just over 64 KiB': ['BODY_TOO_LARGE', { raw: ' '.repeat(65_537) }],
    XML: ['UNSUPPORTED_MEDIA_TYPE', { raw: '<xml/>', headers: { 'Content-Type': 'text/xml' } }],
    'a form': [
      'UNSUPPORTED_MEDIA_TYPE',
      { raw: 'a=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    ],
  }
  it.each(Object.entries(cases))('with %s is refused and nothing is stored', async (_name, [code, options]) => {
    const answer = await shop.call<ApiErrorBody>('POST', '/api/orders', { token, ...options })
    expectRefusal(answer, code)
    expect((await shop.call<{ orders: unknown[] }>('GET', '/api/orders', { token })).body.orders).toEqual([])
    expect(shop.wechat.count('POST /v3/')).toBe(0)
  })

  it('names the part at fault', async () => {
    const answer = await shop.call<ApiErrorBody>('POST', '/api/orders', {
      token,
      body: body({ items: [tea, { goodsId: 'gold', quantity: 1 }] }),
    })
    expect(answer.body.field).toBe('items[1]')
  })
})

describe('a token', () => {
  it.each([
    ['none', undefined],
    ['one of another length', 'abc'],
    ['a forged one', 'A'.repeat(43)],
    ['one with SQL in it', `${'A'.repeat(40)}' or`],
  ])('%s is refused', async (_name, forged) => {
    const options = forged === undefined ? {} : { token: forged }
    expectRefusal(await shop.call('GET', '/api/orders', options), 'UNAUTHENTICATED')
    expectRefusal(await shop.call('POST', '/api/orders', { ...options, body: {} }), 'UNAUTHENTICATED')
  })

  it('ends after its time, and when it is revoked', async () => {
    const own = await openShop({ sessionLifeMs: 60_000 })
    try {
      const ending = await own.login('weapp')
      const revoked = await own.login('weapp')
      expect((await own.call('DELETE', '/api/sessions', { token: revoked })).status).toBe(204)
      expectRefusal(await own.call('GET', '/api/orders', { token: revoked }), 'UNAUTHENTICATED')
      expect((await own.call('GET', '/api/orders', { token: ending })).status).toBe(200)
      own.clock.advance(61)
      expectRefusal(await own.call('GET', '/api/orders', { token: ending }), 'UNAUTHENTICATED')
    } finally {
      await own.close()
    }
  })
})

describe('an order number', () => {
  it('of somebody else is answered like none', async () => {
    const bob = await shop.login('weapp', 'bob')
    const { body } = await shop.order(bob)
    const { orderNo } = (body as PaymentAnswer).order
    const pay = { token, body: { requestId: nextRequestId(), accepts: ['requestPayment'] } }
    expectRefusal(await shop.call('GET', `/api/orders/${orderNo}`, { token }), 'ORDER_NOT_FOUND')
    expectRefusal(await shop.call('POST', `/api/orders/${orderNo}/payments`, pay), 'ORDER_NOT_FOUND')
    expectRefusal(await shop.call('GET', '/api/orders/SC000000-AAAAAAAA', { token }), 'ORDER_NOT_FOUND')
    expectRefusal(
      await shop.call('GET', `/api/orders/${encodeURIComponent("' or 1=1 --")}`, { token }),
      'ORDER_NOT_FOUND',
    )
  })
})

describe('an address', () => {
  it.each([
    ['with a broken escape', '/api/orders/%E0%A4%A', 'BAD_REQUEST'],
    ['with a very long number', `/api/orders/${'A'.repeat(500)}`, 'NOT_FOUND'],
    ['that nobody knows', '/api/nothing', 'NOT_FOUND'],
    ['outside the API', '/wp-login.php', 'NOT_FOUND'],
    ['with a limit of 0', '/api/orders?limit=0', 'BAD_REQUEST'],
    ['with a limit of 51', '/api/orders?limit=51', 'BAD_REQUEST'],
    ['with a limit of x', '/api/orders?limit=x', 'BAD_REQUEST'],
    ['with two limits', '/api/orders?limit=1&limit=2', 'BAD_REQUEST'],
  ] as const)('%s is refused', async (_name, path, code) => {
    expectRefusal(await shop.call('GET', path, { token }), code)
  })

  it('is refused with another method', async () => {
    expectRefusal(await shop.call('PUT', '/api/orders', { token }), 'NOT_FOUND')
  })
})

describe('signing in', () => {
  const cases: Record<string, [ApiErrorCode, unknown]> = {
    'without a code': ['BAD_REQUEST', { client: 'weapp' }],
    'with a code that WeChat refuses': ['LOGIN_FAILED', { client: 'weapp', code: 'bad' }],
    'with a code that QQ refuses': ['LOGIN_FAILED', { client: 'qq', code: 'bad' }],
    'with a code that is no text': ['BAD_REQUEST', { client: 'weapp', code: { $ne: '' } }],
    'with a very long code': ['BAD_REQUEST', { client: 'weapp', code: 'x'.repeat(300) }],
    'as an unknown client': ['BAD_REQUEST', { client: 'alipay', code: 'x' }],
    'as a browser with a code': ['BAD_REQUEST', { client: 'h5', code: 'x' }],
    'as a browser with a forged order key': ['LOGIN_FAILED', { client: 'h5', orderKey: 'A'.repeat(43) }],
    'in WeChat with an order key': ['BAD_REQUEST', { client: 'weapp', code: 'x', orderKey: 'A'.repeat(43) }],
    'with an openid of one’s own': ['BAD_REQUEST', { client: 'weapp', code: 'x', openid: 'o' }],
  }
  it.each(Object.entries(cases))('%s is refused', async (_name, [code, body]) => {
    expectRefusal(await shop.call('POST', '/api/sessions', { body }), code)
  })

  it('says when it is not our fault', async () => {
    shop.wechat.respond('GET /sns/jscode2session', { status: 500, body: {}, sign: 'none' })
    expectRefusal(
      await shop.call('POST', '/api/sessions', { body: { client: 'weapp', code: 'x' } }),
      'UPSTREAM_UNAVAILABLE',
    )
    shop.wechat.respond('GET /sns/jscode2session', { body: { errcode: 45011, errmsg: 'quota' }, sign: 'none' })
    expectRefusal(await shop.call('POST', '/api/sessions', { body: { client: 'weapp', code: 'x' } }), 'RATE_LIMITED')
  })
})

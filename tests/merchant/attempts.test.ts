import type { PaymentAnswer } from '../../src/contract/api'
import { nextRequestId, openShop, type Shop } from './support/shop'

let shop: Shop

beforeEach(async () => {
  shop = await openShop({ initialStock: 5 })
})
afterEach(() => shop.close())

const pay = (token: string, orderNo: string, accepts: readonly string[], ip = '203.0.113.11') =>
  shop.call<PaymentAnswer>('POST', `/api/orders/${orderNo}/payments`, {
    token,
    headers: { 'x-forwarded-for': ip },
    body: { requestId: nextRequestId(), accepts },
  })

const teaLeft = async () =>
  (await shop.call<{ goods: { goodsId: string; stock: number }[] }>('GET', '/api/goods')).body.goods.find(
    ({ goodsId }) => goodsId === 'tea',
  )!.stock

const numbersAt = (end: string) =>
  shop.wechat.requests.filter(({ line }) => line.endsWith(end)).map(({ body }) => body.out_trade_no)

/** A session in a browser for an order that was placed in QQ. */
async function followOrderLink() {
  const token = await shop.login('qq')
  const { body } = await shop.order(token, { accepts: ['webView'] })
  if (body.payment?.kind !== 'webView') throw new Error(`got ${JSON.stringify(body)}`)
  const link = new URL(body.payment.orderPageUrl)
  const session = await shop.call<{ token: string }>('POST', '/api/sessions', {
    body: { client: 'h5', orderKey: link.searchParams.get('orderKey') },
  })
  return { token, order: body.order, link, browser: session.body.token }
}

describe('an attempt', () => {
  it('is reused while it lives', async () => {
    const { token, order } = await shop.placed()
    shop.clock.advance(600)
    const { body, status } = await pay(token, order.orderNo, ['requestPayment'])
    expect(status).toBe(200)
    expect(body.payment?.kind).toBe('requestPayment')
    expect(shop.wechat.count('POST /v3/pay/transactions/jsapi')).toBe(1)
  })

  it('orders its H5 link again under the same number when that is older than four minutes', async () => {
    const { token, order, payment } = await shop.placed('h5')
    shop.clock.advance(239)
    expect((await pay(token, order.orderNo, ['redirect'])).body.payment).toEqual(payment)
    shop.clock.advance(2)
    const renewed = (await pay(token, order.orderNo, ['redirect'])).body.payment
    expect(renewed?.kind).toBe('redirect')
    expect(renewed).not.toEqual(payment)
    const sent = shop.wechat.requests.filter(({ line }) => line.endsWith('/h5'))
    expect(sent).toHaveLength(2)
    expect(sent[0]!.body).toEqual(sent[1]!.body)
  })

  it('gets another number when an H5 payer comes from another address', async () => {
    const { token, order, outTradeNo } = await shop.placed('h5')
    const { body } = await pay(token, order.orderNo, ['redirect'], '198.51.100.7')
    expect(body.payment?.kind).toBe('redirect')
    expect(shop.wechat.count(`POST /v3/pay/transactions/out-trade-no/${outTradeNo}/close`)).toBe(1)
    expect(new Set(numbersAt('/h5')).size).toBe(2)
  })

  it('of another client is closed first', async () => {
    const { order, browser } = await followOrderLink()
    const { body } = await pay(browser, order.orderNo, ['redirect'], '203.0.113.13')
    expect(body.payment?.kind).toBe('redirect')
    const lines = shop.wechat.requests.map(({ line }) => line).filter((line) => line.startsWith('POST'))
    expect(lines).toEqual([
      'POST /wxpay/v3/pay/transactions/h5',
      expect.stringMatching(/^POST \/v3\/pay\/transactions\/out-trade-no\/.*-01\/close$/),
      'POST /v3/pay/transactions/h5',
    ])
  })

  it('of another client that is paid settles the order instead', async () => {
    const { order, browser } = await followOrderLink()
    const [outTradeNo] = numbersAt('/h5') as string[]
    shop.wechat.respond('POST /v3/pay/transactions/out-trade-no', { status: 400, body: { code: 'ORDER_PAID' } })
    shop.wechat.trades.set(outTradeNo!, shop.wechat.paid(outTradeNo!))
    const { body } = await pay(browser, order.orderNo, ['redirect'])
    expect(body).toMatchObject({ order: { status: 'paid' }, payment: null, problem: null })
    expect(shop.wechat.count('POST /v3/pay/transactions/h5')).toBe(0)
  })

  it('of another client that cannot be closed keeps the order from having two', async () => {
    const { order, browser } = await followOrderLink()
    shop.wechat.respond('POST /v3/pay/transactions/out-trade-no', { status: 500, body: { code: 'SYSTEM_ERROR' } })
    const { body } = await pay(browser, order.orderNo, ['redirect'])
    expect(body).toMatchObject({ order: { status: 'pending' }, payment: null, problem: 'PREPAY_UNAVAILABLE' })
    expect(shop.wechat.count('POST /v3/pay/transactions/h5')).toBe(0)
    expect((await pay(browser, order.orderNo, ['redirect'])).body.payment?.kind).toBe('redirect')
  })
})

describe('a link to an order', () => {
  it('opens that order and nothing else', async () => {
    const { token, order, link, browser } = await followOrderLink()
    expect(link.origin + link.pathname).toBe('https://shop.example/pages/checkout/index')
    expect(link.searchParams.get('orderNo')).toBe(order.orderNo)
    const other = await shop.order(token, { accepts: ['requestWxPayment'] })
    expect((await shop.status(browser, order.orderNo)).orderNo).toBe(order.orderNo)
    const foreign = await shop.call('GET', `/api/orders/${other.body.order.orderNo}`, { token: browser })
    expect(foreign).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_FOUND' } })
    const list = await shop.call<{ orders: unknown[] }>('GET', '/api/orders', { token: browser })
    expect(list.body.orders).toHaveLength(1)
    const purchase = await shop.order(browser, { accepts: ['redirect'] })
    expect(purchase).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
  })

  it('ends with the order’s time', async () => {
    const { link } = await followOrderLink()
    shop.clock.advance(15 * 60)
    const late = await shop.call('POST', '/api/sessions', {
      body: { client: 'h5', orderKey: link.searchParams.get('orderKey') },
    })
    expect(late).toMatchObject({ status: 401, body: { code: 'LOGIN_FAILED' } })
  })
})

describe('asking WeChat Pay', () => {
  it('happens at most once a second for one order, however many ask', async () => {
    const { token, order } = await shop.placed()
    const queries = () => shop.wechat.count('GET /v3/pay/transactions/out-trade-no')
    await Promise.all(Array.from({ length: 10 }, () => shop.status(token, order.orderNo)))
    expect(queries()).toBe(1)
    await shop.status(token, order.orderNo)
    expect(queries()).toBe(1)
    shop.clock.advance(1.1)
    await shop.status(token, order.orderNo)
    expect(queries()).toBe(2)
  })

  it('does not fail the reader when it fails', async () => {
    const { token, order } = await shop.placed()
    shop.wechat.respond('GET /v3/pay/transactions/out-trade-no', { status: 500, body: { code: 'SYSTEM_ERROR' } })
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'pending' })
  })

  it('believes no paid answer that is not signed', async () => {
    const { token, order, outTradeNo } = await shop.placed()
    const body = shop.wechat.paid(outTradeNo)
    shop.wechat.respond('GET /v3/pay/transactions/out-trade-no', { body, sign: 'none' })
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'pending' })
    shop.clock.advance(2)
    shop.wechat.respond('GET /v3/pay/transactions/out-trade-no', { body, sign: 'wrong' })
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'pending' })
  })

  it('is done by the shop itself when nobody asks and no notification comes: first after 30 s, then slower', async () => {
    const { outTradeNo, token, order } = await shop.placed()
    const queries = () => shop.wechat.count('GET /v3/pay/transactions/out-trade-no')
    shop.clock.advance(29)
    await shop.merchant.sweep()
    expect(queries()).toBe(0)
    shop.clock.advance(1)
    await shop.merchant.sweep()
    await shop.merchant.sweep()
    expect(queries()).toBe(1)
    shop.clock.advance(59)
    await shop.merchant.sweep()
    expect(queries()).toBe(1)
    shop.clock.advance(1)
    shop.wechat.trades.set(outTradeNo, shop.wechat.paid(outTradeNo))
    await shop.merchant.sweep()
    expect(queries()).toBe(2)
    shop.clock.advance(3600)
    await shop.merchant.sweep()
    expect(queries()).toBe(2)
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'paid' })
  })
})

describe('an order whose time is up', () => {
  it('is closed at WeChat Pay, then here, and its goods are for sale again', async () => {
    const { token, order, outTradeNo } = await shop.placed()
    expect(await teaLeft()).toBe(4)
    shop.clock.advance(15 * 60)
    await shop.merchant.sweep()
    expect(shop.wechat.count(`POST /v3/pay/transactions/out-trade-no/${outTradeNo}/close`)).toBe(1)
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'closed' })
    expect(await teaLeft()).toBe(5)
    await shop.merchant.sweep()
    expect(await teaLeft()).toBe(5)
  })

  it('is closed when its owner looks, without waiting for the sweep', async () => {
    const { token, order } = await shop.placed()
    shop.clock.advance(15 * 60)
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'closed' })
  })

  it('is closed when its owner tries to pay', async () => {
    const { token, order } = await shop.placed()
    shop.clock.advance(15 * 60)
    const { body } = await pay(token, order.orderNo, ['requestPayment'])
    expect(body).toMatchObject({ order: { status: 'closed' }, payment: null, problem: null })
  })

  it('is paid when the payer was quicker than the close', async () => {
    const { token, order, outTradeNo } = await shop.placed()
    shop.wechat.respond('POST /v3/pay/transactions/out-trade-no', { status: 400, body: { code: 'ORDER_PAID' } })
    shop.wechat.trades.set(outTradeNo, shop.wechat.paid(outTradeNo))
    shop.clock.advance(15 * 60)
    await shop.merchant.sweep()
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'paid' })
    expect(await teaLeft()).toBe(4)
  })

  it('stays as it is while WeChat Pay cannot be reached, and is closed later', async () => {
    const { token, order } = await shop.placed()
    shop.wechat.respond('POST /v3/pay/transactions/out-trade-no', { status: 500, body: { code: 'SYSTEM_ERROR' } })
    shop.clock.advance(15 * 60)
    await shop.merchant.sweep()
    expect(await teaLeft()).toBe(4)
    shop.clock.advance(30)
    await shop.merchant.sweep()
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'closed' })
  })

  it('that is paid after all has its money noted for a refund and stays closed', async () => {
    const { token, order, outTradeNo } = await shop.placed()
    shop.clock.advance(15 * 60)
    await shop.merchant.sweep()
    const events = await listen(shop)
    expect((await shop.notify(shop.wechat.notice(shop.wechat.paid(outTradeNo)))).status).toBe(204)
    expect(await events.next()).toMatchObject({
      type: 'refund.due',
      outTradeNo,
      reason: 'PAID_AFTER_CLOSE',
      totalFen: 9600,
    })
    expect(await shop.status(token, order.orderNo)).toMatchObject({ status: 'closed' })
    expect(await teaLeft()).toBe(5)
    events.stop()
  })
})

/** Reads the operator's event stream. */
async function listen({ merchant }: Shop) {
  const abort = new AbortController()
  const response = await fetch(`${merchant.operatorUrl}/operator/events`, {
    headers: { authorization: 'Bearer operator-token-of-the-tests' },
    signal: abort.signal,
  })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    async next(): Promise<unknown> {
      for (;;) {
        const found = /data: (.*)\n\n/.exec(text)
        if (found) {
          text = text.slice(found.index + found[0].length)
          return JSON.parse(found[1]!)
        }
        text += (await reader.read()).value ?? ''
      }
    },
    stop: () => abort.abort(),
  }
}

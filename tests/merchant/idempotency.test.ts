import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { PaymentAnswer } from '../../src/contract/api'
import { createHostMap } from '../../mock-server/kit/http/host-map'
import { createMerchant } from '../../mock-server/merchant/create-merchant'
import { createShopClient, nextRequestId, openShop, type Shop } from './support/shop'

let shop: Shop

beforeEach(async () => {
  shop = await openShop()
})
afterEach(() => shop.close())

describe('the same request id', () => {
  it('names the same order and the same prepay, with a fresh signature each time', async () => {
    const token = await shop.login('weapp')
    const requestId = nextRequestId()
    const first = await shop.order(token, { requestId })
    const again = await shop.order(token, { requestId })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body.order).toEqual(first.body.order)
    expect(shop.wechat.count('POST /v3/pay/transactions/jsapi')).toBe(1)
    if (first.body.payment?.kind !== 'requestPayment' || again.body.payment?.kind !== 'requestPayment')
      throw new Error()
    expect(again.body.payment.package).toBe(first.body.payment.package)
    expect(again.body.payment.nonceStr).not.toBe(first.body.payment.nonceStr)
  })

  it('makes one order and one prepay when 30 arrive at once', async () => {
    const token = await shop.login('weapp')
    const requestId = nextRequestId()
    const answers = await Promise.all(Array.from({ length: 30 }, () => shop.order(token, { requestId })))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(new Set(answers.map(({ body }) => body.order.orderNo)).size).toBe(1)
    expect(answers.every(({ body }) => body.payment?.kind === 'requestPayment')).toBe(true)
    expect(shop.wechat.count('POST /v3/pay/transactions/jsapi')).toBe(1)
    expect((await shop.call<{ orders: unknown[] }>('GET', '/api/orders', { token })).body.orders).toHaveLength(1)
  })

  it('takes the same content in another order of lines for the same', async () => {
    const token = await shop.login('weapp')
    const requestId = nextRequestId()
    const tea = { goodsId: 'tea', quantity: 2 }
    const cup = { goodsId: 'cup', quantity: 1 }
    const first = await shop.order(token, { requestId, items: [tea, cup] })
    const again = await shop.order(token, { requestId, items: [cup, { ...tea, quantity: 1 }, { ...tea, quantity: 1 }] })
    expect(again).toMatchObject({ status: 200, body: { order: { orderNo: first.body.order.orderNo } } })
  })

  it('with other content is a conflict', async () => {
    const token = await shop.login('weapp')
    const requestId = nextRequestId()
    await shop.order(token, { requestId })
    const other = await shop.order(token, { requestId, items: [{ goodsId: 'tea', quantity: 2 }] })
    expect(other).toMatchObject({ status: 409, body: { code: 'REQUEST_CONFLICT' } })
  })

  it('of another user is another order', async () => {
    const requestId = nextRequestId()
    const first = await shop.order(await shop.login('weapp', 'alice'), { requestId })
    const other = await shop.order(await shop.login('weapp', 'bob'), { requestId })
    expect(other.status).toBe(201)
    expect(other.body.order.orderNo).not.toBe(first.body.order.orderNo)
  })

  it('answers the paid order with nothing left to pay', async () => {
    const token = await shop.login('weapp')
    const requestId = nextRequestId()
    await shop.order(token, { requestId })
    const outTradeNo = shop.wechat.requests.findLast(({ line }) => line.endsWith('/jsapi'))!.body.out_trade_no as string
    await shop.notify(shop.wechat.notice(shop.wechat.paid(outTradeNo)))
    const again = await shop.order(token, { requestId })
    expect(again.body).toMatchObject({ order: { status: 'paid' }, payment: null, problem: null })
  })

  it('pays for the order that is named, and no other', async () => {
    const token = await shop.login('weapp')
    const requestId = nextRequestId()
    await shop.order(token, { requestId })
    const other = await shop.order(token)
    const answer = await shop.call('POST', `/api/orders/${other.body.order.orderNo}/payments`, {
      token,
      body: { requestId, accepts: ['requestPayment'] },
    })
    expect(answer).toMatchObject({ status: 409, body: { code: 'REQUEST_CONFLICT' } })
  })
})

describe('when WeChat Pay gives no prepay', () => {
  const failures = {
    'a server error': { status: 500, body: { code: 'SYSTEM_ERROR', message: '系统繁忙,请稍后重试' } },
    'a rate limit': { status: 429, body: { code: 'FREQUENCY_LIMITED', message: '频率超限' } },
    'an unsigned success': { body: { prepay_id: 'wxforged' }, sign: 'none' },
    'a success with a wrong signature': { body: { prepay_id: 'wxforged' }, sign: 'wrong' },
    'a success that is 301 seconds old': { body: { prepay_id: 'wxforged' }, sign: 'stale' },
    'a success without a prepay id': { body: {} },
    'a success that is no object': { body: 'yes' },
    silence: { silent: true },
  } as const
  it.each(Object.entries(failures))(
    'keeps the order after %s and gets the prepay later under the same number',
    async (_name, answer) => {
      const impatient = await openShop({ timeoutMs: 2000 })
      try {
        const token = await impatient.login('weapp')
        const requestId = nextRequestId()
        impatient.wechat.respond('POST /v3/pay/transactions/jsapi', answer)
        const first = await impatient.order(token, { requestId })
        expect(first.status).toBe(201)
        expect(first.body).toMatchObject({ order: { status: 'pending' }, payment: null, problem: 'PREPAY_UNAVAILABLE' })
        const again = await impatient.order(token, { requestId })
        expect(again.status).toBe(200)
        expect(again.body.payment?.kind).toBe('requestPayment')
        const sent = impatient.wechat.requests.filter(({ line }) => line.endsWith('/jsapi'))
        expect(sent).toHaveLength(2)
        expect(sent[0]!.body).toEqual(sent[1]!.body)
      } finally {
        await impatient.close()
      }
    },
  )

  it('looks what is wrong when the number turns out to be paid', async () => {
    const token = await shop.login('weapp')
    const requestId = nextRequestId()
    shop.wechat.respond('POST /v3/pay/transactions/jsapi', { status: 500, body: { code: 'SYSTEM_ERROR' } })
    await shop.order(token, { requestId })
    const outTradeNo = shop.wechat.requests.findLast(({ line }) => line.endsWith('/jsapi'))!.body.out_trade_no as string
    shop.wechat.trades.set(outTradeNo, shop.wechat.paid(outTradeNo))
    shop.wechat.respond('POST /v3/pay/transactions/jsapi', { status: 400, body: { code: 'ORDERPAID' } })
    shop.wechat.respond('POST /v3/pay/transactions/out-trade-no', { status: 400, body: { code: 'ORDER_PAID' } })
    const again = await shop.order(token, { requestId })
    expect(again.body).toMatchObject({ order: { status: 'paid' }, payment: null })
  })

  it('takes another number when this one is used up', async () => {
    const token = await shop.login('weapp')
    shop.wechat.respond('POST /v3/pay/transactions/jsapi', {
      status: 403,
      body: { code: 'OUT_TRADE_NO_USED', message: '商户订单号重复' },
    })
    const { body } = await shop.order(token)
    expect(body.payment?.kind).toBe('requestPayment')
    const numbers = shop.wechat.requests
      .filter(({ line }) => line.endsWith('/jsapi'))
      .map((sent) => sent.body.out_trade_no)
    expect(new Set(numbers).size).toBe(2)
  })
})

describe('a merchant that is started again', () => {
  it('knows sessions, orders and live prepays, and takes the notification that was on its way', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'shop-'))
    const dataFile = path.join(folder, 'shop.db')
    const { wechat } = shop
    const open = () =>
      createMerchant({
        port: 0,
        dataFile,
        hostMap: createHostMap({
          'https://api.mch.weixin.qq.com': wechat.url,
          'https://api.weixin.qq.com': wechat.url,
        }),
        publicBase: 'https://shop.example',
        wechat: { ...wechat, secret: 'secret' },
        rateLimits: false,
      })
    let merchant = await open()
    let client = createShopClient(merchant)
    const token = await client.login('weapp')
    const requestId = nextRequestId()
    const first = await client.order(token, { requestId })
    const outTradeNo = wechat.requests.findLast(({ line }) => line.endsWith('/jsapi'))!.body.out_trade_no as string
    await merchant.close()

    merchant = await open()
    client = createShopClient(merchant)
    const again = await client.call<PaymentAnswer>('POST', '/api/orders', {
      token,
      body: { requestId, items: [{ goodsId: 'tea', quantity: 1 }], accepts: ['requestPayment'] },
    })
    expect(again.body.order).toEqual(first.body.order)
    expect(wechat.count('POST /v3/pay/transactions/jsapi')).toBe(1)
    expect((await client.notify(wechat.notice(wechat.paid(outTradeNo)))).status).toBe(204)
    expect((await client.status(token, first.body.order.orderNo)).status).toBe('paid')
    await merchant.close()
    rmSync(folder, { recursive: true })
  })
})

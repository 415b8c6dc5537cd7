import { openTestStack, type TestStack } from './support/test-stack'

/** The shop against the simulators: nothing is spoiled here, and everything goes over HTTP. */

const phone = { weapp: '203.0.113.11', qq: '203.0.113.12', h5: '203.0.113.13' }

let stack: TestStack

beforeEach(async () => {
  stack = await openTestStack()
})
afterEach(() => stack.close())

async function payInWeapp() {
  const token = await stack.login('weapp')
  const { order, payment } = await stack.order(token, ['requestPayment'], phone.weapp)
  const opened = await stack.openCashier(payment)
  expect(opened).toMatchObject({ status: 200, body: { payee: '山茶小铺', total: 9600 } })
  return { token, order, payment, cashierId: opened.body.cashier_id! }
}

describe('in WeChat', () => {
  it('the wallet takes the pay call, and the order is paid because the notification arrived', async () => {
    const { token, order, cashierId } = await payInWeapp()
    const paid = await stack.payInCashier(cashierId)
    await stack.wechat.settled()
    const listed = await stack.shop.call<{ orders: unknown[] }>('GET', '/api/orders', { token })
    expect(listed.body.orders).toMatchObject([
      { orderNo: order.orderNo, status: 'paid', transactionId: paid.body.transaction_id },
    ])
  })

  it('a payer who left the cashier pays the same prepay later', async () => {
    const { token, order, payment, cashierId } = await payInWeapp()
    await fetch(`${stack.wechat.url}/client/cashier/${cashierId}/cancel`, { method: 'POST' })
    expect(await stack.shop.status(token, order.orderNo)).toMatchObject({ status: 'pending' })
    const again = await stack.shop.call<{ payment: typeof payment }>('POST', `/api/orders/${order.orderNo}/payments`, {
      token,
      body: { requestId: 'request-again-000001', accepts: ['requestPayment'] },
    })
    expect(again.body.payment).toMatchObject({ package: (payment as { package: string }).package })
    const opened = await stack.openCashier(again.body.payment)
    expect((await stack.payInCashier(opened.body.cashier_id!)).status).toBe(200)
    expect(await stack.outTradeNos()).toHaveLength(1)
  })

  it('the shop’s own query settles when every notification is lost', async () => {
    await stack.dropNotices(true)
    const { token, order, cashierId } = await payInWeapp()
    await stack.payInCashier(cashierId)
    await stack.wechat.settled()
    expect(await stack.shop.status(token, order.orderNo)).toMatchObject({ status: 'paid' })
  })

  it('a query of the shop settles the order when nobody looks and every notification is lost', async () => {
    await stack.dropNotices(true)
    const { token, order, cashierId } = await payInWeapp()
    await stack.payInCashier(cashierId)
    await stack.advance(31)
    await stack.merchant.sweep()
    const listed = await stack.shop.call<{ orders: unknown[] }>('GET', '/api/orders', { token })
    expect(listed.body.orders).toMatchObject([{ orderNo: order.orderNo, status: 'paid' }])
  })

  it('an order whose time is up is closed on both sides and cannot be paid', async () => {
    const { token, order, cashierId } = await payInWeapp()
    await stack.advance(15 * 60)
    await stack.merchant.sweep()
    expect(await stack.shop.status(token, order.orderNo)).toMatchObject({ status: 'closed' })
    expect(await stack.outTradeNos()).toEqual([{ outTradeNo: `${order.orderNo}-01`, state: 'CLOSED' }])
    expect((await stack.payInCashier(cashierId)).status).toBe(403)
  })

  it('an order that was paid in the last second is paid although its time is up', async () => {
    await stack.dropNotices(true)
    const { token, order, cashierId } = await payInWeapp()
    await stack.advance(15 * 60 - 5)
    expect((await stack.payInCashier(cashierId)).status).toBe(200)
    await stack.advance(10)
    await stack.merchant.sweep()
    expect(await stack.shop.status(token, order.orderNo)).toMatchObject({ status: 'paid' })
  })
})

describe('in QQ', () => {
  it('QQ knows the link, the middle page takes the payer, and the notification comes through QQ', async () => {
    const token = await stack.login('qq')
    const { order, payment } = await stack.order(token, ['requestWxPayment', 'webView'], phone.qq)
    if (payment?.kind !== 'requestWxPayment') throw new Error(JSON.stringify(payment))
    const check = await fetch(`${stack.qq.url}/client/check-wx-url`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ appid: stack.qq.apps[0]!.appid, url: payment.h5Url }),
    })
    expect(await check.json()).toEqual({ ok: true })
    const paid = await stack.payOnMiddlePage(payment.h5Url, phone.qq, payment.referer)
    expect(paid.page).toContain('山茶小铺')
    expect(paid.status).toBe(200)
    await stack.wechat.settled()
    const listed = await stack.shop.call<{ orders: unknown[] }>('GET', '/api/orders', { token })
    expect(listed.body.orders).toMatchObject([{ orderNo: order.orderNo, status: 'paid' }])
  })

  it('an old QQ gets a link to the order, and paying in a browser leaves the QQ attempt closed', async () => {
    const token = await stack.login('qq')
    const { order, payment } = await stack.order(token, ['webView'], phone.qq)
    if (payment?.kind !== 'webView') throw new Error(JSON.stringify(payment))
    const orderKey = new URL(payment.orderPageUrl).searchParams.get('orderKey')
    const session = await stack.shop.call<{ token: string }>('POST', '/api/sessions', {
      body: { client: 'h5', orderKey },
    })
    const inBrowser = await stack.shop.call<{ payment: { h5Url: string } }>(
      'POST',
      `/api/orders/${order.orderNo}/payments`,
      {
        token: session.body.token,
        headers: { 'x-forwarded-for': phone.h5 },
        body: { requestId: 'request-browser-00001', accepts: ['redirect'] },
      },
    )
    expect((await stack.payOnMiddlePage(payment.h5Url, phone.qq)).status).toBe(403)
    expect((await stack.payOnMiddlePage(inBrowser.body.payment.h5Url, phone.h5)).status).toBe(200)
    await stack.wechat.settled()
    expect(await stack.shop.status(token, order.orderNo)).toMatchObject({ status: 'paid' })
    expect(new Set((await stack.outTradeNos()).map(({ state }) => state))).toEqual(new Set(['CLOSED', 'SUCCESS']))
  })
})

describe('in a browser', () => {
  it('the link pays from the address it was ordered for', async () => {
    const token = await stack.login('h5')
    const { order, payment } = await stack.order(token, ['redirect'], phone.h5)
    if (payment?.kind !== 'redirect') throw new Error(JSON.stringify(payment))
    expect((await stack.payOnMiddlePage(payment.h5Url, '198.51.100.1')).status).toBe(403)
    expect((await stack.payOnMiddlePage(payment.h5Url, phone.h5)).status).toBe(200)
    await stack.wechat.settled()
    expect(await stack.shop.status(token, order.orderNo)).toMatchObject({ status: 'paid' })
  })

  it('a link that was ordered for 127.0.0.1 pays nothing', async () => {
    const token = await stack.login('h5')
    const { payment } = await stack.order(token, ['redirect'], '127.0.0.1')
    if (payment?.kind !== 'redirect') throw new Error(JSON.stringify(payment))
    const refused = await stack.payOnMiddlePage(payment.h5Url, '127.0.0.1')
    expect(refused.status).toBe(403)
    expect(refused.page).toContain('由于商家传入的H5交易参数有误')
  })

  it('an old link is renewed under the same number', async () => {
    const token = await stack.login('h5')
    const { order, payment } = await stack.order(token, ['redirect'], phone.h5)
    await stack.advance(6 * 60)
    expect((await stack.payOnMiddlePage((payment as { h5Url: string }).h5Url, phone.h5)).status).toBe(403)
    const again = await stack.shop.call<{ payment: { h5Url: string } }>(
      'POST',
      `/api/orders/${order.orderNo}/payments`,
      {
        token,
        headers: { 'x-forwarded-for': phone.h5 },
        body: { requestId: 'request-renewed-00001', accepts: ['redirect'] },
      },
    )
    expect((await stack.payOnMiddlePage(again.body.payment.h5Url, phone.h5)).status).toBe(200)
    expect(await stack.outTradeNos()).toHaveLength(1)
  })
})

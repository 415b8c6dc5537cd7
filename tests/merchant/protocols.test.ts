import { openTestStack, type TestStack, type TestStackOptions } from './support/test-stack'

/** The same shop over every way that WeChat Pay has: nobody who buys can tell. */

const subMchid = '1900000119'
const ip = '203.0.113.11'

const ways: readonly (readonly [string, TestStackOptions])[] = [
  ['V3 as a partner', { subMchid }],
  ['V2 with MD5', { v2: 'MD5' }],
  ['V2 with HMAC-SHA256', { v2: 'HMAC-SHA256' }],
  ['V2 as a partner', { v2: 'HMAC-SHA256', subMchid }],
]

describe.each(ways)('a shop that speaks %s', (_name, keys) => {
  let stack: TestStack
  beforeAll(async () => {
    stack = await openTestStack(keys)
  })
  afterAll(() => stack.close())

  const statusOf = async (token: string, orderNo: string) => (await stack.shop.status(token, orderNo)).status

  it('is paid in the WeChat mini program', async () => {
    const token = await stack.login('weapp')
    const { order, payment } = await stack.order(token, ['requestPayment'], ip)
    const { body } = await stack.openCashier(payment)
    await stack.payInCashier(body['cashier_id']!)
    await stack.wechat.settled()
    expect(await statusOf(token, order.orderNo)).toBe('paid')
  })

  it('is paid in a browser', async () => {
    const token = await stack.login('h5')
    const { order, payment } = await stack.order(token, ['redirect'], ip)
    if (payment?.kind !== 'redirect') throw new Error(`got ${JSON.stringify(payment)}`)
    await stack.payOnMiddlePage(payment.h5Url, ip)
    await stack.wechat.settled()
    expect(await statusOf(token, order.orderNo)).toBe('paid')
  })

  it('is paid in QQ, through its proxy', async () => {
    const token = await stack.login('qq')
    const { order, payment } = await stack.order(token, ['requestWxPayment'], ip)
    if (payment?.kind !== 'requestWxPayment') throw new Error(`got ${JSON.stringify(payment)}`)
    await stack.payOnMiddlePage(payment.h5Url, ip)
    await stack.wechat.settled()
    expect(await statusOf(token, order.orderNo)).toBe('paid')
  })

  it('asks when no notice comes', async () => {
    await stack.dropNotices(true)
    const token = await stack.login('weapp')
    const { order, payment } = await stack.order(token, ['requestPayment'], ip)
    const { body } = await stack.openCashier(payment)
    await stack.payInCashier(body['cashier_id']!)
    await stack.wechat.settled()
    expect(await statusOf(token, order.orderNo)).toBe('paid')
    await stack.dropNotices(false)
  })

  it('closes what nobody pays', async () => {
    const token = await stack.login('weapp')
    const { order, payment } = await stack.order(token, ['requestPayment'], ip)
    expect(payment).not.toBeNull()
    await stack.advance(16 * 60)
    await stack.merchant.sweep()
    expect(await statusOf(token, order.orderNo)).toBe('closed')
    const states = (await stack.outTradeNos()).filter(({ outTradeNo }) => outTradeNo.startsWith(order.orderNo))
    expect(states).toMatchObject([{ state: 'CLOSED' }])
  })
})

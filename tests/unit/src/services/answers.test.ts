import { readGoods, readOrder, readPayment, readSession } from '../../../../src/services/answers'
import { goodsOf, invocation, orderOf, paidOrder, paymentOf, tea } from '../fakes'

/** A body as the network returns it. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const refusal = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
  return 'accepted'
}

describe('answers', () => {
  it('are what the contract says', () => {
    expect(readSession(sent({ token: 't', expiresInSec: 60 }), 'session')).toEqual({ token: 't', expiresInSec: 60 })
    expect(readGoods(sent(goodsOf([tea])), 'goods')).toEqual(goodsOf([tea]))
    expect(readOrder(sent({ order: paidOrder() }), 'order').order).toEqual(paidOrder())
    expect(readPayment(sent(paymentOf()), 'payment')).toEqual(paymentOf())
  })

  it('drop what the contract does not know', () => {
    expect(readOrder(sent({ order: { ...orderOf(), secret: 1 } }), 'order').order).not.toHaveProperty('secret')
  })

  it.each([
    [
      'requestWxPayment',
      { kind: 'requestWxPayment', h5Url: 'https://wx.tenpay.com/x', referer: 'https://shop.example' },
    ],
    ['webView', { kind: 'webView', h5Url: 'https://wx.tenpay.com/x', orderPageUrl: 'https://shop.example/o' }],
    ['redirect', { kind: 'redirect', h5Url: 'https://wx.tenpay.com/x' }],
  ])('tell how to pay: %s', (_, payment) => {
    expect(readPayment(sent(paymentOf({ payment: payment as never })), 'payment').payment).toEqual(payment)
  })

  it.each([
    ['fractions of a fen', { order: orderOf({ totalFen: 9600.5 }) }, 'payment.order.totalFen: expected a whole number'],
    [
      'an amount as text',
      { order: orderOf({ totalFen: '9600' as never }) },
      'payment.order.totalFen: expected a whole number',
    ],
    ['an unknown status', { order: orderOf({ status: 'lost' as never }) }, 'payment.order.status: expected one of'],
    ['no order number', { order: orderOf({ orderNo: '' }) }, 'payment.order.orderNo: expected a string with content'],
    [
      'an empty paySign',
      { payment: { ...invocation, paySign: '' } },
      'payment.payment.paySign: expected a string with',
    ],
    [
      'another signature',
      { payment: { ...invocation, signType: 'SHA1' } },
      'payment.payment.signType: expected one of RSA, MD5, HMAC-SHA256',
    ],
    ['an unknown way to pay', { payment: { kind: 'cash' } }, 'payment.payment.kind: expected one of'],
    ['a link that runs code', { payment: { kind: 'redirect', h5Url: 'javascript:0' } }, 'expected an http(s) address'],
    ['items that are no list', { order: orderOf({ items: {} as never }) }, 'payment.order.items: expected a list'],
  ])('are refused with %s, and say where', (_, change, message) => {
    expect(refusal(() => readPayment(sent({ ...paymentOf(), ...change }), 'payment'))).toContain(message)
  })

  it.each([null, [], 'text', 7])('are refused when they are %p', (value) => {
    expect(refusal(() => readOrder(value, 'order'))).toBe('order: expected an object')
  })
})

import fc from 'fast-check'
import { assertHarmless, HarmError, type Drafted } from '../../../../mock-server/probe/harmless'
import { questions } from '../../../../mock-server/probe/questions'

const number = 'PROBE0123456789abcdefghij'
const drafted = (over: Partial<Drafted>): Drafted => ({
  by: 'merchant',
  method: 'POST',
  target: '/',
  body: '',
  ...over,
})
const check = (over: Partial<Drafted>) => () => assertHarmless(drafted(over))
const closeOf = (out_trade_no: string) => `/v3/pay/transactions/out-trade-no/${out_trade_no}/close`
const xmlOf = (out_trade_no: string) => `<xml><out_trade_no><![CDATA[${out_trade_no}]]></out_trade_no></xml>`

describe('what the probe may send with the merchant’s key', () => {
  it.each<[string, Partial<Drafted>]>([
    ['a read', { method: 'GET', target: '/v3/certificates' }],
    ['the self-test', { target: '/v3/security/echo', body: '{"echo_message":"x"}' }],
    ['a close of a made-up number', { target: closeOf(number) }],
    ['a V2 query of one', { target: '/pay/orderquery', body: xmlOf(number) }],
    ['a V2 close of one', { target: '/pay/closeorder', body: xmlOf(number) }],
  ])('is %s', (_case, over) => expect(check(over)).not.toThrow())

  it.each<[string, Partial<Drafted>]>([
    ['an order', { target: '/v3/pay/transactions/jsapi' }],
    ['a combined order', { target: '/v3/combine-transactions/h5' }],
    ['a refund', { target: '/v3/refund/domestic/refunds' }],
    ['a close of a number that the shop could have', { target: closeOf('SC000000-AAAAAAAA-01') }],
    ['a close of a number that only begins like ours', { target: closeOf(`${number}x`) }],
    ['a close with a query', { target: `${closeOf(number)}?x=1` }],
    ['a partner’s close', { target: closeOf(number).replace('/pay/', '/pay/partner/') }],
    ['a path that only ends like a close', { target: `/v3/x${closeOf(number)}` }],
    ['the self-test with an address', { target: '/v3/security/echo', body: '{"notify_url":"https://a.b"}' }],
    ['a V2 order', { target: '/pay/unifiedorder', body: xmlOf(number) }],
    ['a V2 refund', { target: '/secapi/pay/refund', body: xmlOf(number) }],
    ['a V2 close of another number', { target: '/pay/closeorder', body: xmlOf('SC000000') }],
    ['a V2 close of no number', { target: '/pay/closeorder', body: '' }],
    ['an unfreezing', { target: '/v3/profitsharing/orders/unfreeze' }],
    ['a DELETE', { method: 'DELETE', target: '/v3/certificates' }],
    ['a PUT', { method: 'PUT', target: closeOf(number) }],
  ])('is never %s, whoever’s text is signed', (_case, over) => {
    for (const by of ['merchant', 'unknown-serial', 'other-text'] as const)
      expect(check({ ...over, by })).toThrow(HarmError)
  })

  it('is nothing else, whatever the path', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.string(), (path, body) => {
        fc.pre(path !== '/v3/security/echo')
        expect(check({ target: path, body })).toThrow(HarmError)
      }),
    )
  })

  it('is free where no key of the merchant’s is shown', () => {
    for (const by of ['nobody', 'stranger'] as const)
      expect(check({ by, target: '/v3/refund/domestic/refunds' })).not.toThrow()
  })

  it('holds for every question of the table', () => {
    const merchants = questions.filter(({ by }) => !['nobody', 'stranger'].includes(by))
    expect(merchants.length).toBeGreaterThan(15)
    for (const { by, method, target, body = '', xml } of merchants) {
      const fill = (text: string): string => text.replaceAll('{number}', number)
      const sent = xml ? xmlOf(fill(xml['out_trade_no'] ?? '')) : fill(body)
      expect(() => assertHarmless({ by, method, target: fill(target), body: sent })).not.toThrow()
    }
  })

  it('names QQ apps and WeChat apps that do not exist', () => {
    const elsewhere = questions.filter(({ host }) => host !== 'pay')
    for (const { by, target } of elsewhere) {
      expect(by).toBe('nobody')
      const appid = new URLSearchParams(target.split('?')[1]).get('appid')
      expect([null, 'wx0000000000000000', '9999999999']).toContain(appid)
    }
  })
})

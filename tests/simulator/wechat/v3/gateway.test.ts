import { newestDiagnosis } from '../../support/diagnoses'
import { callRaw, type RawCall } from '../../support/raw-socket'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

/** What the gateway in front of the V3 API answers by itself. */
describe('the gateway of the V3 API', () => {
  let world: WechatWorld
  beforeAll(async () => {
    world = await createWechatWorld()
  })
  afterAll(() => world.stop())

  type Headers = Readonly<Record<string, string | null>>
  const ask = (call: RawCall) => callRaw(world.wechat.url, call)
  const refund = '/v3/refund/domestic/refunds/no-such-refund'
  const bill = '/v3/bill/tradebill?bill_date=2026-01-01'
  const query = '/v3/pay/transactions/out-trade-no/order-0001?mchid=1900000000'
  const tradeOf = (sp: string) => `/v3/pay/partner/transactions/out-trade-no/order-0001?sp_mchid=${sp}&sub_mchid=2`

  it.each([
    ['unsigned', {}],
    ['signed', { Authorization: 'WECHATPAY2-SHA256-RSA2048 mchid="1"' }],
  ])('answers 404 and nothing else to a path that is not there, %s', async (_case, headers) => {
    for (const target of ['/v3/no/such/path', '/v3/pay/notifications/verify', '/no-such-path'])
      expect(await ask({ method: 'POST', target, headers, body: '{}' })).toMatchObject({ status: 404, text: '' })
  })

  it.each([
    ['GET', '/v3/pay/transactions/native'],
    ['DELETE', v3.certificates],
    ['POST', '/v3/pay/transactions/id/4200000000202601010000000000?mchid=1'],
  ])('answers 405 and nothing else to %s %s', async (method, target) => {
    const answer = await ask({ method, target })
    expect(answer).toMatchObject({ status: 405, text: '' })
    expect(answer.names.map((name) => name.toLowerCase())).toContain('content-length')
    expect(answer.names).not.toContain('Request-ID')
  })

  it.each([
    ['certificates', v3.certificates],
    ['refunds', refund],
    ['bills', bill],
  ])(
    'refuses a request about %s without User-Agent or Accept, before it looks at who signed',
    async (_name, target) => {
      for (const missing of ['User-Agent', 'Accept']) {
        const headers = { [missing]: null }
        const answer = await ask({ target, headers })
        expect(answer).toMatchObject({ status: 400 })
        expect(JSON.parse(answer.text)).toEqual({ code: 'INVALID_REQUEST', message: 'Http头缺少Accept或User-Agent' })
        expect(answer.names.filter((name) => /^wechatpay-/i.test(name))).toEqual([])
      }
    },
  )

  const malformed = 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》'
  it.each([
    ['certificates', v3.certificates],
    ['refunds', refund],
    ['bills', bill],
  ])('refuses a request about %s without Authorization in words of its own, with Request-ID', async (_name, target) => {
    const answer = await ask({ target })
    expect(answer.status).toBe(401)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'SIGN_ERROR', message: malformed })
    expect(answer.names).toContain('Request-ID')
  })

  it.each([
    ['direct orders', query],
    ['partner orders', tradeOf('1900000000')],
    ['combined orders', '/v3/combine-transactions/out-trade-no/order-0001'],
  ])('refuses a request about %s without Authorization or with Bearer, without Request-ID', async (_name, target) => {
    const bearer: Headers = { Authorization: 'Bearer token' }
    for (const headers of [{}, bearer, { 'User-Agent': null, Accept: null }]) {
      const answer = await ask({ target, headers })
      expect(answer.status).toBe(401)
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'SIGN_ERROR', message: '签名信息错误，验签失败' })
      expect(answer.names).not.toContain('Request-ID')
    }
  })

  it('tells the developer which header is missing', async () => {
    await ask({ target: v3.certificates, headers: { 'User-Agent': null } })
    expect(await newestDiagnosis(world.wechat.controlUrl)).toMatchObject({ finding: 'HEADER_MISSING' })
  })
})

import { readCertificate } from '../../../../mock-server/crypto/read-certificate'
import { verifyRsaSha256 } from '../../../../mock-server/crypto/rsa'
import { v3ResponseMessage } from '../../../../mock-server/wire/v3-signing'
import { createMerchantClient, type Answer } from '../../support/merchant-client'
import { v2Paths } from '../../../../mock-server/wire/v2-paths'
import { createV2Client, type V2Values } from '../../support/v2-client'
import { createSharedIdentities } from '../../support/shared-identities'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

describe('rate limits', () => {
  let world: WechatWorld
  let shared: Awaited<ReturnType<typeof createSharedIdentities>>
  beforeAll(async () => {
    shared = await createSharedIdentities()
  })
  let nowMs: number
  const wall = { now: () => nowMs }
  beforeEach(() => {
    nowMs = Date.now()
  })
  afterEach(() => world.stop())

  const statuses = async (calls: number, ask: () => Promise<Answer>): Promise<number[]> => {
    const seen: number[] = []
    for (let call = 0; call < calls; call += 1) seen.push((await ask()).status)
    return seen
  }
  const query = (): Promise<Answer> => world.query('nobody-knows')
  const limit = (family: string, per_second: unknown): Promise<Answer> =>
    world.control('PUT', `/control/rate-limits/${family}`, { per_second })

  it('are none where nobody set one', async () => {
    world = await createWechatWorld({ ...shared, wall })
    expect(new Set(await statuses(30, query))).toEqual(new Set([404]))
  })

  it('answer 429, signed, with the internal number, and let calls in again as time passes', async () => {
    world = await createWechatWorld({ ...shared, wall, rateLimits: { query: 2 } })
    expect(await statuses(3, query)).toEqual([404, 404, 429])
    const refused = await query()
    expect(refused.json).toMatchObject({ code: 'FREQUENCY_LIMITED' })
    expect(refused.headers.get('request-id')).toMatch(/-268447840$/)
    const header = (name: string): string => refused.headers.get(`wechatpay-${name}`) ?? ''
    const message = v3ResponseMessage(header('timestamp'), header('nonce'), refused.text)
    const { publicKey } = readCertificate(world.wechat.platform.certificate)
    expect(verifyRsaSha256(publicKey, message, header('signature'))).toBe(true)
    nowMs += 499
    expect(await statuses(1, query)).toEqual([429])
    nowMs += 1
    expect(await statuses(2, query)).toEqual([404, 429])
    nowMs += 60_000
    expect(await statuses(3, query)).toEqual([404, 404, 429])
  })

  it('count each merchant and each kind of call for itself', async () => {
    world = await createWechatWorld({ ...shared, wall, rateLimits: { query: 1, certificates: 1 } })
    expect(await statuses(2, query)).toEqual([404, 429])
    expect((await world.merchant.get(v3.certificates)).status).toBe(200)
    const { json } = await world.control('POST', '/control/merchants', { appids: [world.appid] })
    const other = createMerchantClient(world.wechat.url, {
      ...world.wechat.merchants[0]!,
      mchid: json['mchid'] as string,
      serial: json['serial_no'] as string,
      privateKey: json['private_key'] as string,
    })
    expect((await other.get(v3.certificates)).status).toBe(200)
    expect((await other.get(v3.certificates)).status).toBe(429)
  })

  it('don’t count what is badly signed, and a limited order is not made', async () => {
    world = await createWechatWorld({ ...shared, wall, rateLimits: { order: 1 } })
    const send = (number: string, signedBody?: string): Promise<Answer> =>
      world.merchant.post(v3.jsapi, world.jsapiOrder(number), signedBody === undefined ? {} : { signedBody })
    expect((await send('limited-1', '{}')).status).toBe(401)
    expect((await send('limited-1')).status).toBe(200)
    expect((await send('limited-2')).status).toBe(429)
    expect((await world.query('limited-2')).status).toBe(404)
    expect((await world.query('limited-1')).status).toBe(200)
  })

  it('count V2 and V3 together, and tell V2 in its own words, signed', async () => {
    world = await createWechatWorld({ ...shared, wall, rateLimits: { query: 2, order: 1 } })
    const v2 = createV2Client(world)
    expect(await statuses(1, query)).toEqual([404])
    expect(await v2.query('nobody-knows')).toMatchObject({ fields: { err_code: 'ORDERNOTEXIST' } })
    const refused = await v2.query('nobody-knows')
    expect(refused).toMatchObject({ status: 200, fields: { result_code: 'FAIL', err_code: 'FREQUENCY_LIMITED' } })
    expect(v2.isSigned(refused)).toBe(true)
    expect(await statuses(1, query)).toEqual([429])
    expect((await v2.order('limited-1', {}, { key: 'x'.repeat(32) })).fields['return_msg']).toBe('签名错误')
    expect(await v2.order('limited-1')).toMatchObject({ fields: { result_code: 'SUCCESS' } })
    expect(await v2.order('limited-2')).toMatchObject({ fields: { err_code: 'FREQUENCY_LIMITED' } })
    nowMs += 1000
    expect(await v2.query('limited-2')).toMatchObject({ fields: { err_code: 'ORDERNOTEXIST' } })
  })

  it.each<[string, V2Values]>([
    ['close', {}],
    ['refund', { out_refund_no: 'r', total_fee: '1', refund_fee: '1' }],
    ['refundQuery', {}],
    ['bill', { bill_date: '20260101' }],
  ])('know the %s of V2, too', async (name, values) => {
    const rates = { close: 1, refund: 1, 'refund-query': 1, bill: 1 }
    world = await createWechatWorld({ ...shared, wall, rateLimits: rates })
    const ask = () => {
      const path = v2Paths[name as keyof typeof v2Paths]
      return createV2Client(world).call(path, { out_trade_no: 'nobody-knows', ...values })
    }
    expect((await ask()).fields['err_code']).not.toBe('FREQUENCY_LIMITED')
    expect((await ask()).fields['err_code']).toBe('FREQUENCY_LIMITED')
  })

  it('are set and taken away while it runs; reset brings back those of the start', async () => {
    world = await createWechatWorld({ ...shared, wall, rateLimits: 'documented' })
    const shown = (await world.control('GET', '/control/rate-limits')).json['rate_limits']
    expect(shown).toEqual(
      expect.arrayContaining([
        { family: 'order', per_second: 500 },
        { family: 'refund', per_second: 150 },
        { family: 'refund-query', per_second: 300 },
        { family: 'query', per_second: null },
      ]),
    )
    await limit('query', 0.5)
    expect(await statuses(2, query)).toEqual([404, 429])
    nowMs += 1999
    expect(await statuses(1, query)).toEqual([429])
    nowMs += 1
    expect(await statuses(1, query)).toEqual([404])
    await limit('query', null)
    expect(await statuses(5, query)).toEqual([404, 404, 404, 404, 404])
    await limit('order', 1)
    await world.wechat.reset()
    const after = (await world.control('GET', '/control/rate-limits')).json['rate_limits']
    expect(after).toEqual(shown)
  })

  it('refuse what is no rate', async () => {
    world = await createWechatWorld({ ...shared, wall })
    for (const rate of [0, -1, '5', undefined, 1e9])
      expect(await limit('query', rate)).toMatchObject({ status: 400, json: { code: 'RATE_INVALID' } })
    expect(await limit('everything', 5)).toMatchObject({ status: 404, json: { code: 'FAMILY_UNKNOWN' } })
  })
})

import { decryptAesGcm } from '../../../../mock-server/crypto/aes-gcm'
import { createAppIdentity, createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { callJson, type Answer } from '../../support/merchant-client'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

const combine = '/v3/combine-transactions'
const subMchid = '1900000001'
const otherMchid = '1600000002'

interface SubOrder {
  readonly mchid: string
  readonly out_trade_no: string
  readonly [name: string]: unknown
}

describe('a combined order', () => {
  let world: WechatWorld
  beforeAll(async () => {
    const app = createAppIdentity()
    const merchant = await createMerchantIdentity({
      appids: [app.appid],
      subMerchants: [{ mchid: subMchid, name: '茶农', appids: [] }],
    })
    const other = await createMerchantIdentity({ appids: [app.appid], mchid: otherMchid })
    const stranger = await createMerchantIdentity({ appids: ['wxstranger'], mchid: '1600000003' })
    world = await createWechatWorld({ apps: [app], merchants: [merchant, other, stranger] })
  })
  afterAll(() => world.stop())

  const sub = (over: object = {}): SubOrder => ({
    mchid: world.mchid,
    out_trade_no: world.newNumber(),
    description: '山茶花束',
    attach: 'a',
    amount: { total_amount: 5000, currency: 'CNY' },
    ...over,
  })
  const order = (combine_out_trade_no: string, sub_orders: readonly SubOrder[], over: object = {}): object => ({
    combine_appid: world.appid,
    combine_mchid: world.mchid,
    combine_out_trade_no,
    sub_orders,
    combine_payer_info: { openid: world.openid },
    notify_url: 'https://shop.example/notify/combined',
    ...over,
  })
  const jsapi = (number: string, subs: readonly SubOrder[], over: object = {}): Promise<Answer> =>
    world.merchant.post(`${combine}/jsapi`, order(number, subs, over))
  const query = (number: string): Promise<Answer> => world.merchant.get(`${combine}/out-trade-no/${number}`)
  const close = (number: string, subs: readonly SubOrder[]): Promise<Answer> =>
    world.merchant.post(`${combine}/out-trade-no/${number}/close`, {
      combine_appid: world.appid,
      sub_orders: subs.map(({ mchid, out_trade_no }) => ({ mchid, out_trade_no })),
    })
  const two = (): readonly SubOrder[] => [
    sub(),
    sub({ mchid: otherMchid, amount: { total_amount: 800, currency: 'CNY' } }),
  ]

  it('is paid as one, and told once with all its parts', async () => {
    const number = world.newNumber()
    const subs = two()
    expect((await jsapi(number, subs)).json).toEqual({ prepay_id: expect.stringMatching(/^wx\w{34}$/) })
    expect((await query(number)).json).toEqual({
      combine_appid: world.appid,
      combine_mchid: world.mchid,
      combine_out_trade_no: number,
      sub_orders: subs.map(({ mchid, out_trade_no, amount }) => ({
        amount,
        mchid,
        out_trade_no,
        promotion_detail: [],
        trade_state: 'NOTPAY',
      })),
    })

    await world.wechat.pay(world.mchid, number)
    await world.wechat.settled()
    const told = (await query(number)).json
    expect(told).toMatchObject({
      combine_payer_info: { openid: world.openid },
      sub_orders: [
        {
          trade_state: 'SUCCESS',
          trade_type: 'JSAPI',
          attach: 'a',
          amount: { total_amount: 5000, payer_amount: 5000 },
        },
        { trade_state: 'SUCCESS', mchid: otherMchid, amount: { total_amount: 800, payer_amount: 800 } },
      ],
    })
    const ids = (told['sub_orders'] as { transaction_id: string }[]).map((part) => part.transaction_id)
    expect(new Set(ids).size).toBe(2)

    const notices = world.receiver.received.filter(({ url }) => url === '/notify/combined')
    expect(notices).toHaveLength(1)
    const { resource } = JSON.parse(notices[0]!.body.toString()) as {
      resource: { nonce: string; associated_data: string; ciphertext: string }
    }
    const key = { key: world.wechat.merchants[0]!.apiV3Key, nonce: resource.nonce, associatedData: 'transaction' }
    expect(JSON.parse(decryptAesGcm(key, resource.ciphertext))).toEqual(told)
  })

  it('is invisible to the ordinary query, by either number, and to the other merchant', async () => {
    const number = world.newNumber()
    const subs = two()
    await jsapi(number, subs)
    await world.wechat.pay(world.mchid, number)
    for (const one of [number, subs[0]!.out_trade_no]) {
      expect(await world.query(one)).toMatchObject({ status: 404, json: { code: 'ORDER_NOT_EXIST' } })
    }
    const told = (await query(number)).json['sub_orders'] as { transaction_id: string }[]
    const byId = `/v3/pay/transactions/id/${told[0]!.transaction_id}?mchid=${world.mchid}`
    expect((await world.merchant.get(byId)).status).toBe(404)
    expect((await query(world.newNumber())).json).toMatchObject({ code: 'ORDER_NOT_EXIST' })
  })

  it('goes through the middle page, and the page pays all of it', async () => {
    const number = world.newNumber()
    const scene_info = { payer_client_ip: '203.0.113.13', device_id: 'till-0001', h5_info: { type: 'Wap' } }
    const { combine_payer_info: _payer, ...body } = order(number, two(), { scene_info }) as Record<string, unknown>
    const { h5_url } = (await world.merchant.post(`${combine}/h5`, body)).json as { h5_url: string }
    const headers = { referer: 'https://shop.example/', 'x-forwarded-for': '203.0.113.13' }
    const page = await callJson('GET', h5_url, undefined, headers)
    expect(page.text).toContain('58.00')
    const { searchParams, origin, pathname } = new URL(h5_url)
    await callJson(
      'POST',
      `${origin}${pathname}/pay`,
      { prepay_id: searchParams.get('prepay_id'), package: searchParams.get('package') },
      headers,
    )
    expect((await query(number)).json).toMatchObject({
      sub_orders: [{ trade_state: 'SUCCESS', trade_type: 'MWEB' }, { trade_state: 'SUCCESS' }],
    })
  })

  it('demands the device of an H5 order', async () => {
    const scene_info = { payer_client_ip: '203.0.113.13', h5_info: { type: 'Wap' } }
    const { combine_payer_info: _payer, ...body } = order(world.newNumber(), two(), { scene_info }) as Record<
      string,
      unknown
    >
    const { status, json } = await world.merchant.post(`${combine}/h5`, body)
    expect(status).toBe(400)
    expect(json['message']).toContain('/body/scene_info/device_id')
  })

  it('is the same order with the same content, and no other with another', async () => {
    const number = world.newNumber()
    const subs = two()
    const first = await jsapi(number, subs)
    expect((await jsapi(number, subs)).json).toEqual(first.json)
    const dearer = [{ ...subs[0]!, amount: { total_amount: 5001, currency: 'CNY' } }, subs[1]!]
    expect((await jsapi(number, dearer)).json).toMatchObject({ message: '请求重入时，参数与首次请求时不一致' })
    const shared = [{ ...subs[0]!, settle_info: { profit_sharing: true } }, subs[1]!]
    expect((await jsapi(number, shared)).json).toMatchObject({ message: '重复下单且结算信息不一致' })
  })

  it('is all or nothing: one number that is taken refuses all of it', async () => {
    const taken = await world.order()
    const fresh = sub()
    const refused = await jsapi(world.newNumber(), [fresh, sub({ out_trade_no: taken })])
    expect(refused).toMatchObject({ status: 403, json: { code: 'OUT_TRADE_NO_USED' } })
    // The other part's number is still free.
    expect((await world.merchant.post(v3.jsapi, world.jsapiOrder(fresh.out_trade_no))).status).toBe(200)
  })

  it('closes with exactly its list, again and again, and with no other', async () => {
    const number = world.newNumber()
    const subs = two()
    await jsapi(number, subs)
    expect(await close(number, [subs[0]!])).toMatchObject({ status: 500, json: { code: 'SYSTEM_ERROR' } })
    expect((await query(number)).json).toMatchObject({ sub_orders: [{ trade_state: 'NOTPAY' }, {}] })
    expect((await close(number, [...subs].reverse())).status).toBe(204)
    expect((await close(number, subs)).status).toBe(204)
    expect((await query(number)).json).toMatchObject({
      sub_orders: [{ trade_state: 'CLOSED' }, { trade_state: 'CLOSED' }],
    })
    expect(await world.wechat.pay(world.mchid, number)).toBeNull()
  })

  it('is not closed once paid, nor by one of its parts', async () => {
    const number = world.newNumber()
    const subs = two()
    await jsapi(number, subs)
    expect(await world.close(subs[0]!.out_trade_no)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } })
    await world.wechat.pay(world.mchid, number)
    expect((await close(number, subs)).json).toMatchObject({ code: 'ORDER_PAID' })
  })

  it('closes itself after seven days with all its parts', async () => {
    const number = world.newNumber()
    await jsapi(number, two())
    await world.wechat.advance(7 * 24 * 3600 + 1)
    expect((await query(number)).json).toMatchObject({
      sub_orders: [{ trade_state: 'CLOSED' }, { trade_state: 'CLOSED' }],
    })
  })

  it('of a partner names a sub merchant in each part, and one part is enough', async () => {
    const number = world.newNumber()
    expect((await jsapi(number, [sub({ sub_mchid: subMchid })])).status).toBe(200)
    expect((await query(number)).json).toMatchObject({ sub_orders: [{ sub_mchid: subMchid }] })
    const mixed = await jsapi(world.newNumber(), [sub({ sub_mchid: subMchid }), sub()])
    expect(mixed.json['message']).toContain('/body/sub_orders/1/sub_mchid')
  })

  it.each<[string, () => readonly SubOrder[], object, string]>([
    ['one part', () => [sub()], {}, '小于最小值 2'],
    ['eleven parts', () => Array.from({ length: 11 }, () => sub()), {}, '大于最大值 10'],
    ['fifty-one parts', () => Array.from({ length: 51 }, () => sub({ sub_mchid: subMchid })), {}, '大于最大值 50'],
    ['no attach', () => [sub({ attach: undefined }), sub()], {}, '/body/sub_orders/0/attach'],
    [
      'total instead of total_amount',
      () => [sub({ amount: { total: 1, currency: 'CNY' } }), sub()],
      {},
      'total_amount',
    ],
    ['a payee nobody knows', () => [sub({ mchid: '1600000009' }), sub()], {}, '商户号不存在'],
    ['a payee of another app', () => [sub({ mchid: '1600000003' }), sub()], {}, 'appid和mch_id不匹配'],
    ['a stranger’s sub merchant', () => [sub({ sub_mchid: '1900000009' })], {}, '受理关系不存在'],
    [
      'the same number twice',
      () => [sub({ out_trade_no: 'twice-0001' }), sub({ out_trade_no: 'twice-0001' })],
      {},
      '商户订单号重复',
    ],
    [
      'another combine_mchid',
      () => two(),
      { combine_mchid: otherMchid },
      'http header中的mchid与post payload中的mchid不匹配',
    ],
    ['another combine_appid', () => two(), { combine_appid: 'wxother' }, 'appid和mch_id不匹配'],
  ])('is refused with %s', async (_case, subs, over, message) => {
    const { status, json } = await jsapi(world.newNumber(), subs(), over)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(json['message']).toContain(message)
  })

  it('shows up in the control API, where its parts point at it', async () => {
    const number = world.newNumber()
    const subs = two()
    await jsapi(number, subs)
    const { json } = await world.control('GET', `/control/trades/${world.mchid}/${number}`)
    expect(json).toMatchObject({ kind: 'combined', out_trade_no: number, sub_orders: [{}, {}] })
    const part = `/control/trades/${otherMchid}/${subs[1]!.out_trade_no}`
    expect((await world.control('GET', part)).json).toMatchObject({ kind: 'sub', parent: { out_trade_no: number } })
    expect(await world.control('POST', `${part}/pay`)).toMatchObject({ status: 409, json: { code: 'SUB_ORDER' } })
    expect((await world.control('POST', `/control/trades/${world.mchid}/${number}/pay`)).status).toBe(200)
    expect((await world.control('GET', part)).json).toMatchObject({ trade_state: 'SUCCESS' })
  })
})

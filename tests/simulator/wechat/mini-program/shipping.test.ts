import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createAppIdentity, createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import type { Answer } from '../../support/merchant-client'
import { createMiniProgram, type MiniProgram } from '../../support/mini-program'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

const upload = '/wxa/sec/order/upload_shipping_info'
const uploadCombined = '/wxa/sec/order/upload_combined_shipping_info'
const subMchid = '1900000001'

describe('the shipping service', () => {
  let world: WechatWorld
  let shop: MiniProgram
  let other: MiniProgram
  let token: string
  beforeAll(async () => {
    const [app, another, subApp] = [createAppIdentity(), createAppIdentity(), createAppIdentity()]
    const merchant = await createMerchantIdentity({
      appids: [app.appid, another.appid],
      subMerchants: [{ mchid: subMchid, name: '茶农', appids: [subApp.appid] }],
    })
    world = await createWechatWorld({ apps: [app, another, subApp], merchants: [merchant] })
    shop = createMiniProgram(world, 0)
    other = createMiniProgram(world, 1)
    token = await shop.token()
  })
  afterAll(() => world.stop())

  /** A paid order that the service knows by now. */
  async function sold(): Promise<string> {
    const outTradeNo = await world.order()
    await world.wechat.pay(world.mchid, outTradeNo)
    await world.wechat.advance(60)
    token = await shop.token()
    return outTradeNo
  }
  const byNumber = (out_trade_no: string, mchid = world.mchid): object => ({
    order_number_type: 1,
    mchid,
    out_trade_no,
  })
  let uploads = 0
  const laterTime = (): string => new Date(Date.parse('2026-11-20T12:00:00Z') + (uploads += 1) * 1000).toISOString()
  const parcel = (over: object = {}): object => ({
    tracking_no: 'YT8811223344',
    express_company: 'YTO',
    item_desc: '明前龙井*1',
    ...over,
  })
  const express = (over: object = {}): object => ({
    logistics_type: 1,
    delivery_mode: 1,
    shipping_list: [parcel()],
    ...over,
  })
  const split = (tracking_no: string, isAll: boolean): object =>
    express({ delivery_mode: 2, is_all_delivered: isAll, shipping_list: [parcel({ tracking_no })] })
  const send = (order_key: object, over: object = {}, by = token): Promise<Answer> =>
    shop.post(upload, by, {
      order_key,
      ...express(),
      upload_time: laterTime(),
      payer: { openid: world.openid },
      ...over,
    })
  const ship = async (outTradeNo: string, over: object = {}): Promise<unknown> =>
    (await send(byNumber(outTradeNo), over)).json['errcode']
  const shipping = async (outTradeNo: string): Promise<unknown> =>
    (await world.control('GET', `/control/trades/${world.mchid}/${outTradeNo}`)).json['shipping']

  it('takes what was sent, and the control API shows it', async () => {
    const outTradeNo = await sold()
    expect(await shipping(outTradeNo)).toBeNull()
    expect((await send(byNumber(outTradeNo), { upload_time: '2026-11-20T12:00:00.120+08:00' })).json).toEqual({
      errcode: 0,
      errmsg: 'ok',
    })
    expect(await shipping(outTradeNo)).toEqual({
      state: 'shipped',
      logistics_type: 1,
      delivery_mode: 1,
      packages: [parcel()],
      upload_time: '2026-11-20T12:00:00.120+08:00',
      was_reshipped: false,
    })
  })

  it('lists the carriers, SF among them', async () => {
    const target = '/cgi-bin/express/delivery/open_msg/get_delivery_list'
    const { json } = await shop.post(target, await shop.token(), {})
    const list = json['delivery_list'] as readonly { delivery_id: string }[]
    expect(json).toMatchObject({ errcode: 0, count: list.length })
    expect(list.map(({ delivery_id }) => delivery_id)).toEqual(expect.arrayContaining(['SF', 'YTO', 'JD']))
    expect((await shop.post(target, 'wrong', {})).json).toMatchObject({ errcode: 40001 })
  })

  it('finds an order by WeChat’s own number too', async () => {
    const outTradeNo = await sold()
    const { transaction_id } = (await world.query(outTradeNo)).json
    const key = { order_number_type: 2, transaction_id }
    expect((await send({ ...key, transaction_id: '4200000000000000000000000000' })).json).toMatchObject({
      errcode: 10060001,
    })
    expect((await send(key)).json).toMatchObject({ errcode: 0 })
  })

  it.each([2, 3, 4])('takes logistics_type %i without a tracking number', async (logistics_type) => {
    const shipping_list = [{ item_desc: '会员一年' }]
    expect(await ship(await sold(), { logistics_type, shipping_list })).toBe(0)
    expect(await ship(await sold(), { logistics_type: 1, shipping_list })).toBe(268485226)
  })

  it('knows an order one minute after it was paid, not before', async () => {
    const outTradeNo = await world.order()
    expect(await ship(outTradeNo)).toBe(10060001)
    await world.wechat.pay(world.mchid, outTradeNo)
    await world.wechat.advance(50)
    expect(await ship(outTradeNo)).toBe(10060001)
    await world.wechat.advance(10)
    expect(await ship(outTradeNo)).toBe(0)
  })

  it('never knows what was paid on the H5 page', async () => {
    const outTradeNo = world.newNumber()
    await world.merchant.post(v3.h5, world.h5Order(outTradeNo))
    await world.wechat.pay(world.mchid, outTradeNo)
    await world.wechat.advance(3600)
    token = await shop.token()
    expect(await ship(outTradeNo)).toBe(10060001)
  })

  it('knows an order in the mini program where it was paid only', async () => {
    const outTradeNo = await sold()
    const elsewhere = await send(byNumber(outTradeNo), {}, await other.token())
    expect(elsewhere.json).toMatchObject({ errcode: 10060001 })
    expect(await ship(outTradeNo)).toBe(0)
  })

  it('takes it for the person who paid only', async () => {
    const outTradeNo = await sold()
    expect(await ship(outTradeNo, { payer: { openid: 'o-somebody' } })).toBe(10060031)
    expect(await ship(outTradeNo)).toBe(0)
  })

  it('needs a token that works', async () => {
    const outTradeNo = await sold()
    expect((await send(byNumber(outTradeNo), {}, 'x')).json).toMatchObject({ errcode: 40001 })
    expect((await shop.post(upload, undefined, {})).json).toMatchObject({ errcode: 41001 })
    expect(await ship(outTradeNo)).toBe(0)
  })

  it('lets the whole be told otherwise once, and the same again never', async () => {
    const outTradeNo = await sold()
    expect(await ship(outTradeNo)).toBe(0)
    expect(await ship(outTradeNo)).toBe(10060023)
    expect(await ship(outTradeNo, { shipping_list: [parcel({ tracking_no: 'YT2' })] })).toBe(0)
    expect(await ship(outTradeNo, { shipping_list: [parcel({ tracking_no: 'YT3' })] })).toBe(10060003)
    expect(await shipping(outTradeNo)).toMatchObject({ packages: [{ tracking_no: 'YT2' }], was_reshipped: true })
  })

  it('takes no upload that is not newer than the last one', async () => {
    const outTradeNo = await sold()
    const other = { shipping_list: [parcel({ tracking_no: 'YT2' })] }
    expect(await ship(outTradeNo, { upload_time: '2026-11-20T12:00:00.500+08:00' })).toBe(0)
    expect(await ship(outTradeNo, { ...other, upload_time: '2026-11-20T12:00:00.500+08:00' })).toBe(10060023)
    expect(await ship(outTradeNo, { ...other, upload_time: '2026-11-20T12:00:00.501+08:00' })).toBe(0)
  })

  it('takes nothing for an order whose money all goes back, but after a part of it', async () => {
    const outTradeNo = await sold()
    const refund = (refund: number): Promise<Answer> =>
      world.merchant.post('/v3/refund/domestic/refunds', {
        out_trade_no: outTradeNo,
        out_refund_no: world.newNumber(),
        amount: { refund, total: 8800, currency: 'CNY' },
      })
    expect((await refund(8000)).status).toBe(200)
    expect(await ship(outTradeNo)).toBe(0)
    // Two partial refunds need a minute between them.
    await world.wechat.advance(60)
    expect((await refund(800)).status).toBe(200)
    expect(await ship(outTradeNo, { shipping_list: [parcel({ tracking_no: 'YT2' })] })).toBe(10060004)
  })

  it('takes nothing more once the payer has confirmed', async () => {
    const outTradeNo = await sold()
    const confirm = `/control/trades/${world.mchid}/${outTradeNo}/confirm-receipt`
    expect(await world.control('POST', confirm, {})).toMatchObject({ status: 409, json: { code: 'NOT_SHIPPED' } })
    await ship(outTradeNo)
    expect((await world.control('POST', confirm, {})).json).toMatchObject({ shipping: { state: 'received' } })
    expect(await ship(outTradeNo, { shipping_list: [parcel({ tracking_no: 'YT2' })] })).toBe(10060002)
  })

  it('collects parcels until all are delivered', async () => {
    const outTradeNo = await sold()
    expect(await ship(outTradeNo, split('YT1', false))).toBe(0)
    expect(await shipping(outTradeNo)).toMatchObject({ state: 'partly' })
    expect(await ship(outTradeNo, split('YT2', true))).toBe(0)
    expect(await shipping(outTradeNo)).toMatchObject({
      state: 'shipped',
      packages: [{ tracking_no: 'YT1' }, { tracking_no: 'YT2' }],
      was_reshipped: false,
    })
    expect(await ship(outTradeNo, split('YT3', true))).toBe(0)
    expect(await shipping(outTradeNo)).toMatchObject({ packages: [{ tracking_no: 'YT3' }], was_reshipped: true })
    expect(await ship(outTradeNo, split('YT4', true))).toBe(10060003)
  })

  it('collects fifteen parcels at most', async () => {
    const outTradeNo = await sold()
    const parcels = (count: number): object => ({
      ...split('', false),
      shipping_list: Array.from({ length: count }, (_, index) => parcel({ tracking_no: `YT${index}` })),
    })
    expect(await ship(outTradeNo, parcels(16))).toBe(10060024)
    expect(await ship(outTradeNo, parcels(15))).toBe(0)
    expect(await ship(outTradeNo, parcels(1))).toBe(10060024)
  })

  it.each<[string, number, object]>([
    ['a list that is none', 47001, { shipping_list: parcel() }],
    ['an enum as text', 47001, { logistics_type: '1' }],
    ['a mode with a fraction', 47001, { delivery_mode: 1.5 }],
    ['a flag as text', 47001, { delivery_mode: 2, is_all_delivered: 'true' }],
    ['a parcel that is text', 47001, { shipping_list: ['YT1'] }],
    ['a payer that is text', 47001, { payer: 'o1' }],
    ['no payer', 10060014, { payer: undefined }],
    ['a time without its zone', 268485216, { upload_time: '2026-11-20T12:00:00' }],
    ['a time that is none', 268485216, { upload_time: '2026-13-40T12:00:00+08:00' }],
    ['no time', 268485216, { upload_time: undefined }],
    ['an offset without a colon', 47001, { upload_time: '2026-11-20T12:00:00.000+0800' }],
    ['the token in the body', 47001, { access_token: 'x' }],
    ['no way at all', 47001, { logistics_type: 0 }],
    ['an unknown way', 10060005, { logistics_type: 5 }],
    ['an unknown mode', 268485224, { delivery_mode: 3 }],
    ['parcels of a virtual thing', 10060006, { logistics_type: 3, delivery_mode: 2, is_all_delivered: true }],
    ['parcels without saying whether they are all', 10060007, { delivery_mode: 2 }],
    ['two parcels at once', 268485228, { shipping_list: [parcel(), parcel()] }],
    ['no parcel', 268485228, { shipping_list: [] }],
    ['no parcel of several', 10060014, { delivery_mode: 2, is_all_delivered: true, shipping_list: [] }],
    ['no tracking number', 268485226, { shipping_list: [parcel({ tracking_no: '' })] }],
    ['no company', 268485227, { shipping_list: [parcel({ express_company: undefined })] }],
    ['a long tracking number', 10060026, { shipping_list: [parcel({ tracking_no: 'Y'.repeat(129) })] }],
    ['a tracking number of too many bytes', 10060026, { shipping_list: [parcel({ tracking_no: '茶'.repeat(43) })] }],
    ['a long company', 10060025, { shipping_list: [parcel({ express_company: 'Y'.repeat(129) })] }],
    ['no description', 10060020, { shipping_list: [parcel({ item_desc: undefined })] }],
    ['an empty description', 10060008, { shipping_list: [parcel({ item_desc: ' ' })] }],
    ['a long description', 10060009, { shipping_list: [parcel({ item_desc: '茶'.repeat(121) })] }],
    ['SF without a phone number', 10060014, { shipping_list: [parcel({ express_company: 'SF' })] }],
    ['no order', 10060014, { order_key: undefined }],
    ['an unknown kind of number', 268485194, { order_key: { order_number_type: 3 } }],
    ['a kind of number as text', 47001, { order_key: { order_number_type: '1' } }],
    ['no mchid', 268485196, { order_key: { order_number_type: 1, out_trade_no: 'x' } }],
    ['no out_trade_no', 268485197, { order_key: { order_number_type: 1, mchid: '1' } }],
    ['no transaction_id', 268485195, { order_key: { order_number_type: 2 } }],
  ])('refuses %s', async (_case, errcode, over) => {
    const outTradeNo = await sold()
    expect(await ship(outTradeNo, over)).toBe(errcode)
    expect(await shipping(outTradeNo)).toBeNull()
  })

  it.each<[string, object]>([
    ['the longest number', { shipping_list: [parcel({ tracking_no: 'Y'.repeat(128) })] }],
    ['the longest description', { shipping_list: [parcel({ item_desc: '茶'.repeat(120) })] }],
    [
      'SF with one of the phone numbers',
      { shipping_list: [parcel({ express_company: 'SF', contact: { receiver_contact: '189****1234' } })] },
    ],
    ['a time without a fraction', { upload_time: '2026-11-20T12:00:00+08:00' }],
  ])('takes %s', async (_case, over) => {
    expect(await ship(await sold(), over)).toBe(0)
  })

  it.each(['{', '[]', '"x"', ''])('refuses the body %j', async (body) => {
    await sold()
    for (const path of [upload, uploadCombined])
      expect((await shop.post(path, token, body)).json).toMatchObject({ errcode: 47001 })
  })

  it('knows a partner’s order by the number of the sub merchant', async () => {
    const out_trade_no = world.newNumber()
    const ordered = await world.merchant.post('/v3/pay/partner/transactions/jsapi', {
      sp_appid: world.appid,
      sp_mchid: world.mchid,
      sub_mchid: subMchid,
      description: '山茶花束',
      out_trade_no,
      notify_url: 'https://shop.example/notify',
      amount: { total: 100 },
      payer: { sp_openid: world.openid },
    })
    expect(ordered.status).toBe(200)
    await world.wechat.pay(world.mchid, out_trade_no)
    await world.wechat.advance(60)
    token = await shop.token()
    expect((await send(byNumber(out_trade_no))).json).toMatchObject({ errcode: 10060001 })
    expect((await send(byNumber(out_trade_no, subMchid))).json).toMatchObject({ errcode: 0 })
  })

  it('takes nothing of what is not an upload, whatever it is', async () => {
    const outTradeNo = await sold()
    const right = {
      order_key: byNumber(outTradeNo),
      ...express(),
      upload_time: '2026-11-20T12:00:00.000+08:00',
      payer: { openid: world.openid },
    }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(upload, uploadCombined),
        fc.constantFrom(...Object.keys(right), 'sub_orders'),
        fc.jsonValue({ maxDepth: 3 }),
        async (path, name, value) => {
          const body = { ...right, [name]: name === 'upload_time' ? [value] : value }
          const { status, json } = await shop.post(path, token, body)
          expect(status).toBe(200)
          expect(json).toEqual({ errcode: expect.any(Number), errmsg: expect.any(String) })
          // Only a field that no rule looks at leaves the rest right.
          if (name !== 'sub_orders' || path === uploadCombined) expect(json['errcode']).not.toBe(0)
        },
      ),
      { seed: 20_261_121, numRuns: 150 },
    )
  })

  describe('of a combined order', () => {
    async function soldTogether(): Promise<{ number: string; parts: readonly string[] }> {
      const number = world.newNumber()
      const parts = [world.newNumber(), world.newNumber()]
      const ordered = await world.merchant.post('/v3/combine-transactions/jsapi', {
        combine_appid: world.appid,
        combine_mchid: world.mchid,
        combine_out_trade_no: number,
        sub_orders: parts.map((out_trade_no) => ({
          mchid: world.mchid,
          out_trade_no,
          description: '山茶花束',
          attach: 'a',
          amount: { total_amount: 100, currency: 'CNY' },
        })),
        combine_payer_info: { openid: world.openid },
        notify_url: 'https://shop.example/notify',
      })
      expect(ordered.status).toBe(200)
      await world.wechat.pay(world.mchid, number)
      await world.wechat.advance(60)
      token = await shop.token()
      return { number, parts }
    }
    const sendParts = async (order_key: object, sub_orders: readonly object[]): Promise<unknown> =>
      (
        await shop.post(uploadCombined, token, {
          order_key,
          sub_orders,
          upload_time: laterTime(),
          payer: { openid: world.openid },
        })
      ).json['errcode']
    const part = (out_trade_no: string, over: object = {}): object => ({
      order_key: byNumber(out_trade_no),
      ...express(),
      ...over,
    })

    it('takes what was sent of its parts', async () => {
      const { number, parts } = await soldTogether()
      expect(
        await sendParts(
          byNumber(number),
          parts.map((no) => part(no)),
        ),
      ).toBe(0)
      for (const no of parts) expect(await shipping(no)).toMatchObject({ state: 'shipped' })
    })

    it('takes all or nothing', async () => {
      const { number, parts } = await soldTogether()
      const elsewhere = await sold()
      expect(await sendParts(byNumber(number), [part(parts[0]!), part(elsewhere)])).toBe(10060001)
      expect(await sendParts(byNumber(number), [part(parts[0]!), part(parts[1]!, { logistics_type: 9 })])).toBe(
        10060005,
      )
      expect(await shipping(parts[0]!)).toBeNull()
      expect(await sendParts(byNumber(number), [])).toBe(10060014)
      expect(await sendParts(byNumber(number), [part(parts[0]!)])).toBe(0)
    })

    it('takes a part through this call only, and a whole order through the other', async () => {
      const { parts } = await soldTogether()
      const whole = await sold()
      expect(await ship(parts[0]!)).toBe(10060001)
      expect(await sendParts(byNumber(whole), [part(whole)])).toBe(10060001)
      expect(await ship(whole)).toBe(0)
    })
  })
})

it('knows tokens, codes and what was sent again after a restart', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'wechat-'))
  const apps = [createAppIdentity()]
  const merchants = [await createMerchantIdentity({ appids: [apps[0]!.appid] })]
  const options = { dataFile: path.join(folder, 'wechat.db'), apps, merchants }
  const first = await createWechatWorld(options)
  const before = createMiniProgram(first)
  const outTradeNo = await first.order()
  await first.wechat.pay(first.mchid, outTradeNo)
  await first.wechat.advance(60)
  const token = await before.token()
  const code = await before.login()
  const key = { order_number_type: 1, mchid: first.mchid, out_trade_no: outTradeNo }
  const sent = { logistics_type: 3, delivery_mode: 1, shipping_list: [{ item_desc: '会员一年' }] }
  const payer = { openid: first.openid }
  const shipped = await before.post(upload, token, {
    order_key: key,
    ...sent,
    upload_time: '2026-11-20T12:00:00Z',
    payer,
  })
  expect(shipped.json).toMatchObject({ errcode: 0 })
  await first.stop()

  const second = await createWechatWorld(options)
  const after = createMiniProgram(second)
  const again = await after.post(upload, token, { order_key: key, ...sent, upload_time: '2026-11-20T12:00:01Z', payer })
  expect(again.json).toMatchObject({ errcode: 10060023 })
  expect((await after.exchange(code)).json).toHaveProperty('openid')
  await second.stop()
  rmSync(folder, { recursive: true })
})

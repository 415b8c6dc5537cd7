import { constants, publicEncrypt } from 'node:crypto'
import { createAppIdentity, createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { createMerchantClient, type Answer, type MerchantClient } from '../../support/merchant-client'
import { openNotice, openV2RefundNotice } from '../../support/open-notice'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

const refunds = '/v3/refund/domestic/refunds'
const subMchid = '1900000001'
const otherSub = '1900000002'
const otherMchid = '1600000002'
const consoleUrl = 'https://shop.example/notify/console'

let world: WechatWorld
let other: MerchantClient
beforeAll(async () => {
  const app = createAppIdentity()
  const merchants = [
    await createMerchantIdentity({
      appids: [app.appid],
      refundNotifyUrl: consoleUrl,
      subMerchants: [
        { mchid: subMchid, name: '茶农', appids: [] },
        { mchid: otherSub, name: '瓷窑', appids: [] },
      ],
    }),
    await createMerchantIdentity({ appids: [app.appid], mchid: otherMchid, refundNotifyUrl: consoleUrl }),
  ]
  world = await createWechatWorld({ apps: [app], merchants, refundTakesMs: 60_000 })
  other = createMerchantClient(world.wechat.url, merchants[1]!)
})
afterAll(() => world.stop())

let numbers = 0
const ask = (out_trade_no: string, refund: number, total: number, over: object = {}) => ({
  out_trade_no,
  out_refund_no: `refund-${(numbers += 1)}`,
  amount: { refund, total, currency: 'CNY' },
  notify_url: 'https://shop.example/notify/refund',
  ...over,
})
const refund = (body: object, client = world.merchant): Promise<Answer> => client.post(refunds, body)
/** The newest notification at the console's address. */
const toldByConsole = (apiKey: string) =>
  openV2RefundNotice(
    world.receiver.received.findLast(({ url }) => url === '/notify/console')!,
    apiKey,
  )
const told = () => openNotice(world.receiver.received.at(-1)!, world.wechat.merchants[0]!.apiV3Key)

describe('a partner’s refund', () => {
  const order = async (): Promise<string> => {
    const out_trade_no = world.newNumber()
    await world.merchant.post('/v3/pay/partner/transactions/jsapi', {
      sp_appid: world.appid,
      sp_mchid: world.mchid,
      sub_mchid: subMchid,
      description: '白瓷盖碗',
      out_trade_no,
      notify_url: 'https://shop.example/notify/wechat',
      amount: { total: 6800 },
      payer: { sp_openid: world.openid },
    })
    await world.wechat.pay(world.mchid, out_trade_no)
    return out_trade_no
  }

  it('names the sub merchant, in the query too, and is told with the sp_ and sub_ names', async () => {
    const body = ask(await order(), 800, 6800, { sub_mchid: subMchid })
    const accepted = await refund(body)
    expect(accepted).toMatchObject({ status: 200, json: { status: 'PROCESSING' } })
    const query = (search: string): Promise<Answer> => world.merchant.get(`${refunds}/${body.out_refund_no}${search}`)
    expect((await query(`?sub_mchid=${subMchid}`)).json).toEqual(accepted.json)
    expect((await query('')).status).toBe(404)
    expect((await query(`?sub_mchid=${otherSub}`)).status).toBe(404)
    await world.wechat.advance(60)
    expect(told()).toMatchObject({ event_type: 'REFUND.SUCCESS', says: { sp_mchid: world.mchid, sub_mchid: subMchid } })
    expect(told().says).not.toHaveProperty('mchid')
  })

  it('is told in V2’s form with V2’s names of the sub merchant, where it names no address', async () => {
    const body = ask(await order(), 800, 6800, { sub_mchid: subMchid, notify_url: undefined })
    expect((await refund(body)).status).toBe(200)
    await world.wechat.advance(60)
    expect(toldByConsole(world.wechat.merchants[0]!.apiKey)).toMatchObject({
      fields: { appid: world.appid, mch_id: world.mchid, sub_mch_id: subMchid },
      says: { out_refund_no: body.out_refund_no, refund_fee: '800', total_fee: '6800', refund_status: 'SUCCESS' },
    })
  })

  it('is refused without the sub merchant, with another, and with nobody’s', async () => {
    const number = await order()
    expect(await refund(ask(number, 1, 6800))).toMatchObject({
      status: 400,
      json: { code: 'PARAM_ERROR', message: '受理机构必须传入sub_mch_id' },
    })
    expect(await refund(ask(number, 1, 6800, { sub_mchid: otherSub }))).toMatchObject({
      status: 404,
      json: { code: 'RESOURCE_NOT_EXISTS' },
    })
    expect(await refund(ask(number, 1, 6800, { sub_mchid: '1900009999' }))).toMatchObject({
      status: 404,
      json: { code: 'MCH_NOT_EXISTS', message: '商户号不存在' },
    })
    const own = await world.order()
    await world.wechat.pay(world.mchid, own)
    expect((await refund(ask(own, 1, 8800, { sub_mchid: subMchid }))).status).toBe(404)
    expect((await refund(ask(own, 1, 8800))).status).toBe(200)
  })
})

describe('a combined order', () => {
  it('is given back part by part, by each payee with its own number; its own number is of no use', async () => {
    const combine_out_trade_no = world.newNumber()
    const [mine, theirs] = [world.newNumber(), world.newNumber()]
    const sub = (mchid: string, out_trade_no: string, total_amount: number): object => ({
      mchid,
      out_trade_no,
      description: '山茶花束',
      attach: 'a',
      amount: { total_amount, currency: 'CNY' },
    })
    await world.merchant.post('/v3/combine-transactions/jsapi', {
      combine_appid: world.appid,
      combine_mchid: world.mchid,
      combine_out_trade_no,
      sub_orders: [sub(world.mchid, mine, 5000), sub(otherMchid, theirs, 800)],
      combine_payer_info: { openid: world.openid },
      notify_url: 'https://shop.example/notify/combined',
    })
    expect((await refund(ask(mine, 1, 5000))).status).toBe(404)
    await world.wechat.pay(world.mchid, combine_out_trade_no)
    expect(await refund(ask(combine_out_trade_no, 1, 5800))).toMatchObject({
      status: 404,
      json: { code: 'RESOURCE_NOT_EXISTS' },
    })
    expect((await refund(ask(theirs, 800, 800))).status).toBe(404)
    expect((await refund(ask(theirs, 800, 800), other)).status).toBe(200)
    expect((await refund(ask(mine, 5000, 5000))).json).toMatchObject({ status: 'PROCESSING', out_trade_no: mine })
    const { json } = await world.merchant.get(`/v3/combine-transactions/out-trade-no/${combine_out_trade_no}`)
    expect(json['sub_orders']).toMatchObject([{ trade_state: 'REFUND' }, { trade_state: 'REFUND' }])
  })

  it('tells the refund of a part in V2’s form under the key of its payee, where it names no address', async () => {
    const [combined, theirs] = [world.newNumber(), world.newNumber()]
    await world.merchant.post('/v3/combine-transactions/jsapi', {
      combine_appid: world.appid,
      combine_mchid: world.mchid,
      combine_out_trade_no: combined,
      sub_orders: [world.newNumber(), theirs].map((out_trade_no, n) => ({
        mchid: n === 0 ? world.mchid : otherMchid,
        out_trade_no,
        description: '山茶花束',
        attach: 'a',
        amount: { total_amount: 800, currency: 'CNY' },
      })),
      combine_payer_info: { openid: world.openid },
      notify_url: 'https://shop.example/notify/combined',
    })
    await world.wechat.pay(world.mchid, combined)
    const body = ask(theirs, 800, 800, { notify_url: undefined })
    expect((await refund(body, other)).status).toBe(200)
    await world.wechat.advance(60)
    expect(toldByConsole(world.wechat.merchants[1]!.apiKey)).toMatchObject({
      fields: { appid: world.appid, mch_id: otherMchid },
      says: { out_trade_no: theirs, out_refund_no: body.out_refund_no, refund_fee: '800' },
    })
  })
})

describe('an abnormal refund', () => {
  /** One whose money did not arrive. */
  async function abnormal(): Promise<{ refund_id: string; out_refund_no: string }> {
    const number = await world.order()
    await world.wechat.pay(world.mchid, number)
    await world.control('PUT', '/control/faults/refund-abnormal', { on: true, times: 1 })
    const body = ask(number, 3000, 8800)
    const { json } = await refund(body)
    await world.wechat.advance(60)
    return { refund_id: String(json['refund_id']), out_refund_no: body.out_refund_no }
  }
  const elsewhere = (refundId: string, body: object): Promise<Answer> =>
    world.merchant.post(`${refunds}/${refundId}/apply-abnormal-refund`, body)
  const encrypt = (text: string, key = world.wechat.platform.certificate): string =>
    publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, Buffer.from(text)).toString(
      'base64',
    )

  it('is told, and keeps its money reserved', async () => {
    const { out_refund_no } = await abnormal()
    expect(told()).toMatchObject({ event_type: 'REFUND.ABNORMAL', says: { refund_status: 'ABNORMAL' } })
    expect(told().says).not.toHaveProperty('success_time')
    const { json } = await world.merchant.get(`${refunds}/${out_refund_no}`)
    expect(json).toMatchObject({ status: 'ABNORMAL' })
    const number = String(json['out_trade_no'])
    expect((await refund(ask(number, 5801, 8800))).status).toBe(400)
    expect((await refund(ask(number, 5800, 8800))).status).toBe(200)
  })

  it('goes to the payer’s card, named under the platform’s key, or to the merchant’s account', async () => {
    const first = await abnormal()
    const card = {
      out_refund_no: first.out_refund_no,
      type: 'USER_BANK_CARD',
      bank_type: 'CMB_DEBIT',
      bank_account: encrypt('6225880000001234'),
      real_name: encrypt('张三'),
    }
    expect((await elsewhere(first.refund_id, card)).json).toMatchObject({
      status: 'PROCESSING',
      channel: 'OTHER_BANKCARD',
      user_received_account: 'CMB借记卡1234',
    })
    await world.wechat.advance(60)
    expect(told()).toMatchObject({ event_type: 'REFUND.SUCCESS', says: { user_received_account: 'CMB借记卡1234' } })
    expect(await elsewhere(first.refund_id, card)).toMatchObject({
      status: 400,
      json: { code: 'INVALID_REQUEST', message: '退款单不是异常状态' },
    })
    const second = await abnormal()
    const account = { out_refund_no: second.out_refund_no, type: 'MERCHANT_BANK_CARD' }
    expect((await elsewhere(second.refund_id, account)).json).toMatchObject({
      status: 'PROCESSING',
      user_received_account: '商户结算银行账户',
    })
  })

  it('is refused for a card that is not encrypted or not named, another number, or an unknown one', async () => {
    const { refund_id, out_refund_no } = await abnormal()
    const card = {
      out_refund_no,
      type: 'USER_BANK_CARD',
      bank_type: 'CMB_DEBIT',
      bank_account: encrypt('6225880000001234'),
      real_name: encrypt('张三'),
    }
    const ownCertificate = world.wechat.merchants[0]!.certificate
    for (const over of [
      { bank_type: undefined },
      { bank_account: undefined },
      { real_name: undefined },
      { bank_account: '6225880000001234' },
      { real_name: encrypt('张三', ownCertificate) },
      { type: 'CASH' },
      { out_refund_no: undefined },
    ])
      expect(await elsewhere(refund_id, { ...card, ...over })).toMatchObject({
        status: 400,
        json: { code: 'PARAM_ERROR' },
      })
    expect((await elsewhere(refund_id, { ...card, out_refund_no: 'another' })).status).toBe(404)
    expect((await elsewhere('50300000000000000000000000000', card)).status).toBe(404)
    expect((await world.merchant.get(`${refunds}/${out_refund_no}`)).json).toMatchObject({ status: 'ABNORMAL' })
  })
})

import { xmlToRecord } from '../../../../mock-server/crypto/xml'
import { createAppIdentity, createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { callJson } from '../../support/merchant-client'
import { rawGet } from '../../support/raw-get'
import { createV2Client, v2Accept, type V2Client } from '../../support/v2-client'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

const subMchid = '1900000001'
const subAppid = 'wxsub0123456789ab'
const browser = {
  trade_type: 'MWEB',
  openid: undefined,
  scene_info: '{"h5_info":{"type":"Wap","wap_url":"https://shop.example","wap_name":"山茶"}}',
}

describe('the V2 API', () => {
  let world: WechatWorld
  let client: V2Client
  beforeAll(async () => {
    const app = createAppIdentity()
    const merchant = await createMerchantIdentity({
      appids: [app.appid],
      subMerchants: [{ mchid: subMchid, name: '茶农', appids: [subAppid] }],
    })
    world = await createWechatWorld({ apps: [app, { appid: subAppid, secret: 's' }], merchants: [merchant] })
    client = createV2Client(world)
  })
  beforeEach(() => {
    world.receiver.received.length = 0
    world.receiver.answerWith((response) => response.end(v2Accept))
  })
  afterAll(() => world.stop())

  const refusal = (err_code: string, err_code_des: string) => ({
    fields: { return_code: 'SUCCESS', result_code: 'FAIL', err_code, err_code_des },
  })
  const pay = async (outTradeNo: string): Promise<void> => {
    expect(await world.wechat.pay(world.mchid, outTradeNo)).not.toBeNull()
    await world.wechat.settled()
  }

  describe('orders', () => {
    it('for the wallet', async () => {
      const { fields } = await client.order(world.newNumber())
      expect(fields).toMatchObject({ trade_type: 'JSAPI', prepay_id: expect.stringMatching(/^wx\w{34}$/) })
      expect(fields).not.toHaveProperty('mweb_url')
      expect(fields).not.toHaveProperty('code_url')
    })

    it('for an app', async () => {
      const { fields } = await client.order(world.newNumber(), { trade_type: 'APP', openid: undefined })
      expect(fields).toMatchObject({ trade_type: 'APP', prepay_id: expect.stringMatching(/^wx/) })
    })

    it('for a code', async () => {
      const { fields } = await client.order(world.newNumber(), { trade_type: 'NATIVE', product_id: 'tea-1' })
      expect(fields).toMatchObject({
        trade_type: 'NATIVE',
        code_url: expect.stringMatching(/^weixin:\/\/wxpay\/bizpayurl\?pr=\w+$/),
      })
    })

    it('for a browser, on the same middle page as V3', async () => {
      const outTradeNo = world.newNumber()
      const { fields } = await client.order(outTradeNo, { ...browser, spbill_create_ip: '203.0.113.13' })
      const link = fields['mweb_url'] ?? ''
      expect(link.startsWith(`${world.wechat.url}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx`)).toBe(true)
      const visitor = { referer: 'https://shop.example/', 'x-forwarded-for': '203.0.113.13', 'user-agent': 'Safari' }
      expect((await rawGet(link, visitor)).text).toContain('¥88.00')
      const { searchParams } = new URL(link)
      const body = { prepay_id: searchParams.get('prepay_id'), package: searchParams.get('package') }
      const page = `${world.wechat.url}/cgi-bin/mmpayweb-bin/checkmweb/pay`
      expect((await callJson('POST', page, body, { ...visitor, 'x-forwarded-for': '203.0.113.99' })).status).toBe(403)
      expect((await callJson('POST', page, body, visitor)).json).toEqual({
        transaction_id: expect.stringMatching(/^42/),
      })
      expect((await client.query(outTradeNo)).fields).toMatchObject({ trade_state: 'SUCCESS', trade_type: 'MWEB' })
    })

    it('again with the same content: the same prepay_id, and a fresh link', async () => {
      const outTradeNo = world.newNumber()
      const [first, second] = [await client.order(outTradeNo, browser), await client.order(outTradeNo, browser)]
      expect(second.fields['prepay_id']).toBe(first.fields['prepay_id'])
      expect(second.fields['mweb_url']).not.toBe(first.fields['mweb_url'])
    })

    it('not again with other content', async () => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo)
      expect(await client.order(outTradeNo, { total_fee: '8801' })).toMatchObject(
        refusal('INVALID_REQUEST', '201 商户订单号重复'),
      )
      expect(await client.order(outTradeNo, browser)).toMatchObject(refusal('OUT_TRADE_NO_USED', '商户订单号重复'))
    })

    it('not again once it is paid', async () => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo)
      await pay(outTradeNo)
      expect(await client.order(outTradeNo)).toMatchObject(refusal('ORDERPAID', '该订单已支付'))
    })

    it('until time_expire, in Beijing time', async () => {
      const outTradeNo = world.newNumber()
      const expires = new Date(world.wechat.now() + 600_000 + 8 * 3_600_000)
        .toISOString()
        .replace(/\D/g, '')
        .slice(0, 14)
      await client.order(outTradeNo, { time_expire: expires })
      await world.wechat.advance(599)
      expect((await client.order(outTradeNo, { time_expire: expires })).fields['result_code']).toBe('SUCCESS')
      await world.wechat.advance(2)
      expect(await client.order(outTradeNo, { time_expire: expires })).toMatchObject(
        refusal('INVALID_REQUEST', '该订单已失效'),
      )
    })
  })

  describe('queries', () => {
    it('an unpaid order by its number, with little to say', async () => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo, { attach: '店一' })
      const answer = await client.query(outTradeNo)
      expect(client.isSigned(answer)).toBe(true)
      const { sign, nonce_str, ...fields } = answer.fields
      expect([sign, nonce_str]).toEqual([expect.any(String), expect.any(String)])
      expect(fields).toEqual({
        return_code: 'SUCCESS',
        return_msg: 'OK',
        result_code: 'SUCCESS',
        appid: world.appid,
        mch_id: world.mchid,
        device_info: '',
        total_fee: '8800',
        out_trade_no: outTradeNo,
        trade_state: 'NOTPAY',
        trade_state_desc: '订单未支付',
      })
    })

    it('an order in each state, to the letter of real answers', async () => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo)
      const texts = async (): Promise<string> => (await client.query(outTradeNo)).text
      const party = `<mch_id><![CDATA[${world.mchid}]]></mch_id>\n<appid><![CDATA[${world.appid}]]></appid>\n`
      const head = `<xml><return_code><![CDATA[SUCCESS]]></return_code>\n<return_msg><![CDATA[OK]]></return_msg>\n<result_code><![CDATA[SUCCESS]]></result_code>\n${party}`
      const number = `<out_trade_no><![CDATA[${outTradeNo}]]></out_trade_no>\n`
      const tail = '<nonce_str><![CDATA[N]]></nonce_str>\n<sign><![CDATA[S]]></sign>\n</xml>'
      const still = (text: string): string =>
        text
          .replace(/(<nonce_str><!\[CDATA\[)\w{16}/, '$1N')
          .replace(/(<sign><!\[CDATA\[)[0-9A-F]{32}/, '$1S')
          .replace(/(<transaction_id><!\[CDATA\[)42\d{26}/, '$1T')
          .replace(/(<time_end><!\[CDATA\[)20\d{12}/, '$1E')
      const cdata = (name: string, value: string): string => `<${name}><![CDATA[${value}]]></${name}>\n`
      expect(still(await texts())).toBe(
        `${head}${cdata('device_info', '')}${cdata('trade_state', 'NOTPAY')}<total_fee>8800</total_fee>\n${number}${cdata('trade_state_desc', '订单未支付')}${tail}`,
      )
      await pay(outTradeNo)
      expect(still(await texts())).toBe(
        `${head}${cdata('openid', world.openid)}${cdata('is_subscribe', 'N')}${cdata('trade_type', 'JSAPI')}${cdata('trade_state', 'SUCCESS')}${cdata('bank_type', 'OTHERS')}<total_fee>8800</total_fee>\n${cdata('fee_type', 'CNY')}<cash_fee>8800</cash_fee>\n${cdata('cash_fee_type', 'CNY')}${cdata('transaction_id', 'T')}${number}${cdata('attach', '')}${cdata('time_end', 'E')}${cdata('trade_state_desc', '支付成功')}${tail}`,
      )
      const closed = world.newNumber()
      await client.order(closed)
      await world.wechat.advance(301)
      await client.close(closed)
      expect(still((await client.query(closed)).text)).toBe(
        `${head}${cdata('trade_state', 'CLOSED')}${cdata('out_trade_no', closed)}${cdata('attach', '')}${cdata('trade_state_desc', '订单已关闭')}${tail}`,
      )
    })

    it('a paid order by both numbers', async () => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo, { attach: '店一', device_info: 'WEB' })
      await pay(outTradeNo)
      const { fields } = await client.query(outTradeNo)
      expect(fields).toMatchObject({
        openid: world.openid,
        is_subscribe: 'N',
        trade_type: 'JSAPI',
        bank_type: 'OTHERS',
        total_fee: '8800',
        cash_fee: '8800',
        fee_type: 'CNY',
        transaction_id: expect.stringMatching(/^42\d{26}$/),
        attach: '店一',
        device_info: 'WEB',
        time_end: expect.stringMatching(/^20\d{12}$/),
        trade_state: 'SUCCESS',
        trade_state_desc: '支付成功',
      })
      const byTransaction = await client.query('', {
        transaction_id: fields['transaction_id'],
        out_trade_no: undefined,
      })
      expect(byTransaction.fields).toMatchObject({ out_trade_no: outTradeNo, time_end: fields['time_end'] })
    })

    it('nothing without a number, and nothing that is not there', async () => {
      expect((await client.query('')).fields).toEqual({ return_code: 'FAIL', return_msg: '缺少参数' })
      expect(await client.query(world.newNumber())).toMatchObject(refusal('ORDERNOTEXIST', '订单不存在'))
      const transaction_id = '4200000000202601010000000000'
      expect(await client.query('', { transaction_id })).toMatchObject(refusal('ORDERNOTEXIST', '订单不存在'))
    })
  })

  describe('closes', () => {
    it('not sooner than five minutes after ordering', async () => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo)
      await world.wechat.advance(299)
      expect((await client.close(outTradeNo)).fields).toMatchObject({
        result_code: 'FAIL',
        err_code: 'TRADE_STATE_ERROR',
      })
      expect((await client.query(outTradeNo)).fields['trade_state']).toBe('NOTPAY')
      await world.wechat.advance(2)
      const closed = await client.close(outTradeNo)
      expect(closed.fields).toMatchObject({ return_code: 'SUCCESS', result_code: 'SUCCESS' })
      expect(client.isSigned(closed)).toBe(true)
      expect((await client.query(outTradeNo)).fields).toMatchObject({
        trade_state: 'CLOSED',
        trade_state_desc: '订单已关闭',
      })
      expect(await client.close(outTradeNo)).toMatchObject(refusal('ORDERCLOSED', '订单已关闭'))
      expect(await client.order(outTradeNo)).toMatchObject(refusal('ORDERCLOSED', '订单已关闭'))
    })

    it('not what was paid', async () => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo)
      await pay(outTradeNo)
      expect(await client.close(outTradeNo)).toMatchObject(refusal('ORDERPAID', '该订单已支付'))
    })

    it('not what was never ordered, and burns nothing', async () => {
      const outTradeNo = world.newNumber()
      expect(await client.close(outTradeNo)).toMatchObject(refusal('ORDERNOTEXIST', '订单不存在'))
      expect((await client.order(outTradeNo)).fields['result_code']).toBe('SUCCESS')
    })
  })

  describe('and V3 are two doors to one ledger', () => {
    it('an order of V2 is seen, closed and refused by V3', async () => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo)
      expect((await world.query(outTradeNo)).json).toMatchObject({ trade_state: 'NOTPAY', amount: { total: 8800 } })
      const again = await world.merchant.post(v3.jsapi, world.jsapiOrder(outTradeNo, { amount: { total: 1 } }))
      expect(again).toMatchObject({ status: 400, json: { message: '请求重入时，参数与首次请求时不一致' } })
      expect((await world.close(outTradeNo)).status).toBe(204)
      expect((await client.query(outTradeNo)).fields['trade_state']).toBe('CLOSED')
    })

    it('an order of V3 is seen by V2, and once paid its transaction_id is the same', async () => {
      const outTradeNo = await world.order()
      expect((await client.query(outTradeNo)).fields['trade_state']).toBe('NOTPAY')
      expect(await client.order(outTradeNo, { total_fee: '1' })).toMatchObject(
        refusal('INVALID_REQUEST', '201 商户订单号重复'),
      )
      await pay(outTradeNo)
      const { json } = await world.query(outTradeNo)
      expect((await client.query(outTradeNo)).fields['transaction_id']).toBe(json['transaction_id'])
    })

    it('a combined order stays invisible to V2', async () => {
      const sub = (out_trade_no: string) => ({
        mchid: world.mchid,
        out_trade_no,
        description: '茶',
        attach: 'x',
        amount: { total_amount: 100, currency: 'CNY' },
      })
      const [combined, first, second] = [world.newNumber(), world.newNumber(), world.newNumber()]
      const answer = await world.merchant.post('/v3/combine-transactions/jsapi', {
        combine_appid: world.appid,
        combine_mchid: world.mchid,
        combine_out_trade_no: combined,
        sub_orders: [sub(first), sub(second)],
        combine_payer_info: { openid: world.openid },
        notify_url: 'https://shop.example/notify/wechat',
      })
      expect(answer.status).toBe(200)
      for (const number of [combined, first])
        expect(await client.query(number)).toMatchObject(refusal('ORDERNOTEXIST', '订单不存在'))
    })
  })

  describe('of a partner', () => {
    const parties = { sub_mch_id: subMchid, sub_appid: subAppid }

    it('orders for a sub merchant, for its payer', async () => {
      const sub_openid = await world.wechat.openid(subAppid, 'payer-1')
      const outTradeNo = world.newNumber()
      const ordered = await client.order(outTradeNo, { ...parties, openid: undefined, sub_openid })
      expect(ordered.fields).toMatchObject({ result_code: 'SUCCESS', ...parties })
      await pay(outTradeNo)
      expect(world.receiver.received).toHaveLength(1)
      expect({ ...xmlToRecord(world.receiver.received[0]!.body) }).toMatchObject({
        ...parties,
        sub_openid,
        sub_is_subscribe: 'N',
      })
      expect((await client.query(outTradeNo, parties)).fields).toMatchObject({
        trade_state: 'SUCCESS',
        ...parties,
        sub_openid,
      })
      expect(await client.query(outTradeNo)).toMatchObject(refusal('ORDERNOTEXIST', '订单不存在'))
      const target = `/v3/pay/partner/transactions/out-trade-no/${outTradeNo}?sp_mchid=${world.mchid}&sub_mchid=${subMchid}`
      expect((await world.merchant.get(target)).json).toMatchObject({ trade_state: 'SUCCESS', sub_mchid: subMchid })
    })

    it('closes its own, and not without the name of the sub merchant', async () => {
      const outTradeNo = world.newNumber()
      await client.order(outTradeNo, parties)
      await world.wechat.advance(301)
      expect(await client.close(outTradeNo)).toMatchObject(refusal('ORDERNOTEXIST', '订单不存在'))
      expect((await client.close(outTradeNo, parties)).fields['result_code']).toBe('SUCCESS')
    })

    it('does not order for strangers', async () => {
      const refused = (text: string) => ({ fields: { return_code: 'FAIL', return_msg: text } })
      const order = (over: object) => client.order(world.newNumber(), { ...over })
      expect(await order({ sub_mch_id: '1900000009' })).toMatchObject(refused('受理关系不存在'))
      expect(await order({ sub_mch_id: world.mchid })).toMatchObject(refused('子商户号不能与受理商户号相同'))
      expect(await order({ ...parties, sub_appid: 'wxother' })).toMatchObject(refused('sub_mch_id与sub_appid不匹配'))
      expect(await order({ ...parties, sub_openid: world.openid })).toMatchObject(
        refused('sub_appid and sub_openid not match'),
      )
    })
  })
})

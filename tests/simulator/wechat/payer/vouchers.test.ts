import { decryptAesEcb } from '../../../../mock-server/crypto/aes-ecb'
import { md5Hex } from '../../../../mock-server/crypto/digest'
import { parsePrivateKey, signRsaSha256 } from '../../../../mock-server/crypto/rsa'
import { xmlToRecord } from '../../../../mock-server/crypto/xml'
import { createAppIdentity, createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import { v2Paths } from '../../../../mock-server/wire/v2-paths'
import { verifyV2 } from '../../../../mock-server/wire/v2-signing'
import { v3PayMessage } from '../../../../mock-server/wire/v3-signing'
import { callJson, type Answer } from '../../support/merchant-client'
import { openNotice } from '../../support/open-notice'
import { createV2Client, v2Accept, type V2Client, type V2Values } from '../../support/v2-client'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

const refunds = '/v3/refund/domestic/refunds'
const combine = '/v3/combine-transactions'
const types = ['CASH', 'NOCASH'] as const

describe('a payment with a voucher', () => {
  let world: WechatWorld
  let client: V2Client
  const noon = Date.parse('2026-11-20T12:00:00+08:00')
  beforeAll(async () => {
    const app = createAppIdentity()
    const merchants = [await createMerchantIdentity({ appids: [app.appid] })]
    merchants.push(await createMerchantIdentity({ appids: [app.appid], mchid: '1600000002' }))
    world = await createWechatWorld({ apps: [app], merchants, wall: { now: () => noon } })
    client = createV2Client(world)
  })
  beforeEach(() => {
    world.receiver.received.length = 0
    world.receiver.answerWith((response, { url }) => response.end(url.includes('v2') ? v2Accept : ''))
  })
  afterAll(() => world.stop())

  const pay = (number: string, voucher?: object, mchid = world.mchid): Promise<Answer> =>
    world.control('POST', `/control/trades/${mchid}/${number}/pay`, voucher && { voucher })
  const give = (user: string, voucher: object): Promise<Answer> =>
    world.control('POST', `/control/users/${user}/vouchers`, voucher)
  const wallet = async (user: string): Promise<readonly { coupon_id: string; amount: number }[]> =>
    (await world.control('GET', `/control/users/${user}/vouchers`)).json['vouchers'] as never
  async function paid(voucher: object, over: object = {}): Promise<string> {
    const number = await world.order(world.newNumber(), { amount: { total: 1000 }, ...over })
    expect(await pay(number, voucher)).toMatchObject({ status: 200 })
    await world.wechat.settled()
    return number
  }
  const refund = (out_trade_no: string, out_refund_no: string, fen: number, total = 1000): Promise<Answer> =>
    world.merchant.post(refunds, {
      out_trade_no,
      out_refund_no,
      notify_url: 'https://shop.example/notify/refund',
      amount: { refund: fen, total, currency: 'CNY' },
    })

  describe('in V3', () => {
    it.each(types)('of type %s names it in query and notification, and what the payer paid', async (type) => {
      const number = await paid({ amount: 300, type, name: '立减' })
      const { json } = await world.query(number)
      const byMerchant = type === 'NOCASH'
      expect(json).toMatchObject({
        amount: { total: 1000, payer_total: 700, currency: 'CNY', payer_currency: 'CNY' },
        promotion_detail: [
          {
            coupon_id: expect.stringMatching(/^\d{11}$/),
            name: '立减',
            scope: 'GLOBAL',
            type,
            amount: 300,
            stock_id: expect.stringMatching(/^\d+$/),
            wechatpay_contribute: byMerchant ? 0 : 300,
            merchant_contribute: byMerchant ? 300 : 0,
            other_contribute: 0,
            currency: 'CNY',
          },
        ],
      })
      const [notice] = world.receiver.received
      expect(openNotice(notice!, world.wechat.merchants[0]!.apiV3Key).says).toEqual(json)
    })

    it('without one has an empty list', async () => {
      const number = await world.order()
      await pay(number)
      expect((await world.query(number)).json).toMatchObject({ amount: { payer_total: 8800 }, promotion_detail: [] })
    })

    it.each([
      ['CASH', 'COUPON', 1000, 500],
      ['NOCASH', 'DISCOUNT', 700, 350],
    ])('of type %s is shared out by refunds, as %s', async (type, refundType, settled, settledHalf) => {
      const number = await paid({ amount: 300, type })
      world.receiver.received.length = 0
      const first = await refund(number, `${number}-1`, 500)
      expect(first).toMatchObject({
        status: 200,
        json: {
          amount: {
            total: 1000,
            refund: 500,
            payer_total: 700,
            payer_refund: 350,
            discount_refund: 150,
            settlement_total: settled,
            settlement_refund: settledHalf,
          },
          promotion_detail: [
            {
              promotion_id: expect.stringMatching(/^\d{11}$/),
              scope: 'GLOBAL',
              type: refundType,
              amount: 300,
              refund_amount: 150,
              goods_detail: [],
            },
          ],
        },
      })
      await world.wechat.advance(3)
      const told = openNotice(world.receiver.received[0]!, world.wechat.merchants[0]!.apiV3Key)
      expect(told.says).toMatchObject({ amount: { total: 1000, refund: 500, payer_total: 700, payer_refund: 350 } })
      await world.wechat.advance(60)
      expect((await refund(number, `${number}-2`, 500)).json).toMatchObject({ amount: { payer_refund: 350 } })
    })

    it('is refunded by the price: the cash is no total', async () => {
      const number = await paid({ amount: 300 })
      expect(await refund(number, `${number}-1`, 700, 700)).toMatchObject({
        status: 400,
        json: { code: 'INVALID_REQUEST', message: '订单金额或退款金额与之前请求不一致，请核实后再试' },
      })
    })

    it('refuses a refund whose cash rounds to nothing', async () => {
      const number = await paid({ amount: 990 })
      expect(await refund(number, `${number}-1`, 49)).toMatchObject({
        status: 400,
        json: { message: '金额过低无法退款' },
      })
      expect((await refund(number, `${number}-2`, 50)).json).toMatchObject({ amount: { payer_refund: 1 } })
    })

    it.each([
      ['CASH', 994],
      ['NOCASH', 696],
    ])('of type %s leaves what the merchant gets to be shared, less the fee', async (type, unsplit_amount) => {
      const number = await paid({ amount: 300, type }, { settle_info: { profit_sharing: true } })
      const { transaction_id } = (await world.query(number)).json
      const answer = await world.merchant.get(`/v3/profitsharing/transactions/${String(transaction_id)}/amounts`)
      expect(answer).toMatchObject({ status: 200, json: { unsplit_amount } })
    })

    it('gives a closed refund’s share to the next one', async () => {
      const number = await paid({ amount: 500 })
      await world.control('PUT', '/control/faults/refund-closed', { on: true, times: 1 })
      await refund(number, `${number}-1`, 1000)
      await world.wechat.advance(3)
      expect((await refund(number, `${number}-2`, 1000)).json).toMatchObject({ amount: { payer_refund: 500 } })
    })
  })

  it('spreads over the parts of a combined order, each refunded by itself', async () => {
    const subs = [world.newNumber(), world.newNumber()] as const
    const number = world.newNumber()
    await world.merchant.post(`${combine}/jsapi`, {
      combine_appid: world.appid,
      combine_mchid: world.mchid,
      combine_out_trade_no: number,
      sub_orders: subs.map((out_trade_no, index) => ({
        mchid: world.mchid,
        out_trade_no,
        description: '茶',
        attach: 'a',
        amount: { total_amount: [700, 301][index], currency: 'CNY' },
      })),
      combine_payer_info: { openid: world.openid },
      notify_url: 'https://shop.example/notify/combined',
    })
    await pay(number, { amount: 100, type: 'NOCASH' })
    await world.wechat.settled()
    const { json } = await world.merchant.get(`${combine}/out-trade-no/${number}`)
    expect(json['sub_orders']).toMatchObject([
      { amount: { total_amount: 700, payer_amount: 630 }, promotion_detail: [{ amount: 70, type: 'NOCASH' }] },
      { amount: { total_amount: 301, payer_amount: 271 }, promotion_detail: [{ amount: 30, type: 'NOCASH' }] },
    ])
    expect(openNotice(world.receiver.received[0]!, world.wechat.merchants[0]!.apiV3Key).says).toEqual(json)
    expect((await refund(subs[1], `${subs[1]}-1`, 301, 301)).json).toMatchObject({
      amount: { payer_total: 271, payer_refund: 271, settlement_total: 271, settlement_refund: 271 },
    })
  })

  describe('in V2', () => {
    async function paidV2(voucher: object, over: V2Values = {}): Promise<string> {
      const number = world.newNumber()
      expect((await client.order(number, { total_fee: '1000', ...over })).fields['result_code']).toBe('SUCCESS')
      expect(await pay(number, voucher)).toMatchObject({ status: 200 })
      await world.wechat.settled()
      return number
    }
    const notice = (): string => world.receiver.received.at(-1)!.body.toString()

    it('is told as real ones are: coupon_fee bare, the others in CDATA, nothing of its type', async () => {
      await paidV2({ amount: 11 })
      const text = notice()
      const { coupon_id_0, ...fields } = xmlToRecord(Buffer.from(text))
      expect(verifyV2({ ...fields, coupon_id_0: coupon_id_0! }, world.wechat.merchants[0]!.apiKey)).toBe(true)
      expect(Object.keys(fields)).toEqual(Object.keys(fields).sort())
      for (const part of [
        '<cash_fee><![CDATA[989]]></cash_fee>\n<coupon_count><![CDATA[1]]></coupon_count>\n<coupon_fee>11</coupon_fee>\n<coupon_fee_0><![CDATA[11]]></coupon_fee_0>\n<coupon_id_0><![CDATA[',
        '<total_fee>1000</total_fee>\n',
      ])
        expect(text).toContain(part)
      expect(coupon_id_0).toMatch(/^\d{11}$/)
      expect(text).not.toMatch(/coupon_type|settlement|cash_fee_type/)
    })

    it('that nobody funded is told with its type and what the merchant gets, by the query too', async () => {
      const number = await paidV2({ amount: 300, type: 'NOCASH' })
      const told = {
        total_fee: '1000',
        settlement_total_fee: '700',
        cash_fee: '700',
        coupon_fee: '300',
        coupon_count: '1',
        coupon_type_0: 'NO_CASH',
        coupon_fee_0: '300',
      }
      expect({ ...xmlToRecord(Buffer.from(notice())) }).toMatchObject(told)
      const { fields, text } = await client.query(number)
      expect(fields).toMatchObject({ ...told, trade_state: 'SUCCESS', coupon_id_0: expect.stringMatching(/^\d{11}$/) })
      expect(text).toContain('<coupon_fee>300</coupon_fee>\n<coupon_count>1</coupon_count>\n')
    })

    it('of an order with version is told as one JSON text instead', async () => {
      const number = await paidV2({ amount: 300, type: 'NOCASH', name: '立减' }, { version: '1.0' })
      for (const fields of [xmlToRecord(Buffer.from(notice())), (await client.query(number)).fields]) {
        expect(JSON.parse(fields['promotion_detail']!)).toMatchObject({
          promotion_detail: [
            { name: '立减', scope: 'GLOBAL', type: 'DISCOUNT', amount: 300, merchant_contribute: 300 },
          ],
        })
        expect(Object.keys(fields).filter((name) => /coupon|settlement/.test(name))).toEqual([])
      }
    })

    it.each([
      ['CASH', 'CASH', undefined],
      ['NOCASH', 'NO_CASH', '350'],
    ])('of type %s is shared out by refunds', async (type, told, settlement) => {
      const number = await paidV2({ amount: 300, type })
      const answer = await client.call(v2Paths.refund, {
        out_trade_no: number,
        out_refund_no: `${number}-1`,
        total_fee: '1000',
        refund_fee: '500',
        notify_url: 'https://shop.example/notify/wechat-v2-refund',
      })
      expect(client.isSigned(answer)).toBe(true)
      expect(answer.fields).toMatchObject({
        total_fee: '1000',
        refund_fee: '500',
        cash_fee: '700',
        cash_refund_fee: '350',
        coupon_refund_fee: '150',
        coupon_refund_count: '1',
        coupon_type_0: told,
        coupon_refund_fee_0: '150',
      })
      expect(answer.fields['settlement_refund_fee']).toBe(settlement)
      const { fields } = await client.call(v2Paths.refundQuery, { out_trade_no: number })
      expect(fields).toMatchObject({
        cash_fee: '700',
        refund_fee_0: '500',
        coupon_refund_fee_0: '150',
        coupon_refund_count_0: '1',
        coupon_type_0_0: told,
        coupon_refund_id_0_0: answer.fields['coupon_refund_id_0'],
        coupon_refund_fee_0_0: '150',
      })
      expect(fields['settlement_refund_fee_0']).toBe(settlement)
      await world.wechat.advance(3)
      const { req_info = '' } = xmlToRecord(world.receiver.received.at(-1)!.body)
      const opened = xmlToRecord(Buffer.from(decryptAesEcb(md5Hex(world.wechat.merchants[0]!.apiKey), req_info)))
      expect(opened).toMatchObject({
        refund_fee: '500',
        settlement_refund_fee: settlement ?? '500',
        settlement_total_fee: settlement === undefined ? '1000' : '700',
      })
    })
  })

  describe('from a wallet', () => {
    /** Opens the cashier of an order of 10 yuan as its payer. */
    async function open(user: string): Promise<{ number: string; cashier: Answer }> {
      const openid = await world.wechat.openid(world.appid, user)
      const number = world.newNumber()
      const over = { payer: { openid }, amount: { total: 1000 } }
      const { json } = await world.merchant.post(v3.jsapi, world.jsapiOrder(number, over))
      const call = { timeStamp: '1554208460', nonceStr: 'abc', package: `prepay_id=${String(json['prepay_id'])}` }
      const message = v3PayMessage(world.appid, call.timeStamp, call.nonceStr, call.package)
      const paySign = signRsaSha256(parsePrivateKey(world.wechat.merchants[0]!.privateKey), message)
      const body = { appid: world.appid, user, ...call, signType: 'RSA', paySign }
      return { number, cashier: await callJson('POST', `${world.wechat.url}/client/cashier`, body) }
    }
    const payThere = ({ json }: Answer, body: object = {}): Promise<Answer> =>
      callJson('POST', `${world.wechat.url}/client/cashier/${String(json['cashier_id'])}/pay`, body)
    const payerTotal = async (number: string): Promise<unknown> =>
      ((await world.query(number)).json['amount'] as { payer_total?: number }).payer_total

    it('is offered best first, preselected, and used once', async () => {
      await give('lin', { amount: 200 })
      await give('lin', { amount: 300, type: 'NOCASH' })
      await give('lin', { amount: 900, goods_tags: ['TEA'] })
      const { number, cashier } = await open('lin')
      expect(cashier.json['vouchers']).toMatchObject([{ amount: 300, name: '3.00元代金券' }, { amount: 200 }])
      await payThere(cashier)
      expect(await payerTotal(number)).toBe(700)
      expect((await wallet('lin')).map(({ amount }) => amount)).toEqual([200, 900])
    })

    it('may be another one, or none', async () => {
      await give('mei', { amount: 200 })
      await give('mei', { amount: 300 })
      const [first, second] = [await open('mei'), await open('mei')]
      await payThere(first.cashier, { coupon_id: null })
      expect(await payerTotal(first.number)).toBe(1000)
      const smaller = (await wallet('mei')).find(({ amount }) => amount === 200)!
      await payThere(second.cashier, { coupon_id: smaller.coupon_id })
      expect(await payerTotal(second.number)).toBe(800)
      expect((await wallet('mei')).map(({ amount }) => amount)).toEqual([300])
    })

    it('is empty at first, and another person’s is not offered', async () => {
      const { number, cashier } = await open('wu')
      expect(cashier.json['vouchers']).toEqual([])
      await payThere(cashier)
      expect(await payerTotal(number)).toBe(1000)
    })

    it('is kept where the payer pays all in money by the control API', async () => {
      await give('payer-1', { amount: 100 })
      const number = await world.order()
      await pay(number)
      expect(await payerTotal(number)).toBe(8800)
      expect(await wallet('payer-1')).toHaveLength(1)
    })

    it.each([
      [666_671, 'CASH'],
      [666_672, 'NOCASH'],
    ])('is used where the amount asks for it: %i', async (total, type) => {
      const number = await world.order(world.newNumber(), { amount: { total } })
      await world.wechat.pay(world.mchid, number)
      expect((await world.query(number)).json).toMatchObject({
        amount: { total, payer_total: total - 500 },
        promotion_detail: [{ amount: 500, type }],
      })
    })

    it.each([
      ['no amount', {}, 'AMOUNT_INVALID'],
      ['half a fen', { amount: 0.5 }, 'AMOUNT_INVALID'],
      ['an object where a number is expected', { amount: { toString: {} } }, 'AMOUNT_INVALID'],
      ['another type', { amount: 1, type: 'COUPON' }, 'TYPE_INVALID'],
      ['a long name', { amount: 1, name: 'x'.repeat(65) }, 'NAME_INVALID'],
      ['marks that are no list', { amount: 1, goods_tags: 'TEA' }, 'GOODS_TAGS_INVALID'],
    ])('does not take a voucher with %s', async (_what, voucher, code) => {
      expect(await give('chen', voucher)).toMatchObject({ status: 400, json: { code } })
      expect(await pay(await world.order(), voucher)).toMatchObject({ status: 400, json: { code } })
    })

    it('does not pay with one that does not apply', async () => {
      const number = await world.order()
      const refused = await pay(number, { amount: 100, goods_tags: ['TEA'] })
      expect(refused).toMatchObject({ status: 409, json: { code: 'VOUCHER_UNUSABLE' } })
      expect((await world.query(number)).json['trade_state']).toBe('NOTPAY')
      const tagged = await world.order(world.newNumber(), { goods_tag: 'TEA' })
      expect((await pay(tagged, { amount: 100, goods_tags: ['TEA'] })).status).toBe(200)
    })
  })
})

import { createAppIdentity, createMerchantIdentity } from '../../../../mock-server/simulator/wechat/identity'
import type { WechatSimulatorOptions } from '../../../../mock-server/simulator/wechat/options'
import { describeDoctor } from '../../support/describe-doctor'
import { createMerchantClient, type Answer } from '../../support/merchant-client'
import { createMiniProgram } from '../../support/mini-program'
import { v3 } from '../../support/wechat-world'

/** Two merchants for combined orders, and time to look at a refund while it is processed. */
async function twoMerchants(): Promise<WechatSimulatorOptions> {
  const app = createAppIdentity()
  const appids = [app.appid]
  const merchants = [await createMerchantIdentity({ appids }), await createMerchantIdentity({ appids })]
  return { apps: [app], merchants, refundTakesMs: 120_000 }
}

describeDoctor(
  'what comes after ordering',
  (doctor) => {
    let refunds = 0
    const refund = (out_trade_no: string, fen: number, total = 8800, over: object = {}): Promise<Answer> =>
      doctor.world.merchant.post('/v3/refund/domestic/refunds', {
        out_trade_no,
        out_refund_no: `refund-${(refunds += 1)}`,
        amount: { refund: fen, total, currency: 'CNY' },
        ...over,
      })
    async function paid(): Promise<string> {
      const number = await doctor.world.order()
      await doctor.world.wechat.pay(doctor.world.mchid, number)
      return number
    }

    describe('a combined order', () => {
      async function combined(): Promise<{ number: string; subs: readonly string[] }> {
        const number = doctor.world.newNumber()
        const subs = [doctor.world.newNumber(), doctor.world.newNumber()]
        const answer = await doctor.world.merchant.post('/v3/combine-transactions/jsapi', {
          combine_appid: doctor.world.appid,
          combine_mchid: doctor.world.mchid,
          combine_out_trade_no: number,
          combine_payer_info: { openid: doctor.world.openid },
          notify_url: 'https://shop.example/notify/combined',
          sub_orders: subs.map((out_trade_no, index) => ({
            mchid: doctor.world.wechat.merchants[index]!.mchid,
            out_trade_no,
            description: '山茶花束',
            attach: 'a',
            amount: { total_amount: 5000, currency: 'CNY' },
          })),
        })
        expect(answer.status).toBe(200)
        return { number, subs }
      }

      it('is named where the ordinary query asks for it, or for a part of it', async () => {
        const { number, subs } = await combined()
        for (const asked of [number, subs[0]!]) {
          expect((await doctor.world.query(asked)).status).toBe(404)
          expect(await doctor.newest()).toMatchObject({
            group: 9,
            finding: 'NUMBER_OF_OTHER_KIND',
            out_trade_no: asked,
          })
        }
      })

      it('is named where it is refunded by its own number, with the numbers of its parts', async () => {
        const { number, subs } = await combined()
        await doctor.world.wechat.pay(doctor.world.mchid, number)
        expect((await refund(number, 100, 10_000)).status).toBe(404)
        const diagnosis = (await doctor.newest())!
        expect(diagnosis).toMatchObject({ finding: 'NUMBER_OF_OTHER_KIND', proved: true })
        expect(diagnosis.message).toContain(`${subs[0]} and ${subs[1]}`)
      })
    })

    describe('group 15: an order that is taken for paid', () => {
      it('is named when it is refunded', async () => {
        const number = await doctor.world.order()
        expect((await refund(number, 100)).status).toBe(404)
        expect(await doctor.newest()).toMatchObject({
          group: 15,
          finding: 'NOT_PAID',
          proved: true,
          received: 'NOTPAY',
        })
      })

      it('is named when it is shipped, and one that is paid is not', async () => {
        const app = createMiniProgram(doctor.world)
        const ship = async (out_trade_no: string): Promise<Answer> =>
          app.post('/wxa/sec/order/upload_shipping_info', await app.token(), {
            order_key: { order_number_type: 1, mchid: doctor.world.mchid, out_trade_no },
            logistics_type: 3,
            delivery_mode: 1,
            shipping_list: [{ item_desc: '龙井' }],
            upload_time: '2026-11-20T12:00:00.000+08:00',
            payer: { openid: doctor.world.openid },
          })
        expect((await ship(await doctor.world.order())).json).toMatchObject({ errcode: 10060001 })
        expect(await doctor.newest()).toMatchObject({ group: 15, finding: 'NOT_PAID', proved: true })
        const number = await paid()
        expect((await ship(number)).json).toMatchObject({ errcode: 10060001 })
        expect(await doctor.newest()).toMatchObject({ finding: 'SHIPPING_TOO_SOON' })
        await doctor.world.control('POST', '/control/reset', {})
        const another = await paid()
        await doctor.world.wechat.advance(60)
        expect((await ship(another)).json).toMatchObject({ errcode: 0 })
        expect(await doctor.newest()).toBeUndefined()
      })
    })

    describe('a refund', () => {
      it('that names yuan, or another amount than the order’s, is named', async () => {
        const number = await paid()
        expect((await refund(number, 1, 88)).status).toBe(400)
        expect(await doctor.newest()).toMatchObject({
          group: 8,
          finding: 'AMOUNT_YUAN',
          expected: '8800',
          received: '88',
        })
        await refund(number, 1, 8801)
        expect(await doctor.newest()).toMatchObject({ group: 8, finding: 'REFUND_TOTAL' })
      })

      it('under a new number while another of the same amount is under way is warned of, and not called proved', async () => {
        const number = await paid()
        expect((await refund(number, 3000)).status).toBe(200)
        expect(await doctor.newest()).toBeUndefined()
        await doctor.world.wechat.advance(60)
        expect((await refund(number, 3000)).status).toBe(200)
        expect(await doctor.newest()).toMatchObject({ finding: 'REFUND_REPEATED', proved: false })
      })

      it('that follows another within a minute is named, and what a retry would be', async () => {
        const number = await paid()
        await refund(number, 3000, 8800, { out_refund_no: 'first' })
        expect((await refund(number, 3000)).status).toBe(429)
        const diagnosis = (await doctor.newest())!
        expect(diagnosis).toMatchObject({ finding: 'REFUND_TOO_SOON', proved: true, out_trade_no: number })
        expect(diagnosis.message).toContain('a retry of first must keep its number')
      })

      it('that is repeated under its own number is not', async () => {
        const number = await paid()
        for (let time = 0; time < 2; time += 1)
          expect((await refund(number, 3000, 8800, { out_refund_no: 'same' })).status).toBe(200)
        expect(await doctor.newest()).toBeUndefined()
      })

      it('of other content under a known number is named', async () => {
        const number = await paid()
        await refund(number, 3000, 8800, { out_refund_no: 'same' })
        expect((await refund(number, 2000, 8800, { out_refund_no: 'same' })).status).toBe(400)
        expect(await doctor.newest()).toMatchObject({ group: 10, finding: 'REENTRY_DIFFERS' })
      })
    })

    it('names a merchant who asks for the order of another', async () => {
      const number = await doctor.world.order()
      const { mchid } = doctor.world.wechat.merchants[1]!
      const other = createMerchantClient(doctor.world.wechat.url, doctor.world.wechat.merchants[1]!)
      expect((await other.get(`${v3.jsapi.replace('/jsapi', '')}/out-trade-no/${number}?mchid=${mchid}`)).status).toBe(
        404,
      )
      expect(await doctor.newest()).toMatchObject({ group: 9, finding: 'NUMBER_OF_OTHER_MERCHANT', mchid })
    })
  },
  twoMerchants,
)

import { describeDoctor } from '../../support/describe-doctor'
import { v3 } from '../../support/wechat-world'

/** JSON that no conversion to a text or a number survives. */
const object = { toString: {}, valueOf: {} }

describeDoctor('hostile requests', (doctor) => {
  it.each([
    ['description', { description: object }],
    ['attach', { attach: object }],
    ['amount', { amount: object }],
    ['amount.total', { amount: { total: object, currency: 'CNY' } }],
    ['out_trade_no', { out_trade_no: object }],
    ['notify_url', { notify_url: object }],
    ['payer.openid', { payer: { openid: object } }],
    ['appid', { appid: object }],
    ['mchid', { mchid: object }],
  ])('takes an object that cannot become a text for a mistake of the client, as %s', async (_field, over) => {
    const order = doctor.world.jsapiOrder(doctor.world.newNumber(), over)
    expect(await doctor.world.merchant.post(v3.jsapi, order)).toMatchObject({
      status: 400,
      json: { code: 'PARAM_ERROR' },
    })
  })

  it('does so in combined orders and refunds, too', async () => {
    const { mchid, appid } = doctor.world
    const combined = {
      combine_appid: appid,
      combine_mchid: mchid,
      combine_out_trade_no: 'hostile-0001',
      notify_url: 'https://shop.example/notify/wechat',
      sub_orders: [{ description: object, amount: { total_amount: object } }],
    }
    expect((await doctor.world.merchant.post('/v3/combine-transactions/jsapi', combined)).status).toBe(400)
    const number = await doctor.world.order()
    await doctor.world.wechat.pay(mchid, number)
    const refund = { out_trade_no: number, out_refund_no: 'hostile-r1', amount: { refund: object, total: object } }
    expect((await doctor.world.merchant.post('/v3/refund/domestic/refunds', refund)).status).toBe(400)
  })

  it('answers a pay call of such objects', async () => {
    const answer = await fetch(`${doctor.world.wechat.url}/client/cashier`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ appid: object, timeStamp: object, nonceStr: object, package: object, paySign: object }),
    })
    expect(answer.status).toBeLessThan(500)
    expect((await doctor.newest())?.message ?? '').not.toContain('bug')
  })
})

import { createHmac } from 'node:crypto'
import { createMiniProgram } from './mini-program'
import type { Parts } from './nasty'
import type { WechatWorld } from './wechat-world'

/** By route: a request that is right in everything, made when it is asked for; what it needs is there by then. */
export type RightRequests = Readonly<Record<string, () => Parts | Promise<Parts>>>

const h5 = { payer_client_ip: '203.0.113.13', device_id: 'till-0001', h5_info: { type: 'Wap' } }

/** @param sub a sub merchant that the merchant of the world serves */
export function createRightRequests(world: WechatWorld, sub: { mchid: string; appid: string }): RightRequests {
  const { mchid, appid, openid, newNumber } = world
  const shop = createMiniProgram(world)
  const notify_url = 'https://shop.example/notify'

  const ordered = (): Promise<string> => world.order()
  async function paid(): Promise<string> {
    const number = await ordered()
    await world.wechat.pay(mchid, number)
    await world.wechat.settled()
    return number
  }
  /** The payment of an order whose money is frozen, and settled by now. */
  async function shared(): Promise<string> {
    const number = await world.order(undefined, { settle_info: { profit_sharing: true } })
    const { transaction_id } = (await world.wechat.pay(mchid, number))!
    await world.wechat.advance(60)
    return transaction_id
  }
  const query = async (number: string): Promise<Record<string, unknown>> => (await world.query(number)).json
  async function refunded(outcome?: string): Promise<Record<string, string>> {
    const out_refund_no = newNumber()
    const body = { out_trade_no: await paid(), out_refund_no, amount: { refund: 1, total: 8800, currency: 'CNY' } }
    const { json } = await world.merchant.post('/v3/refund/domestic/refunds', body)
    if (outcome !== undefined)
      await world.control('POST', `/control/refunds/${mchid}/${out_refund_no}/finish`, { outcome })
    await world.wechat.settled()
    return { out_refund_no, refund_id: String(json['refund_id']), out_trade_no: body.out_trade_no }
  }

  const direct = (over: object = {}) => ({ body: { ...world.jsapiOrder(newNumber()), payer: undefined, ...over } })
  const common = (): object => ({
    description: '茶',
    out_trade_no: newNumber(),
    notify_url,
    amount: { total: 1, currency: 'CNY' },
  })
  const partner = (over: object = {}) => ({
    body: { sp_appid: appid, sp_mchid: mchid, sub_mchid: sub.mchid, sub_appid: sub.appid, ...common(), ...over },
  })
  const part = (): object => ({
    mchid,
    out_trade_no: newNumber(),
    description: 'x',
    attach: 'a',
    amount: { total_amount: 1, currency: 'CNY' },
  })
  const combined = (over: object = {}) => ({
    body: {
      combine_appid: appid,
      combine_mchid: mchid,
      combine_out_trade_no: newNumber(),
      sub_orders: [part(), part()],
      notify_url,
      ...over,
    },
  })
  async function placed(path: string, { body }: { body: object }): Promise<Record<string, unknown>> {
    const answer = await world.merchant.post(path, body)
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`)
    return body as Record<string, unknown>
  }
  const partnerNative = () => placed('/v3/pay/partner/transactions/native', partner())
  const combinedJsapi = () => placed('/v3/combine-transactions/jsapi', combined({ combine_payer_info: { openid } }))
  const asPartner = { sp_mchid: mchid, sub_mchid: sub.mchid }
  const subKeys = (order: Record<string, unknown>): unknown =>
    (order['sub_orders'] as { out_trade_no: string }[]).map(({ out_trade_no }) => ({ mchid, out_trade_no }))

  const v2Order = (over: Readonly<Record<string, string>>) => ({
    body: {
      body: '茶',
      out_trade_no: newNumber(),
      total_fee: '1',
      spbill_create_ip: '203.0.113.13',
      notify_url,
      ...over,
    },
  })
  /** Today in Beijing: what is paid next is in the bill of this day. */
  const billDay = new Date(world.wechat.now() + 8 * 3_600_000).toISOString().slice(0, 10)

  const token = async () => ({ access_token: await shop.token() })
  /** A paid order that the shipping service knows. */
  async function sold(): Promise<string> {
    const number = await paid()
    await world.wechat.advance(60)
    return number
  }
  const parcel = (order_key: object): Record<string, unknown> => ({
    order_key,
    logistics_type: 1,
    delivery_mode: 1,
    shipping_list: [{ tracking_no: 'YT1', express_company: 'YTO', item_desc: '茶' }],
  })
  const byNumber = (out_trade_no: unknown): object => ({ order_number_type: 1, mchid, out_trade_no })
  const upload_time = '2030-11-20T12:00:00.000+08:00'

  return {
    'GET /v3/certificates': () => ({ query: { algorithm_type: 'RSA' } }),
    'POST /v3/pay/transactions/jsapi': () => direct({ payer: { openid } }),
    'POST /v3/pay/transactions/h5': () => direct({ scene_info: h5 }),
    'POST /v3/pay/transactions/native': () => direct({ detail: { goods_detail: [], cost_price: 1 }, limit_pay: [] }),
    'POST /v3/pay/transactions/app': () => direct({ attach: 'a', goods_tag: 'b', time_expire: upload_time }),
    'GET /v3/pay/transactions/out-trade-no/:outTradeNo': async () => ({
      params: { outTradeNo: await ordered() },
      query: { mchid },
    }),
    'GET /v3/pay/transactions/id/:transactionId': async () => ({
      params: { transactionId: String((await query(await paid()))['transaction_id']) },
      query: { mchid },
    }),
    'POST /v3/pay/transactions/out-trade-no/:outTradeNo/close': async () => ({
      params: { outTradeNo: await ordered() },
      body: { mchid },
    }),
    'POST /v3/pay/partner/transactions/jsapi': () => partner({ payer: { sp_openid: openid } }),
    'POST /v3/pay/partner/transactions/h5': () => partner({ scene_info: h5 }),
    'POST /v3/pay/partner/transactions/native': () => partner({ settle_info: { profit_sharing: false } }),
    'POST /v3/pay/partner/transactions/app': () => partner(),
    'GET /v3/pay/partner/transactions/out-trade-no/:outTradeNo': async () => ({
      params: { outTradeNo: String((await partnerNative())['out_trade_no']) },
      query: asPartner,
    }),
    'GET /v3/pay/partner/transactions/id/:transactionId': async () => {
      const number = String((await partnerNative())['out_trade_no'])
      const { transaction_id } = (await world.wechat.pay(mchid, number))!
      await world.wechat.settled()
      return { params: { transactionId: transaction_id }, query: asPartner }
    },
    'POST /v3/pay/partner/transactions/out-trade-no/:outTradeNo/close': async () => ({
      params: { outTradeNo: String((await partnerNative())['out_trade_no']) },
      body: asPartner,
    }),
    'POST /v3/combine-transactions/jsapi': () => combined({ combine_payer_info: { openid } }),
    'POST /v3/combine-transactions/h5': () => combined({ scene_info: h5 }),
    'POST /v3/combine-transactions/native': () => combined(),
    'POST /v3/combine-transactions/app': () => combined({ time_expire: upload_time }),
    'GET /v3/combine-transactions/out-trade-no/:outTradeNo': async () => ({
      params: { outTradeNo: String((await combinedJsapi())['combine_out_trade_no']) },
    }),
    'POST /v3/combine-transactions/out-trade-no/:outTradeNo/close': async () => {
      const order = await combinedJsapi()
      const params = { outTradeNo: String(order['combine_out_trade_no']) }
      return { params, body: { combine_appid: appid, sub_orders: subKeys(order) } }
    },
    'POST /v3/refund/domestic/refunds': async () => ({
      body: {
        out_trade_no: await paid(),
        out_refund_no: newNumber(),
        reason: 'r',
        notify_url,
        amount: { refund: 1, total: 8800, currency: 'CNY', from: [{ account: 'AVAILABLE', amount: 1 }] },
        goods_detail: [{ merchant_goods_id: 'a', unit_price: 1, refund_amount: 1, refund_quantity: 1 }],
      },
    }),
    'GET /v3/refund/domestic/refunds/:outRefundNo': async () => ({
      params: { outRefundNo: (await refunded())['out_refund_no']! },
    }),
    'POST /v3/refund/domestic/refunds/:refundId/apply-abnormal-refund': async () => {
      const { refund_id = '', out_refund_no } = await refunded('ABNORMAL')
      return { params: { refundId: refund_id }, body: { out_refund_no, type: 'MERCHANT_BANK_CARD' } }
    },
    'GET /v3/bill/tradebill': () => ({ query: { bill_date: billDay, bill_type: 'ALL' } }),
    'GET /v3/bill/fundflowbill': () => ({ query: { bill_date: billDay, account_type: 'BASIC', tar_type: 'GZIP' } }),
    'GET /v3/billdownload/file': async () => {
      const { json } = await world.merchant.get(`/v3/bill/tradebill?bill_date=${billDay}`)
      return { query: { token: new URL(String(json['download_url'])).searchParams.get('token') ?? '' } }
    },

    'POST /v3/security/echo': () => ({ body: { echo_message: 'x', notify_url } }),
    'GET /v3/profitsharing/transactions/:transactionId/amounts': async () => ({
      params: { transactionId: await shared() },
    }),
    'POST /v3/profitsharing/orders/unfreeze': async () => ({
      body: { transaction_id: await shared(), out_order_no: newNumber(), description: '解冻' },
    }),
    'GET /v3/profitsharing/orders/:outOrderNo': async () => {
      const body = { transaction_id: await shared(), out_order_no: newNumber(), description: '解冻' }
      await world.merchant.post('/v3/profitsharing/orders/unfreeze', body)
      return { params: { outOrderNo: body.out_order_no }, query: { transaction_id: body.transaction_id } }
    },

    'POST /pay/unifiedorder': () =>
      v2Order({ trade_type: 'JSAPI', openid, attach: 'a', time_expire: '20300101000000' }),
    'POST /pay/orderquery': async () => ({ body: { out_trade_no: await paid() } }),
    'POST /pay/closeorder': async () => {
      const out_trade_no = await ordered()
      await world.wechat.advance(301)
      return { body: { out_trade_no } }
    },
    'POST /secapi/pay/refund': async () => ({
      body: {
        out_trade_no: await paid(),
        out_refund_no: newNumber(),
        total_fee: '8800',
        refund_fee: '1',
        refund_desc: 'r',
      },
    }),
    'POST /pay/refundquery': async () => ({ body: { ...(await refunded()), offset: '0' } }),
    'POST /pay/downloadbill': () => ({ body: { bill_date: billDay.replaceAll('-', ''), bill_type: 'ALL' } }),

    'GET /sns/jscode2session': async () => ({
      query: { ...shop.credentials, js_code: await shop.login(), grant_type: 'authorization_code' },
    }),
    'GET /cgi-bin/token': () => ({ query: { ...shop.credentials, grant_type: 'client_credential' } }),
    'POST /cgi-bin/stable_token': () => ({
      body: { ...shop.credentials, grant_type: 'client_credential', force_refresh: false },
    }),
    'GET /wxa/checksession': async () => {
      const { json } = await shop.exchange(await shop.login())
      const signature = createHmac('sha256', String(json['session_key'])).update('').digest('hex')
      return { query: { ...(await token()), openid, signature, sig_method: 'hmac_sha256' } }
    },
    'POST /wxa/business/getuserphonenumber': async () => ({
      query: await token(),
      body: { code: await shop.phoneCode() },
    }),
    'POST /wxa/sec/order/upload_shipping_info': async () => {
      const number = await sold()
      return { query: await token(), body: { ...parcel(byNumber(number)), upload_time, payer: { openid } } }
    },
    'POST /wxa/sec/order/upload_combined_shipping_info': async () => {
      const order = await combinedJsapi()
      await world.wechat.pay(mchid, String(order['combine_out_trade_no']))
      await world.wechat.advance(60)
      const sub_orders = (subKeys(order) as { out_trade_no: string }[]).map((key) => parcel(byNumber(key.out_trade_no)))
      const order_key = byNumber(order['combine_out_trade_no'])
      return { query: await token(), body: { order_key, sub_orders, upload_time, payer: { openid } } }
    },
    'POST /wxa/sec/order/is_trade_managed': async () => ({ query: await token(), body: { appid } }),
    'POST /cgi-bin/express/delivery/open_msg/get_delivery_list': async () => ({ query: await token(), body: {} }),
  }
}

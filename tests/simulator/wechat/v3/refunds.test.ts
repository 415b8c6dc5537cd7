import { createMerchantClient, type Answer } from '../../support/merchant-client'
import { openNotice } from '../../support/open-notice'
import { createWechatWorld, type WechatWorld } from '../../support/wechat-world'

const refunds = '/v3/refund/domestic/refunds'
const yearSec = 365 * 24 * 3600
let numbers = 0
const newRefundNo = (): string => `refund-${(numbers += 1)}@${'x'.repeat(8)}`

/** A paid order of 88 yuan. */
async function paidOrder(world: WechatWorld, over: object = {}): Promise<string> {
  const number = await world.order(world.newNumber(), over)
  await world.wechat.pay(world.mchid, number)
  await world.wechat.settled()
  return number
}

const amount = (refund: number, total = 8800): object => ({ refund, total, currency: 'CNY' })

/** The last that the merchant was told. */
const lastNotice = (world: WechatWorld) =>
  openNotice(world.receiver.received.at(-1)!, world.wechat.merchants[0]!.apiV3Key)

describe('refunds', () => {
  let world: WechatWorld
  beforeAll(async () => {
    world = await createWechatWorld({ refundTakesMs: 60_000 })
  })
  afterAll(() => world.stop())

  const refund = (body: object): Promise<Answer> => world.merchant.post(refunds, body)
  const query = (number: string): Promise<Answer> => world.merchant.get(`${refunds}/${number}`)
  const ask = (out_trade_no: string, over: object = {}): object => ({
    out_trade_no,
    out_refund_no: newRefundNo(),
    amount: amount(3000),
    notify_url: 'https://shop.example/notify/refund',
    ...over,
  })

  it('is accepted first and succeeds later: the whole answer, the query, and the notification', async () => {
    const out_trade_no = await paidOrder(world)
    const { transaction_id } = (await world.query(out_trade_no)).json
    const out_refund_no = newRefundNo()
    const asked = { out_trade_no, out_refund_no, reason: '缺货', amount: amount(3000) }
    const accepted = await refund({ ...asked, notify_url: 'https://shop.example/notify/refund' })
    expect(accepted.status).toBe(200)
    const processing = {
      amount: {
        currency: 'CNY',
        discount_refund: 0,
        from: [],
        payer_refund: 3000,
        payer_total: 8800,
        refund: 3000,
        refund_fee: 0,
        settlement_refund: 3000,
        settlement_total: 8800,
        total: 8800,
      },
      channel: 'ORIGINAL',
      create_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\+08:00$/),
      funds_account: 'UNSETTLED',
      out_refund_no,
      out_trade_no,
      promotion_detail: [],
      refund_id: expect.stringMatching(/^503\d{26}$/),
      status: 'PROCESSING',
      transaction_id,
      user_received_account: '支付用户零钱',
    }
    expect(accepted.json).toEqual(processing)
    expect((await query(out_refund_no)).json).toEqual(accepted.json)
    expect((await world.query(out_trade_no)).json).toMatchObject({
      trade_state: 'REFUND',
      trade_state_desc: '订单发生过退款',
    })

    await world.wechat.advance(60)
    const done = (await query(out_refund_no)).json
    expect(done).toEqual({ ...accepted.json, status: 'SUCCESS', success_time: expect.stringMatching(/\+08:00$/) })
    const received = world.receiver.received.at(-1)!
    expect(received.url).toBe('/notify/refund')
    expect(JSON.parse(received.body.toString())).toMatchObject({
      summary: '退款成功',
      resource_type: 'encrypt-resource',
      resource: { original_type: 'refund', associated_data: 'refund', algorithm: 'AEAD_AES_256_GCM' },
    })
    expect(lastNotice(world)).toEqual({
      event_type: 'REFUND.SUCCESS',
      says: {
        amount: { payer_refund: 3000, payer_total: 8800, refund: 3000, total: 8800 },
        mchid: world.mchid,
        out_refund_no,
        out_trade_no,
        refund_id: done['refund_id'],
        refund_status: 'SUCCESS',
        success_time: done['success_time'],
        transaction_id,
        user_received_account: '支付用户零钱',
      },
    })
  })

  it('is not done a second before its time', async () => {
    const body = ask(await paidOrder(world)) as { out_refund_no: string }
    await world.control('POST', '/control/clock/stop', {})
    await refund(body)
    await world.wechat.advance(59)
    expect((await query(body.out_refund_no)).json).toMatchObject({ status: 'PROCESSING' })
    await world.wechat.advance(1)
    expect((await query(body.out_refund_no)).json).toMatchObject({ status: 'SUCCESS' })
    await world.control('POST', '/control/clock/run', {})
  })

  it('is the same refund under the same number: by either name of the trade, and once only', async () => {
    const out_trade_no = await paidOrder(world)
    const { transaction_id } = (await world.query(out_trade_no)).json
    const body = ask(out_trade_no) as { out_refund_no: string }
    const [first, again] = await Promise.all([refund(body), refund(body)])
    expect(again.json).toEqual(first.json)
    const byTransaction = await refund({ ...body, out_trade_no: undefined, transaction_id })
    expect(byTransaction.json).toEqual(first.json)
    expect((await refund({ ...body, transaction_id })).json).toEqual(first.json)
    const { json } = await world.control('GET', `/control/trades/${world.mchid}/${out_trade_no}`)
    expect(json['refunds']).toHaveLength(1)
  })

  it.each([
    ['another amount', { amount: amount(3001) }],
    ['another reason', { reason: 'changed' }],
    ['another account', { funds_account: 'AVAILABLE' }],
    [
      'other goods',
      { goods_detail: [{ merchant_goods_id: 'a', unit_price: 1, refund_amount: 1, refund_quantity: 1 }] },
    ],
  ])('refuses the same number with %s, and changes nothing', async (_case, over) => {
    const body = ask(await paidOrder(world)) as { out_refund_no: string }
    const first = await refund(body)
    expect(await refund({ ...body, ...over })).toMatchObject({
      status: 400,
      json: { code: 'INVALID_REQUEST', message: '订单金额或退款金额与之前请求不一致，请核实后再试' },
    })
    expect((await query(body.out_refund_no)).json).toEqual(first.json)
  })

  it('refuses the number of another trade’s refund', async () => {
    const body = ask(await paidOrder(world))
    await refund(body)
    expect(await refund({ ...body, out_trade_no: await paidOrder(world) })).toMatchObject({
      status: 400,
      json: { code: 'INVALID_REQUEST' },
    })
  })

  it('gives back all in parts, and not a fen more', async () => {
    const number = await paidOrder(world)
    expect((await refund(ask(number, { amount: amount(8000) }))).status).toBe(200)
    expect(await refund(ask(number, { amount: amount(801) }))).toMatchObject({
      status: 400,
      json: { code: 'INVALID_REQUEST', message: '申请退款金额大于订单可退金额' },
    })
    await world.wechat.advance(60)
    expect((await refund(ask(number, { amount: amount(800) }))).status).toBe(200)
    expect(await refund(ask(number, { amount: amount(1) }))).toMatchObject({
      status: 400,
      json: { code: 'INVALID_REQUEST', message: '订单已全额退款' },
    })
  })

  it('gives the money of two refunds that come at once only to the one that fits', async () => {
    const number = await paidOrder(world)
    const both = await Promise.all([
      refund(ask(number, { amount: amount(5000) })),
      refund(ask(number, { amount: amount(5000) })),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  it('takes fifty parts and refuses the next', async () => {
    const number = await paidOrder(world)
    for (let part = 1; part <= 50; part += 1) {
      expect((await refund(ask(number, { amount: amount(10) }))).status).toBe(200)
      await world.wechat.advance(60)
    }
    expect(await refund(ask(number, { amount: amount(10) }))).toMatchObject({
      status: 400,
      json: { code: 'INVALID_REQUEST', message: '部分退款次数超过限制' },
    })
  })

  it.each([
    ['another total', { amount: amount(3000, 8801) }, '订单金额或退款金额与之前请求不一致，请核实后再试'],
    ['more than the total', { amount: amount(8801) }, '申请退款金额大于订单可退金额'],
  ])('refuses %s', async (_case, over, message) => {
    const answer = await refund(ask(await paidOrder(world), over))
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST', message } })
  })

  it('answers 404 for an order that was not paid, is unknown, or whose two numbers differ', async () => {
    const unpaid = await world.order()
    const [one, other] = [await paidOrder(world), await paidOrder(world)]
    const { transaction_id } = (await world.query(one)).json
    for (const body of [ask(unpaid), ask('never-ordered'), ask(other, { transaction_id })])
      expect(await refund(body)).toMatchObject({ status: 404, json: { code: 'RESOURCE_NOT_EXISTS' } })
    expect((await refund(ask(one, { transaction_id }))).status).toBe(200)
  })

  it('answers 404 for a query of an unknown number, and for another merchant’s', async () => {
    expect(await query('never-refunded')).toMatchObject({
      status: 404,
      json: { code: 'RESOURCE_NOT_EXISTS', message: '退款单不存在' },
    })
    const body = ask(await paidOrder(world)) as { out_refund_no: string; out_trade_no: string }
    await refund(body)
    const { json } = await world.control('POST', '/control/merchants', { appids: [world.appid] })
    const stranger = createMerchantClient(world.wechat.url, {
      mchid: String(json['mchid']),
      serial: String(json['serial_no']),
      privateKey: String(json['private_key']),
    })
    expect((await stranger.get(`${refunds}/${body.out_refund_no}`)).status).toBe(404)
    expect((await stranger.post(refunds, { ...body, out_refund_no: newRefundNo() })).status).toBe(404)
    const { transaction_id } = (await world.query(body.out_trade_no)).json
    const byTransaction = { ...body, out_trade_no: undefined, transaction_id, out_refund_no: newRefundNo() }
    expect((await stranger.post(refunds, byTransaction)).status).toBe(404)
  })

  it.each([
    ['no number of a trade', { out_trade_no: undefined }, '/body/transaction_id'],
    ['no number of its own', { out_refund_no: undefined }, '/body/out_refund_no'],
    ['a number with a blank', { out_refund_no: 'a b' }, '/body/out_refund_no'],
    ['a number of 65 characters', { out_refund_no: 'r'.repeat(65) }, '/body/out_refund_no'],
    ['an amount as text', { amount: { refund: '1', total: 8800, currency: 'CNY' } }, '/body/amount/refund'],
    ['nothing to give back', { amount: amount(0) }, '/body/amount/refund'],
    ['no currency', { amount: { refund: 1, total: 8800 } }, '/body/amount/currency'],
    ['dollars', { amount: { refund: 1, total: 8800, currency: 'USD' } }, '/body/amount/currency'],
    ['a reason of 81 characters', { reason: '退'.repeat(81) }, '/body/reason'],
    ['an address with a query', { notify_url: 'https://shop.example/r?a=1' }, '/body/notify_url'],
    ['an unknown account', { funds_account: 'BASIC' }, '/body/funds_account'],
    ['goods without a number', { goods_detail: [{ unit_price: 1 }] }, '/body/goods_detail/0/merchant_goods_id'],
  ])('refuses %s', async (_case, over, path) => {
    const answer = await refund(ask(await paidOrder(world), over))
    expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
    expect(answer.json['message']).toContain(path)
  })

  it('takes every field that the table names, and refuses one that it does not', async () => {
    const full = {
      amount: { ...amount(3000), from: [{ account: 'AVAILABLE', amount: 3000 }] },
      reason: '退'.repeat(26),
      funds_account: 'AVAILABLE',
      goods_detail: [
        {
          merchant_goods_id: 'tea-1',
          wechatpay_goods_id: '1001',
          goods_name: '龙井',
          unit_price: 3000,
          refund_amount: 3000,
          refund_quantity: 1,
        },
      ],
    }
    const number = await paidOrder(world)
    expect((await refund(ask(number, { ...full, surprise: 1 }))).json).toMatchObject({
      code: 'PARAM_ERROR',
      message: '请求中含有未在API文档中定义的参数',
    })
    const short = { ...full, amount: { ...amount(3000), from: [{ account: 'AVAILABLE', amount: 2999 }] } }
    expect((await refund(ask(number, short))).json).toMatchObject({ code: 'PARAM_ERROR' })
    expect((await refund(ask(number, full))).json).toMatchObject({
      funds_account: 'AVAILABLE',
      amount: { from: [{ account: 'AVAILABLE', amount: 3000 }] },
    })
  })

  it('goes back to the card that paid', async () => {
    const number = await world.order()
    await world.control('POST', `/control/trades/${world.mchid}/${number}/pay`, { bank_type: 'CMB_CREDIT' })
    expect((await refund(ask(number))).json).toMatchObject({ user_received_account: '招商银行信用卡0403' })
  })

  it('is shown by the control API: the list, one, and in the story of its trade', async () => {
    const body = ask(await paidOrder(world)) as { out_refund_no: string; out_trade_no: string }
    await refund(body)
    const list = await world.control('GET', '/control/refunds?limit=1')
    expect(list.json['refunds']).toMatchObject([{ out_refund_no: body.out_refund_no, status: 'PROCESSING' }])
    expect(list.json['next']).toEqual(expect.any(Number))
    const one = await world.control('GET', `/control/refunds/${world.mchid}/${encodeURIComponent(body.out_refund_no)}`)
    expect(one.json).toMatchObject({ outcome: 'SUCCESS', notify_url: 'https://shop.example/notify/refund' })
    await world.wechat.advance(60)
    const story = await world.control('GET', `/control/trades/${world.mchid}/${body.out_trade_no}/timeline`)
    const events = (story.json['journal'] as { type: string }[]).map(({ type }) => type)
    expect(events.filter((type) => type.startsWith('refund-'))).toEqual(['refund-created', 'refund-settled'])
    expect(story.json['notices']).toMatchObject([
      { event_type: 'TRANSACTION.SUCCESS' },
      { event_type: 'REFUND.SUCCESS' },
    ])
    expect((await world.control('GET', `/control/refunds/${world.mchid}/never`)).status).toBe(404)
  })

  it('ends at the developer’s word, now, as he likes; once only', async () => {
    const body = ask(await paidOrder(world)) as { out_refund_no: string }
    await refund(body)
    const finish = (outcome?: string): Promise<Answer> =>
      world.control('POST', `/control/refunds/${world.mchid}/${encodeURIComponent(body.out_refund_no)}/finish`, {
        outcome,
      })
    expect(await finish('LOST')).toMatchObject({ status: 400, json: { code: 'OUTCOME_UNKNOWN' } })
    expect((await finish('CLOSED')).json).toMatchObject({ status: 'CLOSED', due_at: null })
    await world.wechat.settled()
    const told = lastNotice(world)
    expect(told).toMatchObject({ event_type: 'REFUND.CLOSED', says: { refund_status: 'CLOSED' } })
    expect(told.says).not.toHaveProperty('success_time')
    expect(await finish()).toMatchObject({ status: 409, json: { code: 'NOT_OPEN' } })
    // What was closed can be asked for again, under another number.
    expect((await refund({ ...body, out_refund_no: newRefundNo(), amount: amount(8800) })).status).toBe(200)
  })

  it.each([
    ['refund-not-enough', 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起'],
    ['refund-payer-abnormal', 'USER_ACCOUNT_ABNORMAL', '用户账户异常或已注销'],
  ])('is refused where the developer asks for %s, and taken the next time', async (fault, code, message) => {
    const body = ask(await paidOrder(world))
    await world.control('PUT', `/control/faults/${fault}`, { on: true, times: 1 })
    expect(await refund(body)).toMatchObject({ status: 403, json: { code, message } })
    expect(await refund(body)).toMatchObject({ status: 200, json: { status: 'PROCESSING' } })
  })

  it('ends as the trade’s own switch says, and as its amount says', async () => {
    const one = ask(await paidOrder(world)) as { out_refund_no: string; out_trade_no: string }
    const fault = { on: true, times: 1, mchid: world.mchid, out_trade_no: one.out_trade_no }
    await world.control('PUT', '/control/faults/refund-closed', fault)
    const magic = { amount: { total: 666_661, currency: 'CNY' } }
    const other = ask(await paidOrder(world, magic), { amount: amount(1, 666_661) }) as { out_refund_no: string }
    await refund(one)
    await refund(other)
    await world.wechat.advance(60)
    expect((await query(one.out_refund_no)).json).toMatchObject({ status: 'CLOSED' })
    expect((await query(other.out_refund_no)).json).toMatchObject({ status: 'ABNORMAL' })
  })

  it('is accepted until a year after the payment', async () => {
    const late = await createWechatWorld({ refundTakesMs: 60_000 })
    try {
      await late.control('POST', '/control/clock/stop', {})
      const number = await paidOrder(late)
      await late.wechat.advance(yearSec)
      expect((await late.merchant.post(refunds, ask(number))).status).toBe(200)
      await late.wechat.advance(1)
      expect(await late.merchant.post(refunds, ask(number))).toMatchObject({
        status: 400,
        json: { code: 'INVALID_REQUEST', message: '订单已超过退款期限' },
      })
    } finally {
      await late.stop()
    }
  })
})

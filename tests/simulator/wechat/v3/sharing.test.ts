import { createSharedIdentities } from '../../support/shared-identities'
import type { Answer } from '../../support/merchant-client'
import { createWechatWorld, v3, type WechatWorld } from '../../support/wechat-world'

describe('profit sharing', () => {
  let world: WechatWorld
  let shared: Awaited<ReturnType<typeof createSharedIdentities>>
  beforeAll(async () => {
    shared = await createSharedIdentities()
  })
  beforeEach(async () => {
    world = await createWechatWorld({ ...shared })
  })
  afterEach(() => world.stop())

  async function pay(over: object = { settle_info: { profit_sharing: true } }) {
    const out_trade_no = await world.order(undefined, over)
    const { transaction_id } = (await world.wechat.pay(world.mchid, out_trade_no))!
    return { out_trade_no, transaction_id }
  }
  const frozen = (transactionId: string): Promise<Answer> =>
    world.merchant.get(`/v3/profitsharing/transactions/${transactionId}/amounts`)
  const unfreeze = (transaction_id: string, out_order_no = 'unfreeze-1'): Promise<Answer> =>
    world.merchant.post('/v3/profitsharing/orders/unfreeze', { transaction_id, out_order_no, description: '解冻' })
  const refund = (out_trade_no: string, amount: number) =>
    world.merchant.post('/v3/refund/domestic/refunds', {
      out_trade_no,
      out_refund_no: `${out_trade_no}-r${amount}`,
      amount: { refund: amount, total: 8800, currency: 'CNY' },
    })

  it('freezes the money of an order with the flag, less the fee, until it is unfrozen', async () => {
    const { transaction_id } = await pay()
    expect(await frozen(transaction_id)).toMatchObject({ status: 200, json: { transaction_id, unsplit_amount: 8747 } })
    await world.wechat.advance(60)
    const answer = await unfreeze(transaction_id)
    expect(answer).toMatchObject({
      status: 200,
      json: { transaction_id, out_order_no: 'unfreeze-1', state: 'PROCESSING', receivers: [{ amount: 8747 }] },
    })
    expect((await frozen(transaction_id)).json).toMatchObject({ unsplit_amount: 0 })
    await world.wechat.advance(1)
    const asked = `/v3/profitsharing/orders/unfreeze-1?transaction_id=${transaction_id}`
    expect((await world.merchant.get(asked)).json).toEqual({
      ...answer.json,
      state: 'FINISHED',
      receivers: [{ ...(answer.json['receivers'] as object[])[0], result: 'SUCCESS' }],
    })
  })

  it('lets the money go by itself after thirty days', async () => {
    const { transaction_id } = await pay()
    await world.wechat.advance(30 * 86_400)
    expect((await frozen(transaction_id)).json).toMatchObject({ unsplit_amount: 0 })
    expect(await unfreeze(transaction_id)).toMatchObject({
      status: 403,
      json: { code: 'NOT_ENOUGH', message: '分账金额为0' },
    })
  })

  it('takes a refund from the frozen money', async () => {
    const { out_trade_no, transaction_id } = await pay()
    expect((await refund(out_trade_no, 800)).status).toBe(200)
    expect((await frozen(transaction_id)).json).toMatchObject({ unsplit_amount: 8000 - 48 })
    await world.wechat.advance(60)
    await unfreeze(transaction_id)
    // From then on it comes out of the account.
    expect((await refund(out_trade_no, 8000)).status).toBe(200)
  })

  it('answers a number that was used, and frees nothing', async () => {
    const first = await pay()
    const second = await pay()
    await world.wechat.advance(60)
    const freed = (await unfreeze(first.transaction_id)).json
    expect((await unfreeze(second.transaction_id)).json).toMatchObject({ order_id: freed['order_id'] })
    expect((await frozen(second.transaction_id)).json).toMatchObject({ unsplit_amount: 8747 })
  })

  it('refuses an order without the flag, in other words for each question', async () => {
    const { transaction_id } = await pay({})
    const refused = (message: string) => ({ status: 400, json: { code: 'INVALID_REQUEST', message } })
    expect(await frozen(transaction_id)).toMatchObject(refused('非分账订单不支持此查询'))
    expect(await unfreeze(transaction_id)).toMatchObject(refused('非分账订单不支持解冻剩余资金'))
  })

  it('refuses to unfreeze within the first minute', async () => {
    const { transaction_id } = await pay()
    await world.wechat.advance(50)
    expect(await unfreeze(transaction_id)).toMatchObject({
      status: 400,
      json: { code: 'INVALID_REQUEST', message: '订单处理中，请稍后重试' },
    })
  })

  it('knows no other payment and no other unfreezing', async () => {
    const unknown = { status: 404, json: { code: 'RESOURCE_NOT_EXISTS', message: '记录不存在' } }
    expect(await frozen('4200000000202611280000000000')).toMatchObject(unknown)
    const asked = '/v3/profitsharing/orders/never?transaction_id=4200000000202611280000000000'
    expect(await world.merchant.get(asked)).toMatchObject(unknown)
  })

  it.each([
    ['POST', '/v3/profitsharing/orders'],
    ['POST', '/v3/profitsharing/receivers/add'],
    ['POST', '/v3/profitsharing/return-orders'],
    ['GET', '/v3/profitsharing/merchant-configs/1900000110'],
  ])('shares nothing: %s %s is refused for want of permission', async (method, target) => {
    const answer = await world.merchant.send(method, target, method === 'GET' ? '' : {})
    expect(answer).toMatchObject({ status: 403, json: { code: 'NO_AUTH' } })
    expect(answer.headers.get('wechatpay-signature')).not.toBeNull()
  })

  it('still asks who it is first', async () => {
    expect((await world.merchant.post('/v3/profitsharing/orders', {}, { authorization: null })).status).toBe(401)
    expect((await world.merchant.get(v3.certificates)).status).toBe(200)
  })
})

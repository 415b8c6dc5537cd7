import { both, garden, kiln, payInWallet, type Told, type Trade } from './support/combined'
import { openTestStack, type TestStack } from './support/test-stack'

const address = {
  name: '林知夏',
  phone: '13812346621',
  province: '浙江省',
  city: '杭州市',
  district: '',
  detail: '1 号',
}

let stack: TestStack
beforeEach(async () => (stack = await openTestStack({ sellers: [garden, kiln] })))
afterEach(() => stack.close())

const trades = async () => (await stack.control<{ trades: readonly Trade[] }>('/control/trades')).trades
const told = (orderNo: string) => stack.shop.operator<Told>(`/operator/orders/${orderNo}`)

describe('shipping of a combined order', () => {
  it('is told to WeChat for both parts at once', async () => {
    const token = await stack.login('weapp')
    const { body } = await stack.shop.order(token, { items: both, delivery: { kind: 'express', address } })
    await payInWallet(stack, body)
    const { orderNo } = body.order
    await stack.advance(61)
    await stack.shop.operate(`/operator/orders/${orderNo}/ship`, { carrier: 'SF', trackingNo: 'SF1234567890' })
    await stack.merchant.sweep()
    expect((await told(orderNo)).jobs).toMatchObject([{ kind: 'deliver', status: 'done', note: null }])
    const shipped = (number: string) =>
      stack.control<{ shipping?: { state: string } }>(`/control/trades/${stack.mchid}/${number}`)
    for (const { out_trade_no } of (await trades()).filter(({ kind }) => kind === 'sub')) {
      expect(await shipped(out_trade_no)).toMatchObject({ shipping: { state: 'shipped' } })
    }
  })

  it('leaves out what a seller has given back whole', async () => {
    const token = await stack.login('weapp')
    const { body } = await stack.shop.order(token, { items: both, delivery: { kind: 'pickup' } })
    await payInWallet(stack, body)
    const { orderNo } = body.order
    await stack.shop.operate(`/operator/orders/${orderNo}/refunds`, {
      reason: '缺货',
      items: [{ goodsId: 'cup', quantity: 1 }],
    })
    await stack.merchant.sweep()
    await stack.advance(61)
    await stack.wechat.settled()
    await stack.merchant.sweep()
    expect((await told(orderNo)).parts.map(({ refundedFen }) => refundedFen)).toEqual([0, 5600])
    expect((await told(orderNo)).jobs.find(({ kind }) => kind === 'deliver')).toMatchObject({ status: 'done' })
    expect(await stack.shop.detail(token, orderNo)).toMatchObject({ status: 'paid', fulfilment: 'shipped' })
  })
})

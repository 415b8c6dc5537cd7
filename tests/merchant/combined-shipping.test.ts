import { both, garden, kiln, payInWallet, type Told, type Trade } from './support/combined'
import { openLoop, type Loop } from './support/loop'

const address = {
  name: '林知夏',
  phone: '13812346621',
  province: '浙江省',
  city: '杭州市',
  district: '',
  detail: '1 号',
}

let loop: Loop
beforeEach(async () => (loop = await openLoop({ sellers: [garden, kiln] })))
afterEach(() => loop.close())

const trades = async () => (await loop.control<{ trades: readonly Trade[] }>('/control/trades')).trades
const told = (orderNo: string) => loop.shop.operator<Told>(`/operator/orders/${orderNo}`)

describe('shipping of a combined order', () => {
  it('is told to WeChat for both parts at once', async () => {
    const token = await loop.login('weapp')
    const { body } = await loop.shop.order(token, { items: both, delivery: { kind: 'express', address } })
    await payInWallet(loop, body)
    const { orderNo } = body.order
    await loop.advance(61)
    await loop.shop.operate(`/operator/orders/${orderNo}/ship`, { carrier: 'SF', trackingNo: 'SF1234567890' })
    await loop.merchant.sweep()
    expect((await told(orderNo)).jobs).toMatchObject([{ kind: 'deliver', status: 'done', note: null }])
    const shipped = (number: string) =>
      loop.control<{ shipping?: { state: string } }>(`/control/trades/${loop.mchid}/${number}`)
    for (const { out_trade_no } of (await trades()).filter(({ kind }) => kind === 'sub')) {
      expect(await shipped(out_trade_no)).toMatchObject({ shipping: { state: 'shipped' } })
    }
  })

  it('leaves out what a seller has given back whole', async () => {
    const token = await loop.login('weapp')
    const { body } = await loop.shop.order(token, { items: both, delivery: { kind: 'pickup' } })
    await payInWallet(loop, body)
    const { orderNo } = body.order
    await loop.shop.operate(`/operator/orders/${orderNo}/refunds`, {
      reason: '缺货',
      items: [{ goodsId: 'cup', quantity: 1 }],
    })
    await loop.merchant.sweep()
    await loop.advance(61)
    await loop.wechat.settled()
    await loop.merchant.sweep()
    expect((await told(orderNo)).parts.map(({ refundedFen }) => refundedFen)).toEqual([0, 5600])
    expect((await told(orderNo)).jobs.find(({ kind }) => kind === 'deliver')).toMatchObject({ status: 'done' })
    expect(await loop.shop.detail(token, orderNo)).toMatchObject({ status: 'paid', fulfilment: 'shipped' })
  })
})

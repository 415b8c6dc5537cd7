import GoodsPage from '../../../../src/pages/goods'
import { ApiError } from '../../../../src/services/api-error'
import { createFakeApp, goodsOf, paidOrder } from '../fakes'
import { byId, hasId, openPage, tap, textOf } from './support'

describe('the goods page', () => {
  it('counts what is taken and goes to the checkout', async () => {
    const app = await openPage(GoodsPage)
    expect(hasId('goods-tea-minus')).toBe(false)
    await tap('cart-checkout')
    expect(app.navigation.toCheckout).not.toHaveBeenCalled()
    await tap('goods-tea-plus')
    await tap('goods-tea-plus')
    await tap('goods-card-plus')
    await tap('goods-tea-minus')
    expect(textOf('goods-tea-quantity')).toBe('1')
    expect(textOf('cart-total')).toBe('¥188.00')
    expect(document.body.textContent).toContain('已选 2 件')
    await tap('cart-checkout')
    expect(app.navigation.toCheckout).toHaveBeenCalledTimes(1)
  })

  it('does not go beyond the stock', async () => {
    await openPage(GoodsPage)
    for (let times = 0; times < 5; times += 1) await tap('goods-tea-plus')
    expect(textOf('goods-tea-quantity')).toBe('3')
  })

  it('says when an item is sold out', async () => {
    const app = createFakeApp()
    const { goods } = await app.client.goods()
    app.client.goods.mockResolvedValue(goodsOf(goods.map((one) => ({ ...one, stock: 0 }))))
    await openPage(GoodsPage, {}, app)
    expect(document.body.textContent).toContain('已售罄')
    expect(hasId('goods-tea-plus')).toBe(false)
  })

  it('says when nothing came, and tries again', async () => {
    const app = createFakeApp()
    app.client.goods.mockRejectedValueOnce(new ApiError('NETWORK', 'fail'))
    await openPage(GoodsPage, {}, app)
    expect(document.body.textContent).toContain('商品没有加载成功')
    await tap('retry')
    expect(byId('goods-tea-plus')).toBeDefined()
  })

  it('mentions an order that is still to be paid', async () => {
    const app = createFakeApp()
    app.purchases.save({ requestId: 'r', items: [], content: '', orderNo: 'SC261120-0007', payRequestId: null })
    const resumed = await openPage(GoodsPage, {}, createFakeApp(app.storage))
    await tap('open-order')
    expect(resumed.navigation.toCheckout).toHaveBeenCalledWith('SC261120-0007')
  })

  it('shows the result of an order that was paid before the app was killed', async () => {
    const app = createFakeApp()
    app.purchases.save({ requestId: 'r', items: [], content: '', orderNo: 'SC261120-0007', payRequestId: null })
    const resumed = createFakeApp(app.storage)
    resumed.client.order.mockResolvedValue(paidOrder())
    await openPage(GoodsPage, {}, resumed)
    expect(resumed.navigation.toResult.mock.calls).toEqual([['SC261120-0007']])
  })
})

import { act, screen } from '@testing-library/react'
import type { GoodsAnswer, OrderDetail, OrdersAnswer, Refund } from '../../../../src/contract/api'
import MePage from '../../../../src/packages/shop/me'
import OrderPage from '../../../../src/packages/shop/order'
import OrdersPage from '../../../../src/packages/shop/orders'
import CheckoutPage from '../../../../src/pages/checkout'
import GoodsPage from '../../../../src/pages/goods'
import { ApiError } from '../../../../src/services/api-error'
import { hidePage, showPage } from '../../../support/taro/taro'
import { createFakeApp, defer, goodsOf, orderOf, paidOrder, settled, tea } from '../fakes'
import { createShopApp, detailOf, meOf, pageOf, paidDetail } from '../shop-fakes'
import { byId, hasId, openPage, tap, textOf } from './support'

/** What pages show while they load, after a failure, and in rare states. */

const orderNo = 'SC261120-0007'
const path = `/api/orders/${orderNo}`
const slowWords = '网络较慢，仍在加载…'
const bodyText = (): string => document.body.textContent ?? ''
const lost = (): never => {
  throw new ApiError('NETWORK', 'lost')
}

const openOrder = (order: OrderDetail) =>
  openPage(OrderPage, { orderNo }, createShopApp({ [`GET ${path}`]: () => ({ order }) }))

describe('the goods page', () => {
  it('draws blocks at once, named for a screen reader, then says that it is slow, then shows the goods', async () => {
    const app = createFakeApp()
    const answer = defer<GoodsAnswer>()
    app.client.goods.mockReturnValue(answer.promise)
    await openPage(GoodsPage, {}, app)
    expect(screen.getByRole('status', { name: '正在加载商品' })).toBeDefined()
    expect(byId('cart-checkout').getAttribute('aria-disabled')).toBe('true')
    expect(bodyText()).not.toContain(slowWords)
    await act(() => app.clock.advance(3000))
    expect(bodyText()).toContain(slowWords)
    await act(async () => {
      answer.resolve(goodsOf([tea]))
      await settled()
    })
    expect(screen.queryByRole('status', { name: '正在加载商品' })).toBeNull()
    expect(bodyText()).not.toContain(slowWords)
    expect(hasId('goods-tea-plus')).toBe(true)
  })

  it('shows one kind of goods at a time, named as tabs', async () => {
    await openPage(GoodsPage)
    await tap('category-茶')
    expect(screen.getByRole('tab', { name: '茶' }).getAttribute('aria-selected')).toBe('true')
    expect([hasId('goods-tea-plus'), hasId('goods-card-plus')]).toEqual([true, false])
    await tap('category-all')
    expect(hasId('goods-card-plus')).toBe(true)
  })

  it('says when there is nothing on the shelf', async () => {
    const app = createFakeApp()
    app.client.goods.mockResolvedValue(goodsOf([]))
    await openPage(GoodsPage, {}, app)
    expect(bodyText()).toContain('这里还没有商品')
    expect(bodyText()).toContain('还没有选商品')
  })

  it('loads again on return when the first load died with the app in the background', async () => {
    const app = createFakeApp()
    const dying = defer<GoodsAnswer>()
    app.client.goods.mockReturnValueOnce(dying.promise)
    await openPage(GoodsPage, {}, app)
    act(hidePage)
    await act(async () => {
      dying.reject(new ApiError('NETWORK', 'request:fail interrupted'))
      await settled()
    })
    await act(async () => {
      showPage()
      await settled()
    })
    expect(app.client.goods).toHaveBeenCalledTimes(2)
    expect(hasId('goods-card-plus')).toBe(true)
    expect(hasId('retry')).toBe(false)
  })

  it('leads to the other two rooms', async () => {
    const app = await openPage(GoodsPage)
    await tap('tab-orders')
    await tap('tab-me')
    expect(app.navigation.toTab.mock.calls).toEqual([['orders'], ['me']])
  })
})

describe('the checkout page', () => {
  async function confirming() {
    const app = createFakeApp()
    await app.shelf.load()
    app.shelf.add('tea')
    await openPage(CheckoutPage, {}, app)
    await tap('pay')
    return app
  }

  it('says that it goes on automatically when the network is lost while it confirms', async () => {
    const app = await confirming()
    expect(bodyText()).toContain('请勿重复付款')
    act(() => app.setNetwork(false))
    expect(bodyText()).toContain('网络已断开，恢复后会自动核对支付结果')
    expect(screen.getByRole('dialog', { name: '正在确认支付结果' })).toBeDefined()
  })

  it('says after a while that it still asks, never that it failed', async () => {
    const app = await confirming()
    await act(() => app.clock.advance(120_000))
    expect(bodyText()).toContain('仍在与微信支付核对，结果会自动更新')
    expect(bodyText()).not.toContain('失败')
    await tap('see-order')
    expect(app.navigation.toResult).toHaveBeenCalledWith(orderNo)
  })

  it('offers nothing but the result of an order that is paid', async () => {
    const app = createFakeApp()
    app.client.order.mockResolvedValue(paidOrder())
    await openPage(CheckoutPage, { orderNo }, app)
    expect(['pay', 'continue-pay', 'retry', 'order-again'].filter(hasId)).toEqual([])
    expect(app.client.payOrder).not.toHaveBeenCalled()
    expect(app.pay).not.toHaveBeenCalled()
  })
})

describe('the page of orders', () => {
  it('draws blocks at once, named for a screen reader, and says when it is slow', async () => {
    const answer = defer<OrdersAnswer>()
    const app = createShopApp({ 'GET /api/orders': () => answer.promise })
    await openPage(OrdersPage, {}, app)
    expect(screen.getByRole('status', { name: '正在加载订单' })).toBeDefined()
    await act(() => app.clock.advance(3000))
    expect(bodyText()).toContain(slowWords)
    await act(async () => {
      answer.resolve(pageOf([orderOf()]))
      await settled()
    })
    expect(bodyText()).not.toContain(slowWords)
    expect(screen.queryByRole('status', { name: '正在加载订单' })).toBeNull()
  })

  it('says when nothing came, and tries again', async () => {
    let answer: () => unknown = lost
    await openPage(OrdersPage, {}, createShopApp({ 'GET /api/orders': () => answer() }))
    expect(screen.getByRole('alert').textContent).toContain('订单没有加载成功')
    answer = () => pageOf([orderOf()])
    await tap('retry')
    expect(hasId(`order-${orderNo}`)).toBe(true)
  })

  it('keeps its orders, and says that the newest could not be loaded', async () => {
    let answer: () => unknown = () => pageOf([orderOf()])
    await openPage(OrdersPage, {}, createShopApp({ 'GET /api/orders': () => answer() }))
    answer = lost
    await act(async () => {
      showPage()
      await settled()
    })
    expect(hasId(`order-${orderNo}`)).toBe(true)
    expect(bodyText()).toContain('订单没有加载成功')
  })

  it('says that older orders did not come, and can be asked for them again', async () => {
    let isGone = true
    const app = createShopApp({
      'GET /api/orders': ({ path: asked }) => {
        if (!asked.includes('cursor')) return pageOf([orderOf()], 'next')
        return isGone ? lost() : pageOf([orderOf({ orderNo: 'SC2' })])
      },
    })
    await openPage(OrdersPage, {}, app)
    await tap('more')
    expect(bodyText()).toContain('订单没有加载成功')
    isGone = false
    await tap('more')
    expect(hasId('order-SC2')).toBe(true)
    expect(bodyText()).not.toContain('订单没有加载成功')
  })

  it('has one word for each standing', async () => {
    const refund = { refundNo: 'RF1', status: 'requested', cause: 'asked', amountFen: 9600 } as const
    const orders = [
      orderOf({ orderNo: 'SC1', status: 'paid', fulfilment: 'preparing' }),
      orderOf({ orderNo: 'SC2', status: 'held' }),
      orderOf({ orderNo: 'SC3', status: 'paid', refund }),
      orderOf({ orderNo: 'SC4', status: 'refunding' }),
      orderOf({ orderNo: 'SC5', status: 'refunded' }),
    ]
    await openPage(OrdersPage, {}, createShopApp({ 'GET /api/orders': () => pageOf(orders) }))
    for (const [index, word] of ['备货中', '核对中', '退款申请中', '退款处理中', '已退款'].entries()) {
      expect(byId(`order-SC${index + 1}`).getAttribute('aria-label')).toBe(`订单，今天 14:30，${word}`)
    }
    expect(document.querySelectorAll('[id^=continue-]')).toHaveLength(0)
  })
})

describe('the page of an order', () => {
  it('draws a block at once, named for a screen reader, and says when it is slow', async () => {
    const answer = defer<{ order: OrderDetail }>()
    const app = createShopApp({ [`GET ${path}`]: () => answer.promise })
    await openPage(OrderPage, { orderNo }, app)
    expect(screen.getByRole('status', { name: '正在加载订单' })).toBeDefined()
    await act(() => app.clock.advance(3000))
    expect(bodyText()).toContain(slowWords)
    await act(async () => {
      answer.resolve({ order: paidDetail() })
      await settled()
    })
    expect(textOf('order-status')).toBe('备货中')
    expect(bodyText()).not.toContain(slowWords)
  })

  it('says that there is no such order, and leads on', async () => {
    const app = createShopApp({
      [`GET ${path}`]: () => {
        throw new ApiError('ORDER_NOT_FOUND', 'no')
      },
    })
    await openPage(OrderPage, { orderNo }, app)
    expect(screen.getByRole('alert').textContent).toContain('没有找到这笔订单')
    await tap('back-to-goods')
    expect(app.navigation.toTab).toHaveBeenCalledWith('goods')
  })

  it('says that the network is gone, and goes on automatically', async () => {
    let answer: () => unknown = lost
    const app = createShopApp({ [`GET ${path}`]: () => answer() })
    await openPage(OrderPage, { orderNo }, app)
    const banner = '网络已断开，恢复后会自动更新'
    expect(bodyText()).toContain(banner)
    answer = () => ({ order: paidDetail() })
    await act(() => app.clock.advance(8000))
    expect(textOf('order-status')).toBe('备货中')
    expect(bodyText()).not.toContain(banner)
  })

  it.each<[Partial<OrderDetail>, string, string]>([
    [{ status: 'closed' }, '订单已关闭', '未产生扣款'],
    [{ status: 'held' }, '已收到付款', '请联系客服'],
    [{ status: 'refunding' }, '退款处理中', '到账以微信账单为准'],
    [{ status: 'refunded', refundedFen: 9600 }, '已退款', '已原路退回'],
    [{ fulfilment: 'shipped' }, '待收货', '收到商品后请确认收货'],
    [{ fulfilment: 'completed', pointsEarned: 96 }, '已完成', '完成后可得 96 积分'],
  ])('says of %j: %s', async (change, title, text) => {
    await openOrder(paidDetail({ refundableFen: 0, ...change }))
    expect(textOf('order-status')).toBe(title)
    expect(byId('order-status').getAttribute('role')).toBe('status')
    expect(bodyText()).toContain(text)
    expect(['continue-pay', 'cancel-order', 'ask-refund'].filter(hasId)).toEqual([])
    expect(byId('contact').getAttribute('data-open-type')).toBe('contact')
  })

  it('shows where the parcel is, and what became of each refund', async () => {
    const refund: Refund = {
      refundNo: 'RF1',
      status: 'declined',
      cause: 'asked',
      amountFen: 8800,
      reason: '不想要了',
      requestedAt: '2026-11-20T15:00:00+08:00',
      settledAt: '2026-11-20T15:10:00+08:00',
      account: null,
      declineReason: '已经发出',
    }
    await openOrder(
      paidDetail({
        delivery: {
          kind: 'express',
          name: '林知夏',
          phone: '138****6621',
          addressText: '浙江省杭州市西湖区龙井路 1 号',
          store: null,
          carrier: '顺丰',
          trackingNo: 'SF100',
        },
        refunds: [refund, { ...refund, refundNo: 'RF2', status: 'succeeded', account: '零钱', declineReason: null }],
      }),
    )
    expect(textOf('delivery')).toContain('浙江省杭州市西湖区龙井路 1 号')
    expect(textOf('tracking')).toContain('顺丰 SF100')
    expect(bodyText()).toContain('¥88.00 · 商家未同意退款：已经发出')
    expect(bodyText()).toContain('¥88.00 · 已到账')
    expect(bodyText()).toContain('零钱')
  })

  it('shows the confirming sheet while the payment of this order is confirmed', async () => {
    const app = createShopApp({ [`GET ${path}`]: () => ({ order: detailOf() }) })
    await openPage(OrderPage, { orderNo }, app)
    await tap('continue-pay')
    expect(screen.getByRole('dialog', { name: '正在确认支付结果' })).toBeDefined()
    app.client.order.mockResolvedValue(paidOrder())
    await act(() => app.clock.advance(8000))
    expect(app.navigation.toResult).toHaveBeenCalledWith(orderNo)
  })

  it('keeps the sheet with the wish when the refund was not taken, and says why', async () => {
    const app = createShopApp({
      [`GET ${path}`]: () => ({ order: paidDetail() }),
      [`POST ${path}/refunds`]: () => {
        throw new ApiError('REFUND_OPEN', 'one is open')
      },
    })
    await openPage(OrderPage, { orderNo }, app)
    await tap('ask-refund')
    await tap('refund-submit')
    expect(screen.getByRole('dialog').textContent).toContain('已有一笔退款正在处理')
    expect(hasId('refund-submit')).toBe(true)
  })
})

describe('the page that is the payer’s own', () => {
  it('waits for points without inventing any', async () => {
    await openPage(MePage, {}, createShopApp({ 'GET /api/me': () => defer<unknown>().promise }))
    expect(textOf('my-points')).toContain('…')
    expect(hasId('retry')).toBe(false)
  })

  it('says when there are no coupons, and no address', async () => {
    const app = createShopApp({ 'GET /api/me': () => meOf({ coupons: [] }) })
    app.draft.setState({ address: null })
    await openPage(MePage, {}, app)
    expect(bodyText()).toContain('暂无可用的优惠券')
    expect(textOf('my-address')).toContain('还没有收货地址')
  })

  it('keeps its points when a later question is lost', async () => {
    let answer: () => unknown = () => meOf()
    await openPage(MePage, {}, createShopApp({ 'GET /api/me': () => answer() }))
    answer = lost
    await act(async () => {
      showPage()
      await settled()
    })
    expect(textOf('my-points')).toContain('300')
  })
})

import { act } from '@testing-library/react'
import type { PayOutcome } from '../../../../src/platform/types'
import CheckoutPage from '../../../../src/pages/checkout'
import { ApiError } from '../../../../src/services/api-error'
import { hidePage, showPage } from '../../../support/taro/taro'
import { createFakeApp, defer, orderOf, paidOrder, paymentOf, settled, withTea } from '../fakes'
import { byId, hasId, openPage, tap, textOf } from './support'

const openCheckout = async () => openPage(CheckoutPage, {}, await withTea())

describe('the checkout page', () => {
  it('has the whole amount in its one button', async () => {
    await openCheckout()
    expect(textOf('pay')).toBe('微信支付 ¥96.00')
    expect(textOf('amount')).toBe('¥96.00')
    expect(document.body.textContent).toContain('运费')
  })

  it('goes through its words: placing, opening, cancelled, confirming, paid', async () => {
    const app = await openCheckout()
    const order = defer<ReturnType<typeof paymentOf>>()
    const cashier = defer<PayOutcome>()
    app.client.createOrder.mockReturnValue(order.promise)
    app.pay.mockReturnValueOnce(cashier.promise).mockResolvedValue('ok')
    await tap('pay')
    expect(textOf('pay')).toBe('正在提交订单…')
    await act(async () => {
      order.resolve(paymentOf())
      await settled()
    })
    expect(textOf('pay')).toBe('正在打开微信支付…')
    await act(async () => {
      cashier.resolve('cancelled')
      await settled()
    })
    expect(textOf('status')).toBe('已取消，可继续支付')
    expect(document.body.textContent).toContain('订单为你保留 15:00')
    await tap('continue-pay')
    expect(textOf('status')).toBe('正在确认支付结果')
    expect(textOf('order-no')).toBe('订单 SC261120-0007')
    expect(hasId('continue-pay')).toBe(false)
    app.client.order.mockResolvedValue(paidOrder())
    await act(() => app.clock.advance(60_000))
    expect(app.navigation.toResult).toHaveBeenCalledWith('SC261120-0007')
  })

  it('asks on every return to the screen', async () => {
    const app = await openCheckout()
    app.pay.mockResolvedValue('left')
    await tap('pay')
    const before = app.client.order.mock.calls.length
    act(hidePage)
    await act(async () => {
      showPage()
      await settled()
    })
    expect(app.client.order.mock.calls.length).toBe(before + 1)
    expect(textOf('continue-pay')).toBe('还没有付款？继续支付')
  })

  it('offers the link for a browser after a web-view, which hosts may refuse without a word', async () => {
    const app = await openCheckout()
    const orderPageUrl = 'https://shop.example/pages/checkout/index?orderNo=SC261120-0007&orderKey=k'
    const h5Url = 'https://wx.tenpay.com/x'
    app.client.createOrder.mockResolvedValue(paymentOf({ payment: { kind: 'webView', h5Url, orderPageUrl } }))
    app.pay.mockResolvedValue('left')
    await tap('pay')
    await tap('copy-link')
    expect(app.copyText).toHaveBeenCalledWith(orderPageUrl)
    expect(textOf('copied')).toBe('链接已复制，请在浏览器中打开')
  })

  it('says what the merchant refused', async () => {
    const app = await openCheckout()
    app.client.createOrder.mockRejectedValueOnce(
      new ApiError('OUT_OF_STOCK', 'There are not enough of this item left.'),
    )
    await tap('pay')
    expect(textOf('status')).toBe('订单没有提交成功')
    expect(document.body.textContent).toContain('有商品库存不足，请减少数量')
    await tap('retry')
    expect(app.client.createOrder).toHaveBeenCalledTimes(2)
  })

  it('never says failed when the network is gone', async () => {
    const app = await openCheckout()
    app.client.createOrder.mockRejectedValueOnce(new ApiError('NETWORK', 'fail'))
    await tap('pay')
    expect(document.body.textContent).toContain('再试不会重复下单')
    expect(document.body.textContent).not.toContain('失败')
    expect(textOf('retry')).toBe('再试一次 ¥96.00')
  })

  it('lets an expired order be ordered again', async () => {
    const app = await openCheckout()
    app.client.createOrder.mockResolvedValueOnce(paymentOf({ order: orderOf({ status: 'closed' }), payment: null }))
    await tap('pay')
    expect(textOf('status')).toBe('订单已超时关闭')
    await tap('order-again')
    expect(textOf('pay')).toBe('微信支付 ¥96.00')
    await tap('pay')
    expect(app.pay).toHaveBeenCalledTimes(1)
  })

  it('leads back to the goods when there is nothing to buy', async () => {
    const app = await openPage(CheckoutPage)
    await tap('back-to-goods')
    expect(app.navigation.toTab).toHaveBeenCalledWith('goods')
  })

  it('opens the order of a link', async () => {
    const app = await openPage(CheckoutPage, { orderNo: 'SC261120-0007', orderKey: 'key-1' })
    expect(textOf('status')).toBe('订单还未付款，可继续支付')
    expect(textOf('amount')).toBe('¥96.00')
    await tap('continue-pay')
    expect(app.client.payOrder).toHaveBeenCalledTimes(1)
  })

  it('says that the network is gone and waits with the whole cart', async () => {
    const app = await openCheckout()
    act(() => app.setNetwork(false))
    expect(document.body.textContent).toContain('网络已断开，恢复后可继续，内容已保留')
    expect(textOf('pay')).toBe('等待网络恢复 · ¥96.00')
    await tap('pay')
    expect(app.client.createOrder).not.toHaveBeenCalled()
    act(() => app.setNetwork(true))
    expect(textOf('pay')).toBe('微信支付 ¥96.00')
  })

  it('says when the network is slow', async () => {
    const app = await openCheckout()
    app.client.createOrder.mockReturnValue(defer<ReturnType<typeof paymentOf>>().promise)
    await tap('pay')
    await act(() => app.clock.advance(3000))
    expect(textOf('status')).toBe('网络较慢，请稍候')
  })

  it('explains instead of selling what the phone forbids', async () => {
    const app = createFakeApp()
    app.host.forbidsVirtualGoods = true
    app.client.goods.mockResolvedValue({ ...(await app.client.goods()), kindsNotOnIos: ['virtual'] })
    await app.shelf.load()
    app.shelf.add('card')
    await openPage(CheckoutPage, {}, app)
    expect(textOf('forbidden')).toBe('iOS 端按平台规则暂不提供购买')
    expect(byId('pay').getAttribute('aria-disabled')).toBe('true')
    await tap('pay')
    expect(app.client.createOrder).not.toHaveBeenCalled()
  })

  it('sells it where nobody forbids it', async () => {
    const app = createFakeApp()
    app.client.goods.mockResolvedValue({ ...(await app.client.goods()), kindsNotOnIos: ['virtual'] })
    await app.shelf.load()
    app.shelf.add('card')
    await openPage(CheckoutPage, {}, app)
    await tap('pay')
    expect(app.client.createOrder).toHaveBeenCalledTimes(1)
  })

  it('asks for an address and for consent before it orders', async () => {
    const app = await openCheckout()
    act(() => app.draft.setState({ address: null }))
    await tap('pay')
    expect(textOf('status')).toBe('请选择收货地址')
    await tap('address')
    expect(byId('address').textContent).toContain('138****6621')
    await tap('agree')
    await tap('pay')
    expect(textOf('status')).toBe('请先阅读并同意相关说明')
    await tap('agree')
    await tap('pay')
    expect(app.client.createOrder).toHaveBeenCalledTimes(1)
  })

  it('lets the payer choose a coupon, and orders with it', async () => {
    const app = createFakeApp()
    const coupon = {
      couponId: 'c1',
      name: '运费券',
      kind: 'shipping',
      discountFen: 800,
      minFen: 0,
      expiresAt: '2026-11-30T23:59:59+08:00',
      usable: true,
      obstacle: null,
      missingFen: 0,
    } as const
    app.client.quote.mockImplementation(async ({ couponId }) => {
      const couponFen = couponId === null ? 0 : 800
      return {
        goodsFen: 8800,
        shippingFen: 800,
        couponFen,
        pointsFen: 0,
        totalFen: 9600 - couponFen,
        couponId: couponId === null ? null : 'c1',
        coupons: [coupon],
        points: { balance: 0, usable: 0, fen: 0 },
      }
    })
    await app.shelf.load()
    app.shelf.add('tea')
    await openPage(CheckoutPage, {}, app)
    expect(textOf('pay')).toBe('微信支付 ¥88.00')
    await tap('coupon')
    await tap('coupon-none')
    await tap('coupon-done')
    expect(textOf('pay')).toBe('微信支付 ¥96.00')
    expect(byId('points').getAttribute('aria-disabled')).toBe('true')
    await tap('pay')
    expect(app.client.createOrder).toHaveBeenCalledWith(
      expect.objectContaining({ couponId: null, expectedTotalFen: 9600, usePoints: false }),
    )
  })

  it('hands the host the person’s own word on personal data', async () => {
    const app = await openCheckout()
    const answer = jest.fn<void, [boolean]>()
    act(() => app.askPrivacy(answer))
    expect(byId('privacy-agree').getAttribute('data-open-type')).toBe('agreePrivacyAuthorization')
    await tap('privacy-contract')
    expect(app.openContract).toHaveBeenCalledTimes(1)
    await tap('privacy-decline')
    expect(answer.mock.calls).toEqual([[false]])
    act(() => app.askPrivacy(answer))
    await tap('privacy-agree')
    expect(answer.mock.calls).toEqual([[false], [true]])
    expect(hasId('privacy-agree')).toBe(false)
  })

  it('speaks English, amounts included', async () => {
    const app = await openCheckout()
    act(() => app.settings.chooseLanguage('en'))
    expect(textOf('pay')).toBe('Pay ¥96.00 with WeChat Pay')
    expect(byId('pay').getAttribute('aria-label')).toBe('Pay 96 yuan with WeChat Pay')
  })
})

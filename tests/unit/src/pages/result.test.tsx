import { act, cleanup, screen } from '@testing-library/react'
import type { OrderStatus } from '../../../../src/contract/api'
import ResultPage from '../../../../src/pages/result'
import { ApiError } from '../../../../src/services/api-error'
import { createFakeApp, defer, orderOf, paidOrder } from '../fakes'
import { hasId, openPage, tap, textOf } from './support'

const params = { orderNo: 'SC261120-0007' }

function withOrder(order: ReturnType<typeof orderOf>) {
  const app = createFakeApp()
  app.client.order.mockResolvedValue(order)
  return openPage(ResultPage, params, app)
}

describe('the result page', () => {
  it.each<[OrderStatus, string]>([
    ['pending', '正在确认支付结果'],
    ['paid', '支付成功'],
    ['closed', '订单已关闭'],
    ['held', '已收到付款'],
    ['refunding', '退款处理中'],
    ['refunded', '已退款'],
  ])('says of %s: %s', async (status, words) => {
    await withOrder(orderOf({ status }))
    expect(textOf('result-status')).toBe(words)
    expect(textOf('order-no')).toBe('SC261120-0007')
    expect(document.body.textContent).not.toContain('失败')
  })

  it('shows what was paid, when, and leads on', async () => {
    const app = await withOrder(paidOrder())
    expect(textOf('amount')).toBe('¥96.00')
    expect(document.body.textContent).toContain('2026-11-20 14:31')
    expect(hasId('continue-pay')).toBe(false)
    await tap('back-to-goods')
    expect(app.navigation.toTab).toHaveBeenCalledWith('goods')
  })

  it('leads back to the payment of this order', async () => {
    const app = await withOrder(orderOf())
    await tap('continue-pay')
    expect(app.navigation.toCheckout).toHaveBeenCalledWith('SC261120-0007')
  })

  it('leads to the order', async () => {
    const app = await withOrder(paidOrder())
    await tap('see-order')
    expect(app.navigation.toOrder).toHaveBeenCalledWith('SC261120-0007')
  })

  it('updates without a tap', async () => {
    const app = await withOrder(orderOf())
    app.client.order.mockResolvedValue(paidOrder())
    await act(() => app.clock.advance(2000))
    expect(textOf('result-status')).toBe('支付成功')
  })

  it('taps the hand once when it is paid, and never for anything else', async () => {
    const app = await withOrder(orderOf())
    expect(app.vibrate).not.toHaveBeenCalled()
    app.client.order.mockResolvedValue(paidOrder())
    await act(() => app.clock.advance(2000))
    expect(app.vibrate).toHaveBeenCalledTimes(1)
    for (const status of ['closed', 'held', 'refunding', 'refunded'] as const) {
      cleanup()
      expect((await withOrder(orderOf({ status }))).vibrate).not.toHaveBeenCalled()
    }
  })

  it('says that it looks, and after three seconds that the network is slow', async () => {
    const app = createFakeApp()
    app.client.order.mockReturnValue(defer<ReturnType<typeof orderOf>>().promise)
    await openPage(ResultPage, params, app)
    expect(textOf('result-status')).toBe('正在加载订单')
    expect(document.body.textContent).not.toContain('网络较慢')
    await act(() => app.clock.advance(3000))
    expect(document.body.textContent).toContain('网络较慢，仍在加载')
    expect(hasId('back-to-goods')).toBe(true)
  })

  it('says after a while that it still asks, and never that it failed', async () => {
    const app = await withOrder(orderOf())
    await act(() => app.clock.advance(120_000))
    expect(textOf('result-status')).toBe('正在确认支付结果')
    expect(document.body.textContent).toContain('仍在与微信支付核对，结果会自动更新')
    expect(document.body.textContent).not.toContain('失败')
  })

  it.each<[OrderStatus, string]>([
    ['pending', 'polite'],
    ['paid', 'assertive'],
    ['closed', 'assertive'],
  ])('reads out %s: %s', async (status, live) => {
    await withOrder(orderOf({ status }))
    expect(screen.getByRole('status').getAttribute('aria-live')).toBe(live)
  })

  it('offers to continue an order that is not paid', async () => {
    const app = await withOrder(orderOf())
    await tap('continue-pay')
    expect(app.navigation.toCheckout).toHaveBeenCalledWith('SC261120-0007')
  })

  it('does not ask for a second payment after the phone said ok', async () => {
    const app = createFakeApp()
    await app.shelf.load()
    app.shelf.add('tea')
    await app.checkout.submit()
    await openPage(ResultPage, params, app)
    expect(hasId('continue-pay')).toBe(false)
  })

  it('says that it goes on automatically when the network is gone', async () => {
    const app = createFakeApp()
    app.client.order.mockRejectedValueOnce(new ApiError('NETWORK', 'fail')).mockResolvedValue(paidOrder())
    await openPage(ResultPage, params, app)
    expect(document.body.textContent).toContain('网络已断开，恢复后会自动核对支付结果')
    await tap('retry')
    expect(textOf('result-status')).toBe('支付成功')
  })

  it('says when there is no such order', async () => {
    const app = createFakeApp()
    app.client.order.mockRejectedValue(new ApiError('ORDER_NOT_FOUND', 'no'))
    await openPage(ResultPage, params, app)
    expect(textOf('result-status')).toBe('没有找到这笔订单')
  })
})

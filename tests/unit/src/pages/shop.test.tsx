import { act, fireEvent, screen } from '@testing-library/react'
import AddressPage from '../../../../src/packages/shop/address'
import MePage from '../../../../src/packages/shop/me'
import OrderPage from '../../../../src/packages/shop/order'
import OrdersPage from '../../../../src/packages/shop/orders'
import PickupPage from '../../../../src/packages/shop/pickup'
import TermsPage from '../../../../src/packages/shop/terms'
import { ApiError } from '../../../../src/services/api-error'
import { pullPage, scrollToEnd } from '../../../support/taro/taro'
import { createFakeApp, orderOf, settled } from '../fakes'
import { answerShop, createShopApp, detailOf, meOf, pageOf, paidDetail } from '../shop-fakes'
import { byId, hasId, openPage, tap, textOf } from './support'

const orderNo = 'SC261120-0007'
const path = `/api/orders/${orderNo}`

describe('the page of orders', () => {
  it('says where each stands, counts down, and opens one', async () => {
    const app = createShopApp({
      'GET /api/orders': () => pageOf([orderOf(), orderOf({ orderNo: 'SC2', status: 'closed' })]),
    })
    await openPage(OrdersPage, {}, app)
    expect(screen.getByRole('button', { name: '订单，今天 14:30，待付款' })).toBeDefined()
    expect(document.body.textContent).toContain('已关闭')
    expect(document.body.textContent).toContain('剩余 15:00')
    await act(() => app.clock.advance(2000))
    expect(document.body.textContent).toContain('剩余 14:58')
    await tap('continue-SC261120-0007')
    expect(app.navigation.toOrder).toHaveBeenCalledWith(orderNo)
  })

  it('cancels an order from where it stands, and asks the merchant what became of it', async () => {
    let order = orderOf()
    const app = createShopApp({
      'GET /api/orders': () => pageOf([order]),
      [`POST ${path}/cancel`]: () => {
        order = orderOf({ status: 'closed', canCancel: false })
        return { order: detailOf({ status: 'closed', canCancel: false }) }
      },
    })
    await openPage(OrdersPage, {}, app)
    await tap(`cancel-${orderNo}`)
    expect(screen.getByRole('button', { name: '订单，今天 14:30，已关闭' })).toBeDefined()
    expect(hasId(`cancel-${orderNo}`)).toBe(false)
  })

  it('says why an order was not cancelled', async () => {
    const app = createShopApp({
      'GET /api/orders': () => pageOf([orderOf()]),
      [`POST ${path}/cancel`]: () => {
        throw new ApiError('ORDER_NOT_CANCELLABLE', 'paid meanwhile')
      },
    })
    await openPage(OrdersPage, {}, app)
    await tap(`cancel-${orderNo}`)
    const [notice] = screen.getAllByRole('status')
    expect(notice?.getAttribute('aria-live')).toBe('assertive')
    expect(hasId(`continue-${orderNo}`)).toBe(true)
  })

  it('leads to the parcel, and confirms its receipt', async () => {
    const shipped = { status: 'paid', fulfilment: 'shipped', deliveryKind: 'express', canCancel: false } as const
    let order = orderOf({ ...shipped, canConfirmReceipt: true })
    const app = createShopApp({
      'GET /api/orders': () => pageOf([order]),
      [`POST ${path}/receipt`]: () => {
        order = orderOf({ ...shipped, fulfilment: 'completed' })
        return { order: paidDetail({ fulfilment: 'completed' }) }
      },
    })
    await openPage(OrdersPage, {}, app)
    await tap(`track-${orderNo}`)
    expect(app.navigation.toOrder).toHaveBeenCalledWith(orderNo)
    await tap(`receive-${orderNo}`)
    expect(document.body.textContent).toContain('已完成')
    expect(hasId(`receive-${orderNo}`)).toBe(false)
  })

  it('is empty with a next step, and asks again when pulled down', async () => {
    const app = createShopApp({ 'GET /api/orders': () => pageOf([]) })
    await openPage(OrdersPage, {}, app)
    expect(document.body.textContent).toContain('还没有订单')
    await tap('go-shopping')
    expect(app.navigation.toTab).toHaveBeenCalledWith('goods')
    const before = app.client.authorized.mock.calls.length
    await act(async () => {
      pullPage()
      await settled()
    })
    expect(app.client.authorized.mock.calls.length).toBe(before + 1)
  })

  it('goes on at its end', async () => {
    const app = createShopApp({
      'GET /api/orders': ({ path: asked }) =>
        asked.includes('cursor') ? pageOf([orderOf({ orderNo: 'SC2' })]) : pageOf([orderOf()], 'next'),
    })
    await openPage(OrdersPage, {}, app)
    expect(hasId('order-SC2')).toBe(false)
    await act(async () => {
      scrollToEnd()
      await settled()
    })
    expect(hasId('order-SC2')).toBe(true)
    expect(hasId('more')).toBe(false)
  })

  it('names its filters as tabs', async () => {
    const app = createShopApp({ 'GET /api/orders': () => pageOf([]) })
    await openPage(OrdersPage, {}, app)
    await tap('filter-refund')
    expect(screen.getByRole('tab', { name: '退款' }).getAttribute('aria-selected')).toBe('true')
    expect(screen.getByRole('tab', { name: '全部' }).getAttribute('aria-selected')).toBe('false')
  })
})

describe('the page of an order', () => {
  it('cancels an order that is not paid', async () => {
    const app = createShopApp({
      [`GET ${path}`]: () => ({ order: detailOf() }),
      [`POST ${path}/cancel`]: () => ({ order: detailOf({ status: 'closed', canCancel: false }) }),
    })
    await openPage(OrderPage, { orderNo }, app)
    expect(textOf('order-status')).toBe('等待付款')
    expect(textOf('countdown')).toBe('15:00')
    await tap('cancel-order')
    expect(textOf('order-status')).toBe('订单已关闭')
    expect(document.body.textContent).toContain('未产生扣款')
    expect(hasId('continue-pay')).toBe(false)
  })

  it('asks for a part of the money back', async () => {
    const app = createShopApp({
      [`GET ${path}`]: () => ({ order: paidDetail() }),
      [`POST ${path}/refunds`]: () => ({
        order: paidDetail({
          refundableFen: 0,
          refund: { refundNo: 'RF1', status: 'requested', cause: 'asked', amountFen: 8800 },
        }),
      }),
    })
    await openPage(OrderPage, { orderNo }, app)
    await tap('ask-refund')
    expect(screen.getByRole('dialog', { name: '申请退款' })).toBeDefined()
    expect(textOf('refund-amount')).toBe('¥96.00')
    await tap('scope-part')
    expect(byId('refund-submit').getAttribute('aria-disabled')).toBe('true')
    await tap('refund-tea-plus')
    await tap('reason-其他')
    await tap('refund-submit')
    const [call] = app.client.authorized.mock.calls.filter(([{ method }]) => method === 'POST')
    expect(call?.[0].body).toMatchObject({ reason: '其他', items: [{ goodsId: 'tea', quantity: 1 }] })
    expect(hasId('refund-submit')).toBe(false)
    expect(textOf('order-status')).toBe('已提交退款申请')
  })

  it.each<[string, object, string | null, string | null]>([
    ['coupon and points', { couponFen: 500, pointsFen: 300 }, '优惠券与积分将一并退回', '使用的积分将按比例退回'],
    ['a coupon', { couponFen: 500, pointsFen: 0 }, '优惠券将一并退回', null],
    ['points', { couponFen: 0, pointsFen: 300 }, '使用的积分将按比例退回', '使用的积分将按比例退回'],
    ['neither', { couponFen: 0, pointsFen: 0 }, null, null],
  ])('promises back only what was used: %s', async (_what, used, ofAll, ofPart) => {
    const refundReturnsCoupon = (used as { couponFen: number }).couponFen > 0
    const order = { ...paidDetail(), ...used, refundReturnsCoupon }
    await openPage(OrderPage, { orderNo }, createShopApp({ [`GET ${path}`]: () => ({ order }) }))
    await tap('ask-refund')
    const promised = () =>
      screen.getByRole('dialog').textContent?.match(/优惠券[^0-9]*?退回|使用的积分[^0-9]*?退回/)?.[0] ?? null
    expect(promised()).toBe(ofAll)
    await tap('scope-part')
    expect(promised()).toBe(ofPart)
  })

  it('tells how it came about, newest first', async () => {
    await openPage(OrderPage, { orderNo }, createShopApp({ [`GET ${path}`]: () => ({ order: paidDetail() }) }))
    const steps = screen.getAllByRole('listitem').map((step) => step.textContent)
    expect(steps).toEqual(['已支付 ¥96.0011-20 14:31', '订单已提交11-20 14:30'])
  })
})

describe('the page that is the payer’s own', () => {
  it('shows points and coupons, and changes the language at once', async () => {
    const app = createShopApp({ 'GET /api/me': () => meOf() })
    await openPage(MePage, {}, app)
    expect(textOf('my-points')).toContain('300')
    expect(document.body.textContent).toContain('满 ¥100 可用 · 11-30 到期')
    await tap('language-en')
    expect(document.body.textContent).toContain('As the phone')
    expect(screen.getByRole('radio', { name: 'English' }).getAttribute('aria-checked')).toBe('true')
    await tap('theme-dark')
    expect(document.querySelector('.theme-dark')).not.toBeNull()
    expect(app.setBar).toHaveBeenLastCalledWith('Me', 'dark')
  })

  it('says when points did not come, and tries again', async () => {
    const app = createFakeApp()
    await openPage(MePage, {}, app)
    answerShop(app, { 'GET /api/me': () => meOf() })
    await tap('retry')
    expect(textOf('my-points')).toContain('300')
  })
})

describe('the address form', () => {
  const type = (field: string, value: string): void =>
    act(() => void fireEvent.input(byId(`address-${field}`), { target: { value } }))

  it('wants what a parcel needs, and keeps it', async () => {
    const app = createFakeApp()
    app.draft.setState({ address: null })
    await openPage(AddressPage, {}, app)
    await tap('address-save')
    expect(textOf('address-problem')).toContain('请填写')
    type('name', '林知夏')
    type('phone', '1')
    type('city', '杭州市')
    type('detail', ' 龙井路 1 号 ')
    await tap('address-save')
    expect(textOf('address-problem')).toBe('手机号不正确')
    type('phone', '13800006621')
    await tap('address-save')
    expect(app.draft.getState().address).toMatchObject({ name: '林知夏', detail: '龙井路 1 号' })
    expect(app.navigation.back).toHaveBeenCalledTimes(1)
  })
})

describe('pick-up and terms', () => {
  it('lets a pick-up place be chosen', async () => {
    const app = createFakeApp()
    app.shelf.setState({
      pickups: [{ storeId: 's1', name: '龙井路店', address: '龙井路 1 号', hours: '09:00–21:00' }],
    })
    await openPage(PickupPage, {}, app)
    await tap('store-s1')
    expect(app.draft.getState().pickupId).toBe('s1')
  })

  it('says in both languages what one agrees to', async () => {
    const app = await openPage(TermsPage)
    expect(screen.getAllByRole('heading')).toHaveLength(5)
    act(() => app.settings.chooseLanguage('en'))
    expect(document.body.textContent).toContain('Refunds')
    expect(document.body.textContent).not.toMatch(/[一-鿿]/)
  })
})

import { act } from '@testing-library/react'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { ComponentType } from 'react'
import AddressPage from '../../../../src/packages/shop/address'
import MePage from '../../../../src/packages/shop/me'
import OrderPage from '../../../../src/packages/shop/order'
import OrdersPage from '../../../../src/packages/shop/orders'
import PickupPage from '../../../../src/packages/shop/pickup'
import TermsPage from '../../../../src/packages/shop/terms'
import WebViewPage from '../../../../src/packages/web-view'
import CheckoutPage from '../../../../src/pages/checkout'
import GoodsPage from '../../../../src/pages/goods'
import ResultPage from '../../../../src/pages/result'
import { ApiError } from '../../../../src/services/api-error'
import { callsOf, phone, pullPage } from '../../../support/taro/taro'
import { createFakeApp, defer, settled } from '../fakes'
import { answerShop, detailOf, pageOf } from '../shop-fakes'
import { hasId, openPage } from './support'

const orderNo = 'SC261120-0007'
const src = path.resolve(__dirname, '../../../../src')

/** Hosts look at the page's configuration, not at its hooks. */
const configOf = (page: string): string => readFileSync(path.join(src, page, 'index.config.ts'), 'utf8')

describe('the share card', () => {
  it('is the shop: a title in the reader’s language, and the goods without a word of cart or order', async () => {
    const app = createFakeApp()
    app.purchases.save({ requestId: 'r', items: [], content: '', orderNo, payRequestId: null })
    await openPage(GoodsPage, { orderNo }, app)
    expect(phone.page.share?.()).toEqual({ title: '山茶小铺 · 好茶与好器物', path: '/pages/goods/index' })
    act(() => app.settings.chooseLanguage('en'))
    expect(phone.page.share?.()).toEqual({
      title: 'Camellia Shop: good tea, good cups',
      path: '/pages/goods/index',
    })
    expect(configOf('pages/goods')).toContain('enableShareAppMessage: true')
  })

  it.each<[string, ComponentType]>([
    ['pages/checkout', CheckoutPage],
    ['pages/result', ResultPage],
    ['packages/shop/orders', OrdersPage],
    ['packages/shop/order', OrderPage],
    ['packages/shop/me', MePage],
    ['packages/shop/address', AddressPage],
    ['packages/shop/pickup', PickupPage],
    ['packages/shop/terms', TermsPage],
    ['packages/web-view', WebViewPage],
  ])('is not offered by %s, whose address may hold an order', async (name, Page) => {
    await openPage(Page, { orderNo, orderKey: 'key-1' })
    expect(phone.page.share).toBeNull()
    expect(configOf(name)).not.toMatch(/enableShare/)
  })
})

describe.each<[string, ComponentType, string]>([
  ['pages/goods', GoodsPage, 'goods-tea-plus'],
  ['packages/shop/orders', OrdersPage, `order-${orderNo}`],
  ['packages/shop/order', OrderPage, 'order-status'],
])('pulled down, %s', (name, Page, shownId) => {
  /** Answers until the test changes the answer. */
  async function open() {
    const app = createFakeApp()
    let answer = (value: unknown): unknown => value
    const { goods } = app.client
    const goodsAnswer = await goods()
    goods.mockClear()
    goods.mockImplementation(async () => {
      await answer(null)
      return goodsAnswer
    })
    answerShop(app, {
      'GET /api/orders': async () => (await answer(null), pageOf([detailOf()])),
      [`GET /api/orders/${orderNo}`]: async () => (await answer(null), { order: detailOf() }),
    })
    await openPage(Page, { orderNo }, app)
    return {
      asked: () => goods.mock.calls.length + app.client.authorized.mock.calls.length,
      answerWith: (next: typeof answer) => void (answer = next),
    }
  }

  const pull = () =>
    act(async () => {
      pullPage()
      await settled()
    })

  it('asks the merchant again, and ends the gesture when the answer has arrived, not before', async () => {
    const { asked, answerWith } = await open()
    const answer = defer<unknown>()
    answerWith(() => answer.promise)
    const before = asked()
    await pull()
    expect(asked()).toBe(before + 1)
    expect(callsOf('stopPullDownRefresh')).toHaveLength(0)
    await act(async () => {
      answer.resolve(null)
      await settled()
    })
    expect(callsOf('stopPullDownRefresh')).toHaveLength(1)
  })

  it('ends the gesture when there is no answer, and keeps what it shows', async () => {
    const { answerWith } = await open()
    answerWith(() => {
      throw new ApiError('NETWORK', 'fail')
    })
    await pull()
    expect(callsOf('stopPullDownRefresh')).toHaveLength(1)
    expect(hasId(shownId)).toBe(true)
  })

  it('is a page that the host lets be pulled', () => {
    expect(configOf(name)).toContain('enablePullDownRefresh: true')
  })
})

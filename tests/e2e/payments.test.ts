import type { Browser, BrowserContext } from 'playwright-core'
import { openContext } from '../support/browser'
import { eventually } from '../support/eventually'
import { getJson, noticesOf, operatorOrders, sendJson, setFault, type RunningStack } from '../support/running-stack'
import { connectBrowser, startTestStack } from '../support/shared/shared'
import { openTarget, type Target, type TargetName } from '../support/targets'

/** The best coupon that a new payer has for this cart; the app chooses it. */
const couponFen = 2000

const targets: readonly TargetName[] = ['weapp', 'qq', 'h5']

interface GoodsAnswer {
  readonly goods: readonly { readonly goodsId: string; readonly stock: number }[]
}

describe.each(targets)('%s, in a browser against real servers', (name) => {
  let browser: Browser
  let context: BrowserContext
  let stack: RunningStack
  let target: Target

  beforeAll(async () => {
    browser = await connectBrowser()
  })
  afterAll(() => browser.close())

  beforeEach(async () => {
    stack = await startTestStack()
    context = await openContext(browser)
    target = await openTarget(name, stack, context)
  })
  afterEach(async () => {
    await context.close()
    await stack.close()
  })

  async function orderTeaAndCup(): Promise<void> {
    await target.find('#goods-tea-plus').click()
    await target.find('#goods-cup-plus').click()
    await target.find('#cart-checkout').click()
    await target.chooseAddress()
    await target.find('#coupon').getByText('−¥20.00').waitFor()
    await target.find('#pay').click()
    await target.cashier.isOpen()
  }

  const stockOf = async (goodsId: string): Promise<number> => {
    const { goods } = await getJson<GoodsAnswer>(`${stack.merchantUrl}/api/goods`)
    return goods.find((item) => item.goodsId === goodsId)!.stock
  }

  /** One order, paid, on both sides; by a notice that was acknowledged unless `byQuery`. */
  async function expectPaid({ byQuery = false } = {}): Promise<void> {
    await target.find('#result-status').getByText('支付成功').waitFor()
    const orders = await operatorOrders(stack)
    expect(orders).toHaveLength(1)
    const [order] = orders
    expect(order).toMatchObject({ status: 'paid', totalFen: 8800 + 5600 + 800 - couponFen, clientKind: name })
    expect(order!.transactionId).toMatch(/^42\d{26}$/)
    await target.page.getByText('132.00').filter({ visible: true }).first().waitFor()
    const trade = await getJson<{ trade_state: string; transaction_id: string }>(
      `${stack.wechatControl}/control/trades/${stack.mchid}/${order!.outTradeNo}`,
    )
    expect(trade).toMatchObject({ trade_state: 'SUCCESS', transaction_id: order!.transactionId })
    // The merchant may have settled by a query of its own before the first delivery is on record.
    await eventually(async () => {
      const notices = await noticesOf(stack, order!.outTradeNo!)
      const outcomes = notices.map(({ attempts }) => attempts.map(({ outcome }) => outcome))
      expect(outcomes).toEqual([[byQuery ? 'dropped' : 'acknowledged']])
    })
  }

  it('has targets that a thumb can hit: 88 of the design’s 750', async () => {
    const box = await target.find('#goods-tea-plus').boundingBox()
    expect(box!.width).toBeGreaterThanOrEqual((88 / 750) * 390 - 0.5)
    expect(box!.height).toBeGreaterThanOrEqual((88 / 750) * 390 - 0.5)
  })

  it('pays', async () => {
    const before = await stockOf('tea')
    await orderTeaAndCup()
    await target.cashier.pay()
    await expectPaid()
    expect(await stockOf('tea')).toBe(before - 1)
  })

  it('cancels, then continues and pays', async () => {
    await orderTeaAndCup()
    await target.cashier.cancel()
    await target.find('#continue-pay').click()
    if (name === 'h5') {
      // The middle page returns to the result page, whatever happened; from there it is back to the checkout.
      await target.page.getByText('继续支付 ¥132.00').click()
    }
    await target.cashier.isOpen()
    expect(await operatorOrders(stack)).toMatchObject([{ status: 'pending' }])
    await target.cashier.pay()
    await expectPaid()
  })

  it('is paid by the merchant’s own query while every notice is dropped', async () => {
    await setFault(stack, 'drop-notices', true)
    await orderTeaAndCup()
    await target.cashier.pay()
    await expectPaid({ byQuery: true })
  })

  it('is killed after paying and resumes as paid', async () => {
    await orderTeaAndCup()
    const [order] = await operatorOrders(stack)
    await sendJson('POST', `${stack.wechatControl}/control/trades/${stack.mchid}/${order!.outTradeNo}/pay`, {})
    await target.killAndReopen()
    await expectPaid()
  })
})

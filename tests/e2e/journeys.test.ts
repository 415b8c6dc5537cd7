import type { Browser, BrowserContext } from 'playwright-core'
import { axeFindings } from '../support/axe'
import { openContext } from '../support/browser'
import { eventually } from '../support/eventually'
import { operatorOrders, type RunningStack } from '../support/running-stack'
import { connectBrowser, startTestStack } from '../support/shared/shared'
import { openTarget, phoneTarget, type Target, type TargetName } from '../support/targets'

describe.each<TargetName>(['weapp', 'qq', 'h5'])('a payer on %s', (name) => {
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

  async function orderTwo(): Promise<void> {
    await target.find('#goods-tea-plus').click()
    await target.find('#goods-cup-plus').click()
    await target.find('#cart-checkout').click()
    await target.chooseAddress()
    await target.find('#coupon').getByText('−¥20.00').waitFor()
    await target.find('#pay').click()
  }

  it('chooses points and another coupon, and pays what the button says', async () => {
    await target.find('#goods-tea-plus').click()
    await target.find('#goods-cup-plus').click()
    await target.find('#cart-checkout').click()
    await target.chooseAddress()
    await target.find('#points').click()
    await target.find('#pay').getByText('¥129.00').waitFor()
    await target.find('#coupon').click()
    await target.find('#coupon-none').click()
    await target.find('#coupon-done').click()
    await target.find('#pay').getByText('¥149.00').waitFor()
    await target.find('#pay').click()
    await target.cashier.pay()
    await target.find('#result-status').getByText('支付成功').waitFor()
    expect(await operatorOrders(stack)).toMatchObject([{ status: 'paid', totalFen: 14_900 }])
  })

  it('finds an order in the list, opens it, and cancels it', async () => {
    await orderTwo()
    await target.cashier.cancel()
    await target.open()
    await target.find('#tab-orders').click()
    const [order] = await operatorOrders(stack)
    await target.find(`#order-${order!.orderNo}`).click()
    await target.find('#countdown').waitFor()
    await target.find('#cancel-order').click()
    await target.find('#order-status').getByText('订单已关闭').waitFor()
    expect(await operatorOrders(stack)).toMatchObject([{ status: 'closed' }])
  })

  it('pays, opens the order and asks for a part of it back', async () => {
    await orderTwo()
    await target.cashier.pay()
    await target.find('#see-order').click()
    await target.find('#ask-refund').click()
    await target.find('#scope-part').click()
    await target.find('#refund-cup-plus').click()
    await target.find('#refund-submit').click()
    await target.find('#order-status').getByText('已提交退款申请').waitFor()
  })

  it('changes language and theme, which stay when the app is killed', async () => {
    await target.find('#tab-me').click()
    await target.find('#language-en').click()
    await target.find('#theme-dark').click()
    await target.find('#theme-dark[aria-checked=true]').waitFor()
    await target.killAndReopen()
    await target.find('#cart-checkout').getByText('Check out').waitFor()
    await eventually(async () => {
      const background = await target.find('.screen').evaluate((element) => getComputedStyle(element).backgroundColor)
      expect(background).toBe('rgb(14, 17, 16)')
    })
  })
})

describe('the pages in a browser', () => {
  let browser: Browser
  let stack: RunningStack
  beforeAll(async () => {
    browser = await connectBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    stack = await startTestStack()
  })
  afterEach(() => stack.close())

  it.each(['light', 'dark'] as const)('have nothing serious to find for axe, %s', async (colorScheme) => {
    const context = await openContext(browser, { colorScheme })
    const target = await openTarget('h5', stack, context)
    const { page } = target
    await target.find('#goods-tea-plus').click()
    await target.find('#cart-total').getByText('¥88.00').waitFor()
    expect({ goods: await axeFindings(page) }).toEqual({ goods: [] })
    await target.find('#cart-checkout').click()
    await target.chooseAddress()
    await target.find('#coupon').waitFor()
    expect({ checkout: await axeFindings(page) }).toEqual({ checkout: [] })
    await target.find('#coupon').click()
    await target.find('[role=dialog]:focus').waitFor()
    expect({ coupons: await axeFindings(page) }).toEqual({ coupons: [] })
    await target.find('#coupon-done').click()
    await target.find('#pay').click()
    await target.cashier.pay()
    await target.find('#result-status').getByText('支付成功').waitFor()
    expect({ result: await axeFindings(page) }).toEqual({ result: [] })
    await target.find('#see-order').click()
    await target.find('#ask-refund').click()
    await target.find('#refund-submit').waitFor()
    expect({ order: await axeFindings(page) }).toEqual({ order: [] })
    await target.open()
    await target.find('#tab-orders').click()
    await target.find('.order-card').waitFor()
    expect({ orders: await axeFindings(page) }).toEqual({ orders: [] })
    await target.find('#tab-me').click()
    await target.find('#my-points').waitFor()
    expect({ me: await axeFindings(page) }).toEqual({ me: [] })
    await context.close()
  })

  it('are finished with the keyboard alone', async () => {
    const context = await openContext(browser)
    const target = await openTarget('h5', stack, context)
    await target.find('#goods-tea-plus').focus()
    await target.page.keyboard.press('Enter')
    await target.find('#cart-checkout').focus()
    await target.page.keyboard.press(' ')
    await target.find('#delivery-pickup').waitFor()
    await context.close()
  })
})

describe('a dialog in a browser', () => {
  it('takes the focus, keeps the rest out of reach, closes with Escape and gives the focus back', async () => {
    const browser = await connectBrowser()
    const stack = await startTestStack()
    try {
      const context = await openContext(browser)
      const { page, find } = await openTarget('h5', stack, context)
      const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '')
      await find('#goods-tea-plus').click()
      await find('#cart-checkout').click()
      await find('#coupon').focus()
      await page.keyboard.press('Enter')
      await find('[role=dialog]:focus').waitFor()
      const seen = new Set<string>()
      for (let step = 0; step < 8; step += 1) {
        await page.keyboard.press('Tab')
        seen.add(await focused())
      }
      expect(seen).toContain('coupon-done')
      expect([...seen].filter((id) => ['coupon', 'pay', 'agree', 'address'].includes(id))).toEqual([])
      await page.keyboard.press('Escape')
      await find('#coupon:focus').waitFor()
      await page.locator('[role=dialog]').waitFor({ state: 'detached' })
      await page.locator('[inert]').first().waitFor({ state: 'detached' })
      await page.keyboard.press('Tab')
      expect(await focused()).not.toBe('coupon')
    } finally {
      await browser.close()
      await stack.close()
    }
  })
})

describe('WeChat’s demand for consent', () => {
  it('is answered in the app’s own dialog, and the address comes', async () => {
    const browser = await connectBrowser()
    const stack = await startTestStack()
    try {
      const context = await openContext(browser)
      const target = phoneTarget('weapp', stack, await context.newPage(), { privacy: 'ask' })
      await target.open()
      await target.find('#goods-tea-plus').click()
      await target.find('#cart-checkout').click()
      await target.find('#address').click()
      await target.find('#privacy-agree').click()
      await target.page.getByRole('button', { name: '使用', exact: true }).click()
      await target.find('#address').getByText('138****6621').waitFor()
    } finally {
      await browser.close()
      await stack.close()
    }
  })
})

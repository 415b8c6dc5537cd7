import { readFileSync } from 'node:fs'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser'
import { operatorOrders, startTestStack, type RunningStack } from '../support/running-stack'
import { openTarget, phoneTarget, type Target, type TargetName } from '../support/targets'

jest.setTimeout(90_000)

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string }[]
}

/** Our labels say an amount in words, 微信支付，88 元, where the button shows ¥88.00: on purpose. */
const rules = { 'label-content-name-mismatch': { enabled: false } }

/** What axe finds of serious or critical weight in what is on the screen. */
async function findingsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource)
  const violations = await page.evaluate(async (given) => {
    type Axe = { run(context: Document, options: object): Promise<{ violations: Finding[] }> }
    const { axe } = window as unknown as { axe: Axe }
    return (await axe.run(document, { rules: given })).violations
  }, rules)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
}

describe.each<TargetName>(['weapp', 'qq', 'h5'])('a payer on %s', (name) => {
  let browser: Browser
  let context: BrowserContext
  let stack: RunningStack
  let target: Target

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    stack = await startTestStack()
    context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
    context.setDefaultTimeout(15_000)
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
    await target.killAndReopen()
    await target.find('#cart-checkout').getByText('Check out').waitFor()
    const background = await target.find('.screen').evaluate((element) => getComputedStyle(element).backgroundColor)
    expect(background).toBe('rgb(14, 17, 16)')
  })
})

describe('the pages in a browser', () => {
  let browser: Browser
  let stack: RunningStack
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    stack = await startTestStack()
  })
  afterEach(() => stack.close())

  it.each(['light', 'dark'] as const)('have nothing serious to find for axe, %s', async (colorScheme) => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN', colorScheme })
    context.setDefaultTimeout(15_000)
    const target = await openTarget('h5', stack, context)
    const { page } = target
    await target.find('#goods-tea-plus').click()
    expect({ goods: await findingsOf(page) }).toEqual({ goods: [] })
    await target.find('#cart-checkout').click()
    await target.chooseAddress()
    await target.find('#coupon').waitFor()
    expect({ checkout: await findingsOf(page) }).toEqual({ checkout: [] })
    await target.find('#coupon').click()
    expect({ coupons: await findingsOf(page) }).toEqual({ coupons: [] })
    await target.find('#coupon-done').click()
    await target.find('#pay').click()
    await target.cashier.pay()
    await target.find('#result-status').getByText('支付成功').waitFor()
    expect({ result: await findingsOf(page) }).toEqual({ result: [] })
    await target.find('#see-order').click()
    await target.find('#ask-refund').click()
    expect({ order: await findingsOf(page) }).toEqual({ order: [] })
    await target.open()
    await target.find('#tab-orders').click()
    await target.find('.order-card').waitFor()
    expect({ orders: await findingsOf(page) }).toEqual({ orders: [] })
    await target.find('#tab-me').click()
    await target.find('#my-points').waitFor()
    expect({ me: await findingsOf(page) }).toEqual({ me: [] })
    await context.close()
  })

  it('are finished with the keyboard alone', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
    context.setDefaultTimeout(15_000)
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
    const browser = await launchBrowser()
    const stack = await startTestStack()
    try {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
      context.setDefaultTimeout(15_000)
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
      expect(await page.locator('[role=dialog]').count()).toBe(0)
      await page.keyboard.press('Tab')
      expect(await focused()).not.toBe('coupon')
      expect(await page.locator('[inert]').count()).toBe(0)
    } finally {
      await browser.close()
      await stack.close()
    }
  })
})

describe('WeChat’s demand for consent', () => {
  it('is answered in the app’s own dialog, and the address comes', async () => {
    const browser = await launchBrowser()
    const stack = await startTestStack()
    try {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
      context.setDefaultTimeout(15_000)
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

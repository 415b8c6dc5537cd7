import type { Browser, BrowserContext } from 'playwright-core'
import { openContext } from '../support/browser'
import { operatorOrders, type RunningStack } from '../support/running-stack'
import { connectBrowser, startTestStack } from '../support/shared/shared'
import { phoneTarget, typeAddress, type Target } from '../support/targets'

describe('an old QQ, without requestWxPayment', () => {
  let browser: Browser
  let context: BrowserContext
  let stack: RunningStack

  beforeAll(async () => {
    browser = await connectBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    stack = await startTestStack()
    context = await openContext(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  })
  afterEach(async () => {
    await context.close()
    await stack.close()
  })

  async function orderTea(options: Record<string, string>): Promise<Target> {
    const target = phoneTarget('qq', stack, await context.newPage(), { requestWxPayment: 'missing', ...options })
    await target.open()
    await target.find('#goods-tea-plus').click()
    await target.find('#cart-checkout').click()
    await target.chooseAddress()
    await target.find('#pay').click()
    return target
  }

  it('refuses the middle page in a web-view, and hands out a link that pays in a browser', async () => {
    const target = await orderTea({})
    await target.find('#copy-link').click()
    await target.find('#copied').waitFor()
    const link = new URL(await target.page.evaluate(() => navigator.clipboard.readText()))
    expect(link.origin).toBe('https://shop.example')

    const browserPage = await context.newPage()
    await browserPage.goto(stack.merchantUrl + link.pathname + link.search)
    await browserPage.locator('#continue-pay:visible').click()
    await browserPage.waitForURL(/checkmweb/)
    await browserPage.locator('#pay').click()
    await browserPage.locator('#result-status:visible').getByText('支付成功').waitFor()
    expect(await operatorOrders(stack)).toMatchObject([{ status: 'paid', clientKind: 'h5' }])

    // The page in QQ has gone on asking.
    await target.find('#result-status').getByText('支付成功').waitFor()
  })

  it('offers the link on the order, where the host refuses without telling the page', async () => {
    const target = await orderTea({ webView: 'silent' })
    await target.page.getByText('不支持打开非业务域名').waitFor()
    await target.page.getByRole('button', { name: '返回' }).click()
    await target.find('#copy-link').click()
    await target.find('#copied').getByText('链接已复制').waitFor()
  })

  it('pays in the web-view with the developer option that opens any domain', async () => {
    const target = await orderTea({ webView: 'open' })
    await target.cashier.pay()
    await target.find('#result-status').getByText('支付成功').waitFor()
    expect(await operatorOrders(stack)).toMatchObject([{ status: 'paid', clientKind: 'qq' }])
  })
})

describe('the payer’s address', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await connectBrowser()
  })
  afterAll(() => browser.close())

  /** What the middle page says to a browser of 203.0.113.13, when the merchant ordered with `payerIp`. */
  async function expectMiddlePage(payerIp: string, ...said: readonly string[]): Promise<void> {
    const stack = await startTestStack({ loopbackPayerIp: payerIp })
    const context = await openContext(browser)
    try {
      const page = await context.newPage()
      await page.goto(`${stack.merchantUrl}/`)
      await page.locator('#goods-tea-plus:visible').click()
      await page.locator('#cart-checkout:visible').click()
      await typeAddress(page)
      await page.locator('#pay:visible').click()
      await page.waitForURL(/checkmweb/)
      for (const text of said) await page.getByText(text).filter({ visible: true }).first().waitFor()
    } finally {
      await context.close()
      await stack.close()
    }
  }

  it('127.0.0.1 can order and is refused by the middle page, as in life', async () => {
    await expectMiddlePage('127.0.0.1', '由于商家传入的H5交易参数有误')
  })

  it('another one than the payer’s is refused by the middle page', async () => {
    await expectMiddlePage('203.0.113.99', '网络环境未能通过安全验证，请稍后再试')
  })

  it('the payer’s own is shown what there is to pay', async () => {
    await expectMiddlePage('203.0.113.13', '完成支付', '88.00')
  })
})

import type { Browser, FrameLocator, Page } from 'playwright-core'
import { openContext } from '../support/browser'
import { expectKeptBeforeAnswer, expectKeptOverOlderRead, turnDropNotices } from '../support/fault-switch'
import { setClock, type RunningStack } from '../support/running-stack'
import { connectBrowser, startTestStack } from '../support/shared/shared'

describe('the bench', () => {
  let browser: Browser
  let stack: RunningStack
  let page: Page

  beforeAll(async () => {
    browser = await connectBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    stack = await startTestStack()
    page = await (
      await openContext(browser, { viewport: { width: 1600, height: 1000 }, colorScheme: 'light' })
    ).newPage()
    await page.goto(`${stack.browserDoorUrl}/bench`)
  })
  afterEach(async () => {
    await page.context().close()
    await stack.close()
  })

  async function orderIn(phone: FrameLocator): Promise<void> {
    await phone.locator('#goods-tea-plus:visible').click()
    await phone.locator('#cart-checkout:visible').click()
    await phone.locator('#address:visible').click()
    await phone.getByRole('button', { name: '使用', exact: true }).click()
    await phone.locator('#address:visible').getByText('138****6621').waitFor()
    await phone.locator('#pay:visible').click()
  }

  it('pays in both phones and lists both orders with their notices, live', async () => {
    const wechat = page.frameLocator('#phone-weapp')
    const qq = page.frameLocator('#phone-qq')
    await page.getByText('还没有订单').waitFor()

    await orderIn(wechat)
    await wechat.getByRole('button', { name: '支付成功', exact: true }).click()
    await wechat.locator('#result-status:visible').getByText('支付成功').waitFor()
    await orderIn(qq)
    await qq.frameLocator('iframe:visible').locator('#pay').click()
    await qq.locator('#result-status:visible').getByText('支付成功').waitFor()

    const rows = page.locator('#orders tr')
    for (const channel of ['QQ', '微信支付']) {
      const row = rows.filter({ hasText: channel })
      await row.getByText('已支付').waitFor()
      // The order may be settled by the phone's question a moment before the notice is on record.
      await row.locator('.mark.ok').waitFor()
    }
    expect(await page.locator('#timeline').innerText()).toMatch(/订单已创建[\s\S]*已支付[\s\S]*第 1 次通知[\s\S]*204/)
  })

  it.each(['weapp', 'qq'] as const)(
    'drops notices of a payment in %s, shows the gap, and delivers after time was advanced',
    async (name) => {
      await page.getByText('还没有订单').waitFor()
      // The next delivery waits until time is moved, however long the rest takes.
      await setClock(stack, 'stop')
      await turnDropNotices(page, true)
      const phone = page.frameLocator(`#phone-${name}`)
      await orderIn(phone)
      if (name === 'weapp') await phone.getByRole('button', { name: '支付成功', exact: true }).click()
      else await phone.frameLocator('iframe:visible').locator('#pay').click()
      await page.locator('#timeline').getByText('下一次投递').waitFor()
      await turnDropNotices(page, false)
      await page.getByRole('button', { name: '+15 秒' }).click()
      await page.locator('#timeline').getByText('第 2 次通知').waitFor()
      expect(await page.locator('#orders .mark.bad').count()).toBe(1)
      expect(await page.locator('#orders .mark.ok').count()).toBe(1)
      await phone.locator('#result-status:visible').getByText('支付成功').waitFor()
    },
  )

  it('keeps its switch as it was clicked when a read that began before comes after', async () => {
    await page.getByText('还没有订单').waitFor()
    await expectKeptOverOlderRead(page, stack)
  })

  it('keeps its switch as it was clicked when a read comes before the answer to the click', async () => {
    await page.getByText('还没有订单').waitFor()
    await expectKeptBeforeAnswer(page, stack)
  })

  it('says everything in English and keeps the choice', async () => {
    await page.getByRole('button', { name: 'EN', exact: true }).click()
    await page.getByText('No orders yet').waitFor()
    await page.reload()
    await page.getByText('No orders yet').waitFor()
    // Every word of the one language has its counterpart in the other.
    const desk = await page.locator('.desk').innerText()
    expect(desk).not.toMatch(/[\u4e00-\u9fff]|undefined/)
  })

  it('says so when the simulators are gone', async () => {
    await page.getByText('还没有订单').waitFor()
    await stack.close()
    await page.getByText('模拟网关未连接').waitFor()
  })
})

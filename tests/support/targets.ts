import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core'
import type { RunningStack } from './running-stack'

export type TargetName = 'weapp' | 'qq' | 'h5'

/** Where a payer is: the compiled bundle in its phone, or the browser build. One way of driving all three. */
export interface Target {
  readonly name: TargetName
  readonly page: Page
  /** The shop's goods list, started anew. */
  open(): Promise<void>
  /** Ends the app without any callback and starts it again. */
  killAndReopen(): Promise<void>
  /** What the cashier shows once it is open. */
  readonly cashier: { pay(): Promise<void>; cancel(): Promise<void>; isOpen(): Promise<void> }
  /** Chooses where the goods go: from the host's address book, or by typing. */
  chooseAddress(): Promise<void>
  /** A visible element of the mini program. */
  find(selector: string): Locator
}

export async function openTarget(name: TargetName, stack: RunningStack, context: BrowserContext): Promise<Target> {
  const page = await context.newPage()
  const target = name === 'h5' ? h5Target(stack, page) : phoneTarget(name, stack, page)
  await target.open()
  return target
}

/** Only the page on top of the stack is visible; the ones below keep their elements. */
const visible = (selector: string): string => `${selector}:visible`

export function phoneTarget(
  name: 'weapp' | 'qq',
  stack: RunningStack,
  page: Page,
  options: Record<string, string> = {},
): Target {
  const address = `${stack.browserDoorUrl}/phone/${name}?${new URLSearchParams(options)}`
  const middlePage: FrameLocator = page.frameLocator('iframe:visible')
  const wallet = (label: string): Locator => page.getByRole('button', { name: label, exact: true })
  const open = async (): Promise<void> => void (await page.goto(address))
  return {
    name,
    page,
    open,
    killAndReopen: async () => {
      await page.evaluate(() => (window as unknown as { __phone: { kill(): void } }).__phone.kill())
      await open()
    },
    cashier:
      name === 'weapp'
        ? {
            pay: () => wallet('支付成功').click(),
            cancel: () => wallet('取消').click(),
            isOpen: () => wallet('支付成功').waitFor(),
          }
        : {
            pay: () => middlePage.locator('#pay').click(),
            cancel: () => middlePage.locator('#cancel').click(),
            isOpen: () => middlePage.locator('#pay').waitFor(),
          },
    async chooseAddress() {
      await page.locator(visible('#address')).click()
      await page.getByRole('button', { name: '使用', exact: true }).click()
      await page.locator(visible('#address')).getByText('138****6621').waitFor()
    },
    find: (selector) => page.locator(visible(selector)),
  }
}

function h5Target(stack: RunningStack, page: Page): Target {
  const open = async (): Promise<void> => void (await page.goto(`${stack.merchantUrl}/`))
  const onMiddlePage = async (selector: string): Promise<void> => {
    await page.waitForURL(/checkmweb/)
    await page.locator(selector).click()
  }
  return {
    name: 'h5',
    page,
    open,
    // A browser's app dies with its page; what it stored stays.
    killAndReopen: async () => {
      await page.goto('about:blank')
      await open()
    },
    cashier: {
      pay: () => onMiddlePage('#pay'),
      cancel: async () => {
        await onMiddlePage('#cancel')
        // Back in the shop: going elsewhere before would race with the page's own way back.
        await page.waitForURL((url) => !url.pathname.includes('checkmweb'))
      },
      isOpen: async () => {
        await page.waitForURL(/checkmweb/)
        await page.locator('#pay').waitFor()
      },
    },
    chooseAddress: () => typeAddress(page),
    find: (selector) => page.locator(visible(selector)),
  }
}

/** Fills in the browser's own form, from the checkout and back to it. */
export async function typeAddress(page: Page): Promise<void> {
  await page.locator(visible('#address')).click()
  const fields = { name: '林知夏', phone: '13800006621', city: '杭州市', district: '西湖区', detail: '龙井路 1 号' }
  for (const [field, value] of Object.entries(fields)) {
    await page
      .locator(visible(`#address-${field}`))
      .locator('input')
      .fill(value)
  }
  await page.locator(visible('#address-save')).click()
  await page.locator(visible('#address')).getByText('138****6621').waitFor()
}

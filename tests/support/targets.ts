import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core'
import type { RunningLoop } from './running-loop'

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
  /** A visible element of the mini program. */
  find(selector: string): Locator
}

export async function openTarget(name: TargetName, loop: RunningLoop, context: BrowserContext): Promise<Target> {
  const page = await context.newPage()
  const target = name === 'h5' ? h5Target(loop, page) : phoneTarget(name, loop, page)
  await target.open()
  return target
}

/** Only the page on top of the stack is visible; the ones below keep their elements. */
const visible = (selector: string): string => `${selector}:visible`

export function phoneTarget(
  name: 'weapp' | 'qq',
  loop: RunningLoop,
  page: Page,
  options: Record<string, string> = {},
): Target {
  const address = `${loop.frontUrl}/phone/${name}?${new URLSearchParams(options)}`
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
    find: (selector) => page.locator(visible(selector)),
  }
}

function h5Target(loop: RunningLoop, page: Page): Target {
  const open = async (): Promise<void> => void (await page.goto(`${loop.merchantUrl}/`))
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
      cancel: () => onMiddlePage('#cancel'),
      isOpen: async () => {
        await page.waitForURL(/checkmweb/)
        await page.locator('#pay').waitFor()
      },
    },
    find: (selector) => page.locator(visible(selector)),
  }
}

import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openContext } from './browser'
import { eventually } from './eventually'
import { operatorOrders, type RunningStack } from './running-stack'
import { phoneTarget } from './targets'

/** What one interaction made the app write to its view. */
export interface Crossing {
  readonly calls: number
  readonly bytes: number
}

export const interactions = ['firstScreen', 'oneMore', 'checkout', 'switch', 'pay', 'result'] as const
export type Interaction = (typeof interactions)[number]
export type Crossings = Readonly<Record<Interaction, Crossing>>

/** The part of the phone's own count that a page can read. */
interface CountingPhone {
  readonly setData: Crossing
  idle(): Promise<void>
}

const read = (page: Page): Promise<Crossing> =>
  page.evaluate(() => (window as unknown as { __phone: CountingPhone }).__phone.setData)

const settle = (page: Page): Promise<void> =>
  page.evaluate(() => (window as unknown as { __phone: CountingPhone }).__phone.idle())

/** Orders in the compiled bundle, in its phone, and counts the `setData` calls of each step on the way. */
export async function measureCrossings(
  build: 'weapp' | 'qq',
  browser: Browser,
  stack: RunningStack,
): Promise<Crossings> {
  const context = await openContext(browser)
  try {
    const page = await context.newPage()
    const target = phoneTarget(build, stack, page)
    await target.open()
    await target.find('#goods-tea-plus').waitFor()
    await settle(page)
    const firstScreen = await read(page)
    const oneMore = await counted(page, async () => {
      await target.find('#goods-tea-plus').click()
      await target.find('#cart-total').getByText('¥88.00').waitFor()
    })
    const checkout = await counted(page, async () => {
      await target.find('#cart-checkout').click()
      await target.find('#points').waitFor()
    })
    await target.chooseAddress()
    await settle(page)
    const toggled = await counted(page, () => target.find('#points').click())
    const pay = await countedUntilOrdered(context, page, async () => {
      await target.find('#pay').click()
      await target.find('#pay').getByText('正在提交').waitFor()
    })
    await target.cashier.isOpen()
    await settle(page)
    await answerOnceSettled(context, stack)
    const result = await counted(page, async () => {
      await target.cashier.pay()
      await target.find('#result-status').getByText('支付成功').waitFor()
    })
    return { firstScreen, oneMore, checkout, switch: toggled, pay, result }
  } finally {
    await context.close()
  }
}

/** The merchant has heard of the payment when it is asked: how often it is asked is not counted here. */
async function answerOnceSettled(context: BrowserContext, stack: RunningStack): Promise<void> {
  const isQuestion = (url: URL): boolean => /\/api\/orders\/[^/]+$/.test(url.pathname)
  await context.route(isQuestion, async (route) => {
    await eventually(async () => {
      const [order] = await operatorOrders(stack)
      if (order?.status !== 'paid') throw new Error(`The order is ${order?.status}.`)
    })
    await route.continue()
  })
}

async function counted(page: Page, act: () => Promise<void>): Promise<Crossing> {
  const before = await read(page)
  await act()
  await settle(page)
  return difference(before, await read(page))
}

/** Holds the request that orders until the button says so: nothing is counted which its answer brings. */
async function countedUntilOrdered(context: BrowserContext, page: Page, tap: () => Promise<void>): Promise<Crossing> {
  const before = await read(page)
  const isOrder = (url: URL): boolean => url.pathname.endsWith('/api/orders')
  let release: () => void = () => undefined
  const counted = new Promise<void>((resolve) => (release = resolve))
  await context.route(isOrder, async (route) => {
    await counted
    await route.continue()
  })
  await tap()
  const after = await read(page)
  release()
  return difference(before, after)
}

const difference = (before: Crossing, after: Crossing): Crossing => ({
  calls: after.calls - before.calls,
  bytes: after.bytes - before.bytes,
})

import type { Locator, Page } from 'playwright-core'
import { holdAnswers } from './held-answers'
import { setFault, type RunningStack } from './running-stack'

/** The races of a fault switch with the reads of its page; bench and console have one each. */

const dropNotices = (page: Page): Locator => page.getByRole('switch', { name: '丢弃通知' })
const nextWrite = (page: Page) => page.waitForResponse((response) => response.request().method() === 'PUT')
const nextRead = (page: Page) => page.waitForResponse(/\/wechat\/faults$/)

/** Turns the switch, and answers when the server has done so. */
export async function turnDropNotices(page: Page, on: boolean): Promise<void> {
  const written = nextWrite(page)
  await dropNotices(page).setChecked(on)
  await written
}

/** A read that began before the click comes after it. */
export async function expectKeptOverOlderRead(page: Page, stack: RunningStack): Promise<void> {
  const reads = await holdAnswers(page, 'GET', '**/control/wechat/faults')
  // Any change of a fault is an event, and an event is a read.
  await setFault(stack, 'delay-notices', true)
  await reads.until(1)
  await turnDropNotices(page, true)
  reads.releaseOne()
  // It was drawn: the next read begins after it.
  await reads.until(2)
  expect(await dropNotices(page).isChecked()).toBe(true)
  const fresh = nextRead(page)
  reads.release()
  await fresh
  expect(await dropNotices(page).isChecked()).toBe(true)
}

/** A read comes before the answer to the click. */
export async function expectKeptBeforeAnswer(page: Page, stack: RunningStack): Promise<void> {
  const reads = await holdAnswers(page, 'GET', '**/control/wechat/faults')
  await setFault(stack, 'delay-notices', true)
  await reads.until(1)
  let letThrough = (): void => undefined
  const isLet = new Promise<void>((resolve) => (letThrough = resolve))
  await page.route('**/control/wechat/faults/drop-notices', async (route) => {
    await isLet
    await route.continue()
  })
  await dropNotices(page).check()
  await setFault(stack, 'delay-notices', false)
  // One read began before the click, the next one after it; neither knows of the click.
  for (const before of [1, 2]) {
    reads.releaseOne()
    if (before === 2) await setFault(stack, 'delay-notices', true)
    await reads.until(before + 1)
    expect(await dropNotices(page).isChecked()).toBe(true)
  }
  const written = nextWrite(page)
  letThrough()
  await written
  const fresh = nextRead(page)
  reads.release()
  await fresh
  expect(await dropNotices(page).isChecked()).toBe(true)
}

import type { Browser, BrowserContext } from 'playwright-core'
import { openContext } from '../support/browser'
import type { RunningStack } from '../support/running-stack'
import { connectBrowser, startTestStack } from '../support/shared/shared'
import { phoneTarget, type Target } from '../support/targets'

/**
 * QQ, and WeChat before 2.11.2, draw an element for the component that carries on deep pages. What is on the screen must lie
 * where it lies without.
 */

const onGoods = ['#goods-tea-plus', '#goods-cup-plus', '#cart-total', '#cart-checkout', '#tab-orders']
const onCheckout = ['#delivery-pickup', '#address', '#coupon', '#points', '#agree', '#pay']
const onCoupons = ['#sheet-close', '#coupon-none']

let browser: Browser
let stack: RunningStack
const contexts: BrowserContext[] = []

beforeAll(async () => {
  browser = await connectBrowser()
  stack = await startTestStack()
})
afterAll(async () => {
  await browser.close()
  await stack.close()
})
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close()
})

/** A phone with a storage of its own. */
async function openPhone(name: 'weapp' | 'qq', options: Record<string, string> = {}): Promise<Target> {
  const context = await openContext(browser, { reducedMotion: 'reduce' })
  contexts.push(context)
  const target = phoneTarget(name, stack, await context.newPage(), options)
  await target.open()
  return target
}

type Places = Readonly<Record<string, string>>

async function placesOf(target: Target, selectors: readonly string[]): Promise<Places> {
  const places = await Promise.all(
    selectors.map(async (selector) => {
      const box = await target.find(selector).boundingBox()
      const rounded = box === null ? [] : [box.x, box.y, box.width, box.height].map(Math.round)
      return [selector, rounded.join(' ')] as const
    }),
  )
  return Object.fromEntries(places)
}

/** Where everything lies, on three screens. */
async function look(name: 'weapp' | 'qq', options: Record<string, string> = {}): Promise<readonly Places[]> {
  const target = await openPhone(name, options)
  await target.find('#goods-tea-plus').click()
  await target.find('#cart-total').getByText('¥88.00').waitFor()
  const goods = await placesOf(target, onGoods)
  await target.find('#cart-checkout').click()
  await target.chooseAddress()
  await target.find('#coupon').waitFor()
  const checkout = await placesOf(target, onCheckout)
  await target.find('#coupon').click()
  await target.find('#sheet-close').waitFor()
  const coupons = await placesOf(target, onCoupons)
  return [goods, checkout, coupons]
}

it('lies in QQ and in an older WeChat where it lies in WeChat', async () => {
  const usual = await look('weapp')
  expect(usual.flatMap((places) => Object.values(places)).filter((place) => place === '')).toEqual([])
  expect(await look('qq')).toEqual(usual)
  expect(await look('weapp', { sdkVersion: '2.10.4' })).toEqual(usual)
})

it('would lie elsewhere if the element between a row and its children had a box', async () => {
  const target = await openPhone('qq')
  await target.find('#goods-tea-plus').waitFor()
  const before = await placesOf(target, onGoods)
  const drawn = await target.page.evaluate(() => {
    const elements = [...document.querySelectorAll('wx-comp')]
    for (const element of elements) element.removeAttribute('style')
    return elements.length
  })
  expect(drawn).toBeGreaterThan(0)
  expect(await placesOf(target, onGoods)).not.toEqual(before)
})

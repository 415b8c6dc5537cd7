import assert from 'node:assert/strict'
import type { FaultName } from '../../mock-server/simulator/wechat/domain/fault-names'
import {
  openSharedShop,
  type Link,
  type Phone,
  type SharedShop,
  type SharedShopOptions,
} from '../merchant/support/shared-shop'
import { createRandom, type Random } from '../support/random'
import type { FuzzTarget, FuzzWorld } from './target'

/**
 * One order, two phones: QQ and a browser, each of which opens WeChat's wallet. Both may have a live trade at WeChat Pay,
 * and both may really pay. One payment is kept, the other is refunded.
 */

const initialStock = 90

export type Placed = Awaited<ReturnType<SharedShop['order']>>

export const twoPhones: FuzzTarget = { name: 'two-phones', open: openTarget }

/** Each part has a shop of its own, which sells what a check buys and no more. */
async function openTarget(): Promise<FuzzWorld> {
  return {
    parts: ['V3', 'V2'],
    async check(part, seed, runs) {
      const both = await openTwoPhones({ protocol: part === 'V2' ? 'V2' : 'V3', engine: 'SQLite' })
      try {
        for (let one = seed; one < seed + runs; one += 1) await both.play(one)
      } finally {
        await both.close()
      }
    },
    close: () => Promise.resolve(),
  }
}

export interface TwoPhones {
  readonly shop: SharedShop
  place(): Promise<Placed>
  /** Both trades as they are when both payers have their finger on the button. */
  openBoth(): Promise<{ placed: Placed; links: readonly [Link, Link] }>
  /** Nothing goes wrong any more, and time passes until nothing is left to do. */
  settleDown(): Promise<void>
  /** What must be true whatever happened. Answers how many payments WeChat Pay took. */
  assertTruth(placed: Placed, earlierPoints: number): Promise<number>
  /** Whatever is on the way and whichever is quicker, as the seed says. Answers the same. */
  play(seed: number): Promise<number>
  close(): Promise<void>
}

export async function openTwoPhones(options: Omit<SharedShopOptions, 'initialStock'>): Promise<TwoPhones> {
  const shop = await openSharedShop({ ...options, initialStock })
  let sold = 0
  let user = 0
  const place = (): Promise<Placed> => shop.order(`payer-${(user += 1)}`)

  async function settleDown(): Promise<void> {
    await shop.wechat.settled()
    for (const seconds of [5, 30, 60, 300, 600, 1800, 7200]) await shop.advance(seconds)
    await shop.wechat.settled()
    await shop.sweep()
  }

  async function assertTruth(placed: Placed, earlierPoints: number): Promise<number> {
    const { orderNo, totalFen, inQq, inBrowser } = placed
    const { trades, refunds } = await shop.held(orderNo)
    const paid = trades.filter(({ trade_state }) => trade_state === 'SUCCESS' || trade_state === 'REFUND')
    const shown = await inQq.look()
    assert.deepEqual(await inBrowser.look(), { ...shown, remark: '' })

    const captured = paid.reduce((sum, { amount }) => sum + amount.total, 0)
    const returned = refunds.reduce((sum, { amount }) => sum + amount.refund, 0)
    const wasPaid = paid.length > 0
    assert.equal(captured - returned, wasPaid ? totalFen : 0)
    assert.equal(shown.status, wasPaid ? 'paid' : 'closed')
    assert.equal(shown.refundedFen, 0)
    if (wasPaid) {
      const kept = paid.filter(({ trade_state }) => trade_state === 'SUCCESS')
      assert.deepEqual(
        kept.map(({ transaction_id }) => transaction_id),
        [shown.transactionId],
      )
    }
    // Both sides name the same refunds, each with its reason.
    assert.equal(refunds.length, Math.max(0, paid.length - 1))
    assert.deepEqual(
      refunds.map(({ out_refund_no, status, reason }) => ({ out_refund_no, status, reason })),
      shown.refunds.map(({ refundNo, reason }) => ({ out_refund_no: refundNo, status: 'SUCCESS', reason })),
    )
    for (const { status, cause, amountFen, reason } of shown.refunds)
      assert.deepEqual(
        { status, cause, amountFen, reason },
        { status: 'succeeded', cause: 'paidTwice', amountFen: totalFen, reason: '重复支付，自动退款' },
      )
    // Nothing of it can be paid any more.
    assert.deepEqual(
      trades.filter(({ trade_state }) => trade_state === 'NOTPAY'),
      [],
    )
    // Sold once, and earned once.
    if (wasPaid) sold += 1
    assert.equal(await shop.teaLeft(), initialStock - sold)
    assert.equal((await placed.points()) - earlierPoints, wasPaid ? Math.floor(totalFen / 100) : 0)
    return paid.length
  }

  async function openBoth(): Promise<{ placed: Placed; links: readonly [Link, Link] }> {
    const placed = await place()
    const second = await placed.inBrowser.ask()
    if (second === null) throw new Error('The browser was given nothing to pay with.')
    const { trades } = await shop.held(placed.orderNo)
    const states = trades.map(({ trade_state }) => trade_state).toSorted()
    assert.deepEqual(states, options.protocol === 'V2' ? ['NOTPAY', 'NOTPAY'] : ['CLOSED', 'NOTPAY'])
    // V3 closes the first at once; only a bank that had already begun still pays it.
    if (options.protocol === 'V3') await shop.fault('paid-despite-close', { on: true, times: 1 })
    return { placed, links: [placed.link, second] }
  }

  /** A person with a phone: asks, pays, looks, and is never shown that paid money is lost. */
  async function use(phone: Phone, first: Link | null, random: Random): Promise<void> {
    let link = first
    for (let tries = 1 + random.below(3); tries > 0; tries -= 1) {
      await dawdle(random)
      if (link === null || random.chance(0.5)) link = (await phone.ask()) ?? link
      await dawdle(random)
      const hasPaid = link !== null && (await shop.pay(link)).status === 200
      const { status } = await phone.look()
      const allowed = hasPaid ? ['pending', 'paid'] : ['pending', 'paid', 'closed']
      assert.ok(allowed.includes(status), `shown as ${status}`)
      if (hasPaid) return
    }
  }

  /** A person whose finger is on the button. */
  async function press(phone: Phone, link: Link, random: Random): Promise<void> {
    await dawdle(random)
    assert.equal((await shop.pay(link)).status, 200)
    const { status } = await phone.look()
    assert.ok(['pending', 'paid'].includes(status), `shown as ${status}`)
  }

  async function play(seed: number): Promise<number> {
    const random = createRandom(seed)
    // In one of three both are about to pay; in the others everybody asks and pays as it comes.
    const both = seed % 3 === 0 ? await openBoth() : null
    const placed = both?.placed ?? (await place())
    const earlier = await placed.points()
    for (let left = random.below(4); left > 0; left -= 1) {
      const [name, value] = random.pick(faults)
      await shop.fault(name, { on: true, times: 1 + random.below(3), ...value })
    }
    // Each person decides alone: the other's pace does not change what the seed says.
    const [first, second] = [createRandom(seed + 1_000), createRandom(seed + 2_000)]
    const acts = both
      ? [() => press(placed.inQq, both.links[0], first), () => press(placed.inBrowser, both.links[1], second)]
      : [() => use(placed.inQq, placed.link, first), () => use(placed.inBrowser, null, second)]
    if (random.chance(0.5)) acts.reverse()
    try {
      await Promise.all(acts.map((act) => act()))
      for (const [name] of faults) await shop.fault(name, { on: false })
      await settleDown()
      const payments = await assertTruth(placed, earlier)
      if (both) assert.equal(payments, 2)
      return payments
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error })
    }
  }

  return { shop, place, openBoth, settleDown, assertTruth, play, close: () => shop.close() }
}

const faults: readonly (readonly [FaultName, object])[] = [
  ['drop-notices', {}],
  ['delay-notices', { value: 90 }],
  ['duplicate-notices', {}],
  ['double-notices', {}],
  ['reorder-notices', {}],
  ['stale-timestamp', {}],
  ['api-error', {}],
  ['api-bad-gateway', {}],
  ['api-reset', {}],
  ['api-lost-answer', {}],
  ['paid-despite-close', {}],
  ['paid-despite-close', {}],
]

/** Some turns of the event loop: where exactly the two meet is another place with each seed. */
async function dawdle(random: Random): Promise<void> {
  for (let turn = random.below(40); turn > 0; turn -= 1) await new Promise<void>((next) => setImmediate(next))
}

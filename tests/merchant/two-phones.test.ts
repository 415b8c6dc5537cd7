import type { FaultName } from '../../mock-server/simulator/wechat/domain/fault-names'
import { createRandom, type Random } from '../support/random'
import { describeOnPostgres } from '../support/postgres'
import { openSharedShop, type Link, type Phone, type SharedShop } from './support/shared-shop'

/**
 * One order, two phones: QQ and a browser, each of which opens WeChat's wallet. Both may have a live trade at WeChat Pay,
 * and both may really pay. One payment is kept, the other is refunded.
 */

jest.setTimeout(180_000)

const initialStock = 90
const seedsOnSqlite = 30
const seedsOnPostgres = 20

type Placed = Awaited<ReturnType<SharedShop['order']>>

/** Some turns of the event loop: where exactly the two meet is another place with each seed. */
async function dawdle(random: Random): Promise<void> {
  for (let turn = random.below(40); turn > 0; turn -= 1) await new Promise<void>((next) => setImmediate(next))
}

function suite(protocol: 'V3' | 'V2', engine: 'SQLite' | 'PostgreSQL', seeds: number): void {
  let shop: SharedShop
  let sold = 0
  let user = 0

  beforeAll(async () => {
    shop = await openSharedShop({ protocol, engine, initialStock })
  })
  afterAll(() => shop.close())

  const place = () => shop.order(`payer-${(user += 1)}`)

  /** Nothing goes wrong any more, and time passes until nothing is left to do. */
  async function settleDown(): Promise<void> {
    await shop.wechat.settled()
    for (const seconds of [5, 30, 60, 300, 600, 1800, 7200]) await shop.advance(seconds)
    await shop.wechat.settled()
    await shop.sweep()
  }

  /** What must be true whatever happened. Answers how many payments WeChat Pay took. */
  async function expectTruth(placed: Placed, earlierPoints: number): Promise<number> {
    const { orderNo, totalFen, inQq, inBrowser } = placed
    const { trades, refunds } = await shop.held(orderNo)
    const paid = trades.filter(({ trade_state }) => trade_state === 'SUCCESS' || trade_state === 'REFUND')
    const shown = await inQq.look()
    expect(await inBrowser.look()).toEqual({ ...shown, remark: '' })

    const captured = paid.reduce((sum, { amount }) => sum + amount.total, 0)
    const returned = refunds.reduce((sum, { amount }) => sum + amount.refund, 0)
    const wasPaid = paid.length > 0
    expect(captured - returned).toBe(wasPaid ? totalFen : 0)
    expect(shown.status).toBe(wasPaid ? 'paid' : 'closed')
    expect(shown.refundedFen).toBe(0)
    if (wasPaid) {
      const kept = paid.filter(({ trade_state }) => trade_state === 'SUCCESS')
      expect(kept.map(({ transaction_id }) => transaction_id)).toEqual([shown.transactionId])
    }
    // Both sides name the same refunds, each with its reason.
    expect(refunds).toHaveLength(Math.max(0, paid.length - 1))
    expect(refunds.map(({ out_refund_no, status, reason }) => ({ out_refund_no, status, reason }))).toEqual(
      shown.refunds.map(({ refundNo, reason }) => ({ out_refund_no: refundNo, status: 'SUCCESS', reason })),
    )
    for (const refund of shown.refunds) {
      expect(refund).toMatchObject({ status: 'succeeded', cause: 'paidTwice', amountFen: totalFen })
      expect(refund.reason).toBe('重复支付，自动退款')
    }
    // Nothing of it can be paid any more.
    const open = trades.filter(({ trade_state }) => trade_state === 'NOTPAY')
    expect(open).toEqual([])
    // Sold once, and earned once.
    if (wasPaid) sold += 1
    expect(await shop.teaLeft()).toBe(initialStock - sold)
    expect((await placed.points()) - earlierPoints).toBe(wasPaid ? Math.floor(totalFen / 100) : 0)
    return paid.length
  }

  /** Both trades as they are when both payers have their finger on the button. */
  async function openBoth(): Promise<{ placed: Placed; links: readonly [Link, Link] }> {
    const placed = await place()
    const second = await placed.inBrowser.ask()
    if (second === null) throw new Error('The browser was given nothing to pay with.')
    const { trades } = await shop.held(placed.orderNo)
    const states = protocol === 'V2' ? ['NOTPAY', 'NOTPAY'] : ['CLOSED', 'NOTPAY']
    expect(trades.map(({ trade_state }) => trade_state).toSorted()).toEqual(states)
    // V3 closes the first at once; only a bank that had already begun still pays it.
    if (protocol === 'V3') await shop.fault('paid-despite-close', { on: true, times: 1 })
    return { placed, links: [placed.link, second] }
  }

  it.each([
    ['at the same moment', [0, 1], true],
    ['QQ first', [0, 1], false],
    ['the browser first', [1, 0], false],
  ])('both pay, %s: one payment is kept, one goes back', async (_when, order, together) => {
    const { placed, links } = await openBoth()
    const earlier = await placed.points()
    const pay = async (which: number) => expect(await shop.pay(links[which]!)).toMatchObject({ status: 200 })
    if (together) await Promise.all(order.map(pay))
    else for (const which of order) await pay(which)
    await shop.wechat.settled()
    for (const phone of [placed.inQq, placed.inBrowser]) expect((await phone.look()).status).toBe('paid')
    await settleDown()
    expect(await expectTruth(placed, earlier)).toBe(2)
  })

  it('is told to neither as failed while every notice is lost and WeChat Pay does not answer', async () => {
    const { placed, links } = await openBoth()
    const earlier = await placed.points()
    await shop.fault('drop-notices', { on: true, times: 4 })
    await shop.fault('api-error', { on: true, times: 3 })
    await Promise.all(links.map(shop.pay))
    for (const phone of [placed.inQq, placed.inBrowser, placed.inQq]) {
      expect(['pending', 'paid']).toContain((await phone.look()).status)
    }
    for (const name of ['api-error', 'drop-notices'] as const) await shop.fault(name, { on: false })
    await settleDown()
    expect(await expectTruth(placed, earlier)).toBe(2)
  })

  it('gives nothing to pay with for an order that the other phone paid meanwhile', async () => {
    const placed = await place()
    const earlier = await placed.points()
    expect((await shop.pay(placed.link)).status).toBe(200)
    await shop.wechat.settled()
    expect(await placed.inBrowser.ask()).toBeNull()
    expect(await placed.inQq.ask()).toBeNull()
    await settleDown()
    expect(await expectTruth(placed, earlier)).toBe(1)
  })

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

  /** A person with a phone: asks, pays, looks, and is never shown that paid money is lost. */
  async function use(phone: Phone, first: Link | null, random: Random): Promise<void> {
    let link = first
    for (let tries = 1 + random.below(3); tries > 0; tries -= 1) {
      await dawdle(random)
      if (link === null || random.chance(0.5)) link = (await phone.ask()) ?? link
      await dawdle(random)
      const hasPaid = link !== null && (await shop.pay(link)).status === 200
      const { status } = await phone.look()
      expect(hasPaid ? ['pending', 'paid'] : ['pending', 'paid', 'closed']).toContain(status)
      if (hasPaid) return
    }
  }

  /** A person whose finger is on the button. */
  async function press(phone: Phone, link: Link, random: Random): Promise<void> {
    await dawdle(random)
    expect((await shop.pay(link)).status).toBe(200)
    expect(['pending', 'paid']).toContain((await phone.look()).status)
  }

  it(`whatever is on the way and whichever is quicker, over ${seeds} seeds`, async () => {
    const counts: number[] = []
    for (let seed = 1; seed <= seeds; seed += 1) {
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
        counts.push(await expectTruth(placed, earlier))
        if (both) expect(counts.at(-1)).toBe(2)
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error })
      }
    }
    expect(counts).toContain(1)
  })
}

describe.each(['V3', 'V2'] as const)('two phones that pay one order, %s on SQLite', (protocol) => {
  suite(protocol, 'SQLite', seedsOnSqlite)
})

describeOnPostgres('two merchant processes on one PostgreSQL', () => {
  describe.each(['V3', 'V2'] as const)('and two phones that pay one order, %s', (protocol) => {
    suite(protocol, 'PostgreSQL', seedsOnPostgres)
  })
})

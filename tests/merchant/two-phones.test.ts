import { openTwoPhones, type TwoPhones } from '../fuzz/two-phones'
import { describeOnPostgres } from '../support/postgres'

/** Two phones that pay one order; `npm run test:fuzz -- --target two-phones` plays more seeds. */

/** In one of them both are about to pay, and in one of them only one pays. */
const seeds = [1, 2, 3, 4]

function suite(protocol: 'V3' | 'V2', engine: 'SQLite' | 'PostgreSQL'): void {
  let both: TwoPhones
  beforeAll(async () => {
    both = await openTwoPhones({ protocol, engine })
  })
  afterAll(() => both.close())

  it.each([
    ['at the same moment', [0, 1], true],
    ['QQ first', [0, 1], false],
    ['the browser first', [1, 0], false],
  ])('both pay, %s: one payment is kept, one goes back', async (_when, order, together) => {
    const { placed, links } = await both.openBoth()
    const earlier = await placed.points()
    const pay = async (which: number) => expect(await both.shop.pay(links[which]!)).toMatchObject({ status: 200 })
    if (together) await Promise.all(order.map(pay))
    else for (const which of order) await pay(which)
    await both.shop.wechat.settled()
    for (const phone of [placed.inQq, placed.inBrowser]) expect((await phone.look()).status).toBe('paid')
    await both.settleDown()
    expect(await both.assertTruth(placed, earlier)).toBe(2)
  })

  it('is told to neither as failed while every notice is lost and WeChat Pay does not answer', async () => {
    const { shop } = both
    const { placed, links } = await both.openBoth()
    const earlier = await placed.points()
    await shop.fault('drop-notices', { on: true, times: 4 })
    await shop.fault('api-error', { on: true, times: 3 })
    await Promise.all(links.map(shop.pay))
    for (const phone of [placed.inQq, placed.inBrowser, placed.inQq]) {
      expect(['pending', 'paid']).toContain((await phone.look()).status)
    }
    for (const name of ['api-error', 'drop-notices'] as const) await shop.fault(name, { on: false })
    await both.settleDown()
    expect(await both.assertTruth(placed, earlier)).toBe(2)
  })

  it('gives nothing to pay with for an order that the other phone paid meanwhile', async () => {
    const placed = await both.place()
    const earlier = await placed.points()
    expect((await both.shop.pay(placed.link)).status).toBe(200)
    await both.shop.wechat.settled()
    expect(await placed.inBrowser.ask()).toBeNull()
    expect(await placed.inQq.ask()).toBeNull()
    await both.settleDown()
    expect(await both.assertTruth(placed, earlier)).toBe(1)
  })

  it(`whatever is on the way and whichever is quicker, over ${seeds.length} seeds`, async () => {
    const counts: number[] = []
    for (const seed of seeds) counts.push(await both.play(seed))
    expect(counts).toContain(1)
  })
}

describe.each(['V3', 'V2'] as const)('two phones that pay one order, %s on SQLite', (protocol) => {
  suite(protocol, 'SQLite')
})

describeOnPostgres('two merchant processes on one PostgreSQL', () => {
  describe.each(['V3', 'V2'] as const)('and two phones that pay one order, %s', (protocol) => {
    suite(protocol, 'PostgreSQL')
  })
})

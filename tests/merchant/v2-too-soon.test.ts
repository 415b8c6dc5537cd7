import { openSharedShop, type SharedShop } from './support/shared-shop'

/** V2 closes nothing that is younger than five minutes. What the shop does until then, by the clock of business. */

let shop: SharedShop
beforeEach(async () => {
  shop = await openSharedShop({ protocol: 'V2', engine: 'SQLite', initialStock: 5 })
})
afterEach(() => shop.close())

/** What WeChat Pay holds, oldest first. */
const states = async (orderNo: string) =>
  (await shop.held(orderNo)).trades
    .toSorted((left, right) => left.out_trade_no.localeCompare(right.out_trade_no))
    .map(({ trade_state }) => trade_state)

describe('a V2 order that cannot be closed yet', () => {
  it('is not called cancelled; the payer can still pay it, or cancel it when the five minutes are over', async () => {
    const placed = await shop.order('payer-1')
    expect(await placed.cancel()).toMatchObject({ status: 503, body: { code: 'CANCEL_UNAVAILABLE' } })
    expect(await placed.inQq.look()).toMatchObject({ status: 'pending', canCancel: true })
    expect(await states(placed.orderNo)).toEqual(['NOTPAY'])
    expect(await placed.inQq.ask()).not.toBeNull()
    await shop.advance(330)
    expect((await placed.cancel()).status).toBe(200)
    expect(await placed.inQq.look()).toMatchObject({ status: 'closed' })
    expect(await states(placed.orderNo)).toEqual(['CLOSED'])
    expect(await shop.teaLeft()).toBe(5)
  })

  it('has its other number closed by the sweep as soon as that can be, when one of them was paid', async () => {
    const placed = await shop.order('payer-1')
    const inBrowser = await placed.inBrowser.ask()
    expect((await shop.pay(inBrowser!)).status).toBe(200)
    await shop.wechat.settled()
    expect(await placed.inQq.look()).toMatchObject({ status: 'paid' })
    for (const seconds of [10, 60, 120, 80]) {
      await shop.advance(seconds)
      expect(await states(placed.orderNo)).toEqual(['NOTPAY', 'SUCCESS'])
    }
    await shop.advance(60)
    expect(await states(placed.orderNo)).toEqual(['CLOSED', 'SUCCESS'])
    expect((await shop.pay(placed.link)).status).toBe(403)
    expect(await placed.inQq.look()).toMatchObject({ status: 'paid', refunds: [] })
  })

  it('closes the older number before it makes another, once it is old enough', async () => {
    const placed = await shop.order('payer-1')
    expect(await placed.inBrowser.ask()).not.toBeNull()
    expect(await states(placed.orderNo)).toEqual(['NOTPAY', 'NOTPAY'])
    await shop.advance(330)
    // Each phone goes on with its own number, and ends the other's.
    expect(await placed.inQq.ask()).not.toBeNull()
    expect(await states(placed.orderNo)).toEqual(['NOTPAY', 'CLOSED'])
    expect(await placed.inBrowser.ask()).not.toBeNull()
    expect(await states(placed.orderNo)).toEqual(['CLOSED', 'CLOSED', 'NOTPAY'])
  })

  it('stays pending when its time is up, although nobody can pay it, and is closed when WeChat Pay lets it', async () => {
    const placed = await shop.order('payer-1')
    await shop.advance(13 * 60)
    const late = await placed.inBrowser.ask()
    await shop.advance(2 * 60)
    expect(await states(placed.orderNo)).toEqual(['CLOSED', 'NOTPAY'])
    expect(await placed.inBrowser.look()).toMatchObject({ status: 'pending', payableForSec: 0 })
    expect(await shop.teaLeft()).toBe(4)
    expect((await shop.pay(late!)).status).toBe(403)
    expect(await placed.inBrowser.ask()).toBeNull()
    for (let halfMinute = 0; halfMinute < 7; halfMinute += 1) await shop.advance(30)
    expect(await states(placed.orderNo)).toEqual(['CLOSED', 'CLOSED'])
    expect(await placed.inBrowser.look()).toMatchObject({ status: 'closed' })
    expect(await shop.teaLeft()).toBe(5)
  })

  it('that is paid shortly before its time is up is paid, whatever could not be closed', async () => {
    const placed = await shop.order('payer-1')
    await shop.advance(13 * 60)
    const late = await placed.inBrowser.ask()
    await shop.fault('drop-notices', { on: true })
    await shop.advance(90)
    expect((await shop.pay(late!)).status).toBe(200)
    await shop.advance(40)
    expect(await placed.inQq.look()).toMatchObject({ status: 'paid', refunds: [] })
    expect(await shop.teaLeft()).toBe(4)
  })
})

import { goBackTo, stoppedAtMs, type OldAttempt, type OldHold, type OldOrder, type OldRefund } from './old-data'
import { createWorld, unpaidOrders, type OldWorld, type OpenedWorld } from './old-world'

/** What holds for a shop of d558558, whatever it runs on: every order, refund and hold of before goes on to its end. */

type Decision = 'accept' | 'refund' | 'dismiss'

/** What a person may decide, by the reason. */
const decisionsOf: Readonly<Record<string, readonly Decision[]>> = {
  AMOUNT_MISMATCH: ['dismiss'],
  APPID_MISMATCH: ['accept', 'refund', 'dismiss'],
  REFUND_ABNORMAL: ['dismiss'],
  REFUND_FAILED: ['dismiss'],
}

function prepayIdOf(text: string): string {
  const [prepayId] = /wx\d{14}[0-9a-f]{20}/.exec(text) ?? []
  if (prepayId === undefined) throw new Error(`There is no prepay_id in ${text}.`)
  return prepayId
}

const weekSec = 7 * 24 * 3600

export function describeCarryingOn(
  name: string,
  open: () => Promise<OpenedWorld>,
  describeIt: (name: string, body: () => void) => void = describe,
): void {
  describeIt(name, () => {
    let world: OldWorld
    let isOpen = false
    /** To restore a world costs more than to carry it on: the tests of a group share one, and none takes what a later one needs. */
    const openOnce = (atMs = stoppedAtMs): void => {
      beforeAll(async () => {
        goBackTo(atMs)
        world = createWorld(await open())
        isOpen = true
      })
      afterAll(async () => {
        if (isOpen) await world.close()
        isOpen = false
        jest.restoreAllMocks()
      })
    }

    describe('when payers pay and the shop ships', () => {
      openOnce()

      it('shows every order, refund and hold as it was', () => showsAll(world))
      it('delivers every notification of before, and the orders are paid', () => deliversAll(world))
      it('takes the payment of every pending order, on the prepay of before', () => paysAll(world))
      it('declines every refund that was asked for, and the order stays paid', () => declinesAll(world))
      it('ships every paid order, and finishes the work of before', () => shipsAll(world))
      it('lets a person decide every hold: accept', () => decidesAll(world, 'accept'))
      it('agrees with the bills of WeChat Pay', () => balances(world))
    })

    describe('when payers stay away and money goes back', () => {
      openOnce()

      // The points of the kill are compared: before orders that close give points back.
      it('ends every open refund; money, coupon and points come back', () => refundsAll(world))
      it('closes every unpaid order when its time is over; coupon and points come back', () => closesAll(world))
      it('lets a person decide every hold: refund', () => decidesAll(world, 'refund'))
    })

    describe('when it starts six weeks later', () => {
      openOnce(stoppedAtMs + 6 * weekSec * 1000)

      it('brings everything to its end', () => endsAll(world))
      it('lets a person decide every hold: dismiss', () => decidesAll(world, 'dismiss'))
    })
  })
}

async function decidesAll(world: OldWorld, decision: Decision): Promise<void> {
  for (const hold of world.rows.holds) {
    const allowed = decisionsOf[hold.reason]
    if (allowed === undefined) throw new Error(`No decision is known for ${hold.reason}.`)
    await decide(world, hold, allowed.includes(decision) ? decision : 'dismiss')
  }
  expect(await world.holds('open')).toEqual([])
  expect(await world.holds('resolved')).toHaveLength(world.rows.holds.length)
}

async function endsAll(world: OldWorld): Promise<void> {
  await world.fault('drop-notices', false)
  // Where virtual time stood still it goes on from there.
  await world.advance(6 * weekSec)
  const waitsForPerson = new Set(
    world.rows.refunds.filter(({ status }) => /requested|abnormal/.test(status)).map(({ orderId }) => orderId),
  )
  const moving = world.rows.orders.filter(
    ({ id, status }) => /pending|refunding/.test(status) && !waitsForPerson.has(id),
  )
  expect(moving).not.toEqual([])
  await world.untilOrders(moving, /^(paid|closed|refunded|held)$/, 60)
}

async function showsAll(world: OldWorld): Promise<void> {
  const { orders, refunds, holds } = world.rows
  const listed = await world.orders()
  expect(listed.map(({ orderNo, totalFen }) => `${orderNo} ${totalFen}`)).toEqual(
    [...orders].reverse().map(({ orderNo, totalFen }) => `${orderNo} ${totalFen}`),
  )
  for (const { orderNo, status, totalFen, id } of orders) {
    const { order } = await world.detail(orderNo)
    // Refunds are under way from the first moment.
    expect(order).toMatchObject({ totalFen, ...(status !== 'refunding' && { status }) })
    expect(order.refunds.map(({ refundNo }) => refundNo)).toEqual(
      refunds.filter(({ orderId }) => orderId === id).map(({ refundNo }) => refundNo),
    )
  }
  expect((await world.holds('open')).map(({ id }) => id)).toEqual([...holds].reverse().map(({ id }) => id))
  const trades = await world.trades()
  for (const { outTradeNo, instruction } of world.rows.attempts) {
    const trade = trades.find((one) => (one.combine_out_trade_no ?? one.out_trade_no) === outTradeNo)
    expect({ outTradeNo, isThere: trade !== undefined }).toEqual({ outTradeNo, isThere: instruction !== null })
  }
}

async function paysAll(world: OldWorld): Promise<void> {
  await world.fault('drop-notices', false)
  const unpaid = await unpaidOrders(world)
  expect(unpaid.length).toBeGreaterThanOrEqual(3)
  for (const { order, attempts } of unpaid) {
    const { payment } = await world.instruct(order)
    if (payment === null) throw new Error(`${order.orderNo} got no instruction.`)
    const live = attempts.find(({ client, status }) => client === order.client && status === 'live')
    if (live !== undefined) expect(prepayIdOf(JSON.stringify(payment))).toBe(prepayIdOf(live.instruction ?? ''))
    await world.pay(order, payment)
  }
  await world.untilOrders(
    unpaid.map(({ order }) => order),
    /^paid$/,
  )
}

async function closesAll(world: OldWorld): Promise<void> {
  const unpaid = await unpaidOrders(world)
  const before = new Map<string, number>()
  for (const { order } of unpaid) {
    const { token } = await world.ownerOf(order)
    before.set(order.orderNo, (await world.possessions(token)).points)
  }
  await world.advance(16 * 60)
  await world.untilOrders(
    unpaid.map(({ order }) => order),
    /^closed$/,
    30,
  )
  for (const { order } of unpaid) {
    const { token } = await world.ownerOf(order)
    if (order.points === 0 && order.couponId === null) continue
    const { points, coupons } = await world.possessions(token)
    expect(points).toBe((before.get(order.orderNo) ?? 0) + order.points)
    expect(coupons.map(({ couponId }) => couponId)).toContain(String(order.couponId))
  }
  const numbers = unpaid.flatMap(({ attempts }) => attempts.filter(isInstructed).map(({ outTradeNo }) => outTradeNo))
  const isOpen = async (): Promise<boolean> =>
    (await world.trades()).some(
      (trade) =>
        numbers.includes(trade.combine_out_trade_no ?? trade.out_trade_no ?? '') && trade.trade_state === 'NOTPAY',
    )
  await world.until('every trade closed', async () => !(await isOpen()), 30)
}

const isInstructed = ({ instruction }: OldAttempt): boolean => instruction !== null

async function deliversAll(world: OldWorld): Promise<void> {
  const unpaid = new Set((await unpaidOrders(world)).map(({ order }) => order.orderNo))
  const paid = world.rows.orders.filter(({ orderNo, status }) => status === 'pending' && !unpaid.has(orderNo))
  expect(paid.length).toBeGreaterThanOrEqual(2)
  const waiting = (await world.notices()).filter(({ next_attempt_at }) => next_attempt_at !== null)
  expect(waiting.length).toBeGreaterThanOrEqual(paid.length)
  await world.fault('drop-notices', false)
  await world.advance(60)
  const after = await world.notices()
  for (const { id } of waiting) {
    const notice = after.find((one) => one.id === id)
    expect({ id, last: notice?.attempts.at(-1)?.outcome }).toEqual({ id, last: 'acknowledged' })
  }
  for (const { orderNo } of paid) expect((await world.detail(orderNo)).order.status).toBe('paid')
}

async function refundsAll(world: OldWorld): Promise<void> {
  await world.fault('drop-notices', false)
  const { refunds, orders } = world.rows
  const open = refunds.filter(({ status }) => /requested|approved|processing|abnormal/.test(status))
  expect(new Set(open.map(({ status }) => status))).toEqual(
    new Set(['requested', 'approved', 'processing', 'abnormal']),
  )
  const orderOf = (id: number) => orders.find((order) => order.id === id)!
  for (const { refundNo, status } of open) {
    if (status === 'requested') await world.operator('POST', `/operator/refunds/${refundNo}/approve`, {})
    // A person has mended it in WeChat Pay's console.
    if (status === 'abnormal') await world.control('POST', `/refunds/${world.mchid}/${refundNo}/finish`, {})
  }
  await world.until(
    'every open refund succeeded',
    async () => {
      const statuses = await world.refundStatuses()
      return open.every(({ refundNo }) => statuses.get(refundNo) === 'succeeded')
    },
    20,
  )
  for (const { orderId, amountFen } of open) {
    const old = orderOf(orderId)
    const { order } = await world.detail(old.orderNo)
    const isWhole = amountFen === old.totalFen
    expect(order).toMatchObject({ refundedFen: amountFen, status: isWhole ? 'refunded' : 'paid' })
    if (!isWhole || old.couponId === null) continue
    const { coupons } = await world.possessions((await world.ownerOf(old)).token)
    expect(coupons.map(({ couponId }) => couponId)).toContain(String(old.couponId))
  }
  for (const { userId, balance } of world.rows.balances) {
    const own = open.filter(({ orderId }) => orderOf(orderId).userId === userId)
    if (own.length === 0) continue
    const change = own.reduce((sum, refund) => sum + pointsBackOf(refund, orderOf(refund.orderId)), 0)
    const { points } = await world.possessions((await world.ownerOf(orderOf(own[0]!.orderId))).token)
    expect({ userId, points }).toEqual({ userId, points: Math.max(0, balance + change) })
  }
  const numbers = new Set(refunds.map(({ refundNo }) => refundNo))
  const own = (await world.wechatRefunds()).filter(({ out_refund_no }) => numbers.has(out_refund_no))
  for (const refund of own) expect(refund.status).toMatch(/SUCCESS|CLOSED/)
}

/** Used points come back in proportion; those that the refunded money earned, 1 for each yuan, go. */
function pointsBackOf({ amountFen }: OldRefund, { points, totalFen }: OldOrder): number {
  const earned = Math.floor(totalFen / 100) - Math.floor((totalFen - amountFen) / 100)
  return Math.floor((points * amountFen) / totalFen) - earned
}

async function declinesAll(world: OldWorld): Promise<void> {
  const asked = world.rows.refunds.filter(({ status }) => status === 'requested')
  expect(asked).not.toEqual([])
  for (const { refundNo, orderId } of asked) {
    await world.operator('POST', `/operator/refunds/${refundNo}/decline`, { reason: '已经寄出' })
    expect((await world.refundStatuses()).get(refundNo)).toBe('declined')
    const { orderNo } = world.rows.orders.find(({ id }) => id === orderId)!
    expect((await world.detail(orderNo)).order).toMatchObject({ status: 'paid', refundedFen: 0 })
  }
}

async function shipsAll(world: OldWorld): Promise<void> {
  await world.fault('drop-notices', false)
  const paid = world.rows.orders.filter(({ status }) => status === 'paid')
  for (const { orderNo } of paid) {
    const { order } = await world.detail(orderNo)
    if (order.status !== 'paid' || order.fulfilment !== 'preparing') continue
    await world.operator('POST', `/operator/orders/${orderNo}/ship`, { carrier: 'SF', trackingNo: 'SF1234567890' })
    expect((await world.detail(orderNo)).order.fulfilment).toBe('shipped')
  }
  for (const { id } of world.rows.jobs.filter(({ status }) => status === 'dead')) {
    await world.operator('POST', `/operator/jobs/${id}/retry`, {})
  }
  const open = async () => {
    const jobs = await world.jobs()
    const abnormal = world.rows.refunds.filter(({ status }) => status === 'abnormal').map(({ refundNo }) => refundNo)
    return jobs.filter(({ status, subject }) => /waiting|dead/.test(status) && !abnormal.includes(subject))
  }
  const known = new Set(world.rows.jobs.map(({ id }) => id))
  await world.until(
    'all work of before done',
    async () => (await open()).every(({ id, status }) => !known.has(id) && status !== 'dead'),
    20,
  )
}

async function balances(world: OldWorld): Promise<void> {
  await world.fault('drop-notices', false)
  await world.advance(2 * 24 * 3600)
  interface Bill {
    readonly day: string
  }
  const bills = async () => (await world.operator<{ bills: Bill[] }>('GET', '/operator/bills')).bills
  const days = new Set(
    (await world.trades()).flatMap(({ success_time }) =>
      success_time === undefined ? [] : [success_time.slice(0, 10)],
    ),
  )
  const newest = [...days].sort().at(-1)!
  await world.until('the bill of the last day', async () => (await bills()).some(({ day }) => day === newest), 60)
  const own = new Set(world.rows.attempts.map(({ outTradeNo }) => outTradeNo))
  const ownTransactions = new Set(
    (await world.trades())
      .filter(({ out_trade_no = '', parent }) => own.has(parent?.out_trade_no ?? out_trade_no))
      .map(({ transaction_id }) => transaction_id),
  )
  const claimed = new Set(
    world.rows.holds.filter(({ reason }) => reason === 'AMOUNT_MISMATCH').map(({ transactionId }) => transactionId),
  )
  for (const { day } of await bills()) {
    const { differences } = await world.operator<{ differences: { kind: string; of: string; number: string }[] }>(
      'GET',
      `/operator/bills/${day}`,
    )
    // Trades of other back ends under the same merchant number are not in this shop's books.
    const ours = differences.filter(
      ({ kind, of, number }) =>
        kind !== 'missingHere' ||
        (of === 'payment' ? ownTransactions.has(number) : world.rows.refunds.some((one) => one.refundNo === number)),
    )
    // The one payment of which a notification told another amount.
    expect(ours.filter(({ number }) => !claimed.has(number))).toEqual([])
  }
}

async function decide(world: OldWorld, hold: OldHold, decision: Decision): Promise<void> {
  await world.operator('POST', `/operator/held/${hold.id}/resolve`, { decision, note: '已核对' })
  const attempt = world.rows.attempts.find(({ outTradeNo }) => outTradeNo === hold.outTradeNo)
  const order = world.rows.orders.find(({ id }) => id === attempt?.orderId)
  if (order === undefined || decision === 'dismiss') return
  if (decision === 'accept') return world.until('accepted', world.statusIs(order.orderNo, 'paid'))
  await world.until(
    `the money of ${order.orderNo} back`,
    async () => {
      const { refunds } = (await world.detail(order.orderNo)).order
      return refunds.length > 0 && refunds.every(({ status }) => status === 'succeeded')
    },
    20,
  )
}

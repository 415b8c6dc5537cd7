import { sql } from 'kysely'
import { describeOnPostgres } from '../support/postgres'
import { both, garden, kiln } from './support/combined'
import { openTestStack, type TestStack, type TestStackOptions } from './support/test-stack'
import { nextRequestId } from './support/shop'

/** Payers with vouchers of WeChat Pay: the shop books the price, keeps what was paid in money, and its books still agree. */

interface Told {
  readonly order: { readonly status: string; readonly totalFen: number; readonly refundedFen: number }
  readonly payerFen: number | null
}

/** One for each world: its orders do not meet. */
let stack: TestStack

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const told = (orderNo: string): Promise<Told> => stack.shop.operator<Told>(`/operator/orders/${orderNo}`)
async function give(type: 'CASH' | 'NOCASH', amount: number): Promise<void> {
  const answer = await fetch(`${stack.wechat.controlUrl}/control/users/payer-1/vouchers`, {
    method: 'POST',
    body: JSON.stringify({ amount, type }),
  })
  expect(answer.status).toBe(200)
}

/** A refund of the payer's, approved. */
async function refund(token: string, orderNo: string, amountFen: number): Promise<void> {
  const body = { requestId: nextRequestId(), reason: '差价', amountFen }
  await stack.shop.call('POST', `/api/orders/${orderNo}/refunds`, { token, body })
  const { refunds } = await stack.shop.operator<{ refunds: { refundNo: string }[] }>('/operator/refunds')
  await stack.shop.operate(`/operator/refunds/${refunds[0]!.refundNo}/approve`)
  await stack.merchant.sweep()
  await stack.advance(60)
  await stack.merchant.sweep()
}

/** Goes on to an hour in Beijing that is still to come. @returns the day that it is then */
async function advanceTo(hour: number): Promise<string> {
  const inBeijing = stack.wechat.now() + 8 * hourMs
  const wait = (hour * hourMs - (inBeijing % dayMs) + dayMs) % dayMs
  await stack.advance(Math.ceil(wait / 1000))
  return new Date(inBeijing + wait).toISOString().slice(0, 10)
}

/** What the shop finds in the bill of a day that began at nine, once it is there. */
async function differences(day: string): Promise<unknown> {
  await advanceTo(0)
  await advanceTo(11)
  await stack.merchant.sweep()
  return stack.shop.operator(`/operator/bills/${day}`)
}

/** The protocols have their own gateway each, the engines one: the second engine needs one of them. */
const worlds: readonly [string, TestStackOptions, (name: string, body: () => void) => void][] = [
  ['V3 on SQLite', { engine: 'sqlite' }, describe],
  ['V2 on SQLite', { engine: 'sqlite', v2: 'MD5' }, describe],
  ['V3 on PostgreSQL', { engine: 'postgres' }, describeOnPostgres],
]

for (const [name, options, describeOn] of worlds) {
  describeOn(`an order that was paid with a voucher, ${name}`, () => {
    beforeAll(async () => {
      stack = await openTestStack(options)
    })
    afterAll(() => stack.close())

    it('is paid at its price, and its refunds and the bill agree', async () => {
      const day = await advanceTo(9)
      for (const type of ['CASH', 'NOCASH'] as const) {
        await give(type, 1000)
        const { token, orderNo } = await stack.paid()
        const { order, payerFen } = await told(orderNo)
        expect({ status: order.status, payerFen }).toEqual({ status: 'paid', payerFen: order.totalFen - 1000 })
        await refund(token, orderNo, 101)
        expect((await told(orderNo)).order).toMatchObject({ refundedFen: 101 })
      }
      expect(await differences(day)).toMatchObject({ bill: { lineCount: 4 }, differences: [] })
    })

    it('is settled so by a query where the notification is lost', async () => {
      await stack.dropNotices(true)
      await give('CASH', 500)
      const { orderNo } = await stack.paid()
      await stack.advance(60)
      await stack.merchant.sweep()
      await stack.dropNotices(false)
      const { order, payerFen } = await told(orderNo)
      expect({ status: order.status, payerFen }).toEqual({ status: 'paid', payerFen: order.totalFen - 500 })
    })

    it('without one says that all was paid in money; one from before the upgrade says nothing', async () => {
      const { orderNo } = await stack.paid()
      const { order, payerFen } = await told(orderNo)
      expect(payerFen).toBe(order.totalFen)
      const books = await stack.openEngine()
      await sql`update "orders" set "payerFen" = null where "orderNo" = ${orderNo}`.execute(books.db)
      await books.close()
      expect((await told(orderNo)).payerFen).toBeNull()
    })
  })
}

describe('a combined order that was paid with a voucher', () => {
  afterEach(() => stack.close())

  it('is paid at its price, part by part', async () => {
    stack = await openTestStack({ sellers: [garden, kiln] })
    const day = await advanceTo(9)
    await give('NOCASH', 1000)
    const { token, orderNo } = await stack.paid({ items: both })
    expect(await told(orderNo)).toMatchObject({ order: { status: 'paid', totalFen: 15200 }, payerFen: 14200 })
    await refund(token, orderNo, 1520)
    expect((await told(orderNo)).order).toMatchObject({ refundedFen: 1520 })
    expect(await differences(day)).toMatchObject({ differences: [] })
  })
})

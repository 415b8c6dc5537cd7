import { sql } from 'kysely'
import {
  billDayAt,
  billDaysAfter,
  reconcile,
  type BookLine,
  type Difference,
} from '../../mock-server/merchant/domain/reconciliation'
import { parseTradeBill } from '../../mock-server/merchant/gateway/trade-bill'
import { createMerchantClient } from '../simulator/support/merchant-client'
import { describeOnPostgres } from '../support/postgres'
import { openTestStack, type TestStack, type TestStackOptions } from './support/test-stack'
import { nextRequestId, operatorToken } from './support/shop'

/** Our books against WeChat Pay's. */

const line = (kind: BookLine['kind'], number: string, amountFen: number): BookLine => ({ kind, number, amountFen })

describe('comparing', () => {
  const paid = line('payment', '42', 9600)
  it.each([
    ['nothing', [paid], [paid], [paid], []],
    ['a payment that we never booked', [paid], [], [], [{ kind: 'missingHere', theirFen: 9600, ourFen: null }]],
    ['a payment that they never booked', [], [], [paid], [{ kind: 'missingThere', theirFen: null, ourFen: 9600 }]],
    ['a fen', [line('payment', '42', 9601)], [paid], [paid], [{ kind: 'otherAmount', theirFen: 9601, ourFen: 9600 }]],
    ['a refund of the same number', [line('refund', '42', 9600)], [paid], [], [{ kind: 'missingHere', of: 'refund' }]],
    ['nothing in a payment that we booked on another day', [paid], [paid], [], []],
  ])('finds %s', (_name, bill, known, due, differences) => {
    const found = reconcile(bill, known, due)
    expect(found).toHaveLength(differences.length)
    expect(found).toMatchObject(differences)
  })

  it('asks for yesterday’s bill from ten on, in Beijing', () => {
    expect(billDayAt(Date.parse('2026-11-21T09:59:59+08:00')).day).toBe('2026-11-19')
    expect(billDayAt(Date.parse('2026-11-21T10:00:00+08:00'))).toEqual({
      day: '2026-11-20',
      fromMs: Date.parse('2026-11-20T00:00:00+08:00'),
      toMs: Date.parse('2026-11-21T00:00:00+08:00'),
    })
  })
})

describe('the days to look at', () => {
  const at = (instant: string) => Date.parse(`${instant}+08:00`)
  const daysAfter = (last: string | null, instant: string) => billDaysAfter(last, at(instant)).map(({ day }) => day)

  it('are the newest for a new shop', () => {
    expect(daysAfter(null, '2026-11-21T11:00:00')).toEqual(['2026-11-20'])
  })
  it('are none until ten, and one after', () => {
    expect(daysAfter('2026-11-19', '2026-11-21T09:59:59')).toEqual([])
    expect(daysAfter('2026-11-19', '2026-11-21T10:00:00')).toEqual(['2026-11-20'])
  })
  it('are all that were missed, oldest first, over the end of a year', () => {
    expect(daysAfter('2026-12-30', '2027-01-03T12:00:00')).toEqual(['2026-12-31', '2027-01-01', '2027-01-02'])
  })
  it('are a month of them at most', () => {
    const days = daysAfter('2026-01-01', '2026-11-21T11:00:00')
    expect([days.length, days[0], days.at(-1)]).toEqual([31, '2026-10-21', '2026-11-20'])
  })
  it('are none where the clock was set back', () => {
    expect(daysAfter('2026-11-25', '2026-11-21T11:00:00')).toEqual([])
  })
})

describe('a bill', () => {
  const titles = '\uFEFF交易时间,微信订单号,交易状态,应结订单金额,商户退款单号,退款金额,订单金额,申请退款金额'
  const sums = (count: number) => `总交易单数,应结订单总金额\r\n\`${count},\`0.00\r\n`
  const lines = [
    '`2026-11-20 10:00:00,`42,`SUCCESS,`95.00,`0,`0.00,`96.00,`0.00\r\n',
    '`2026-11-20 10:00:00,`42,`REFUND,`0.00,`RF1,`4.00,`0.00,`5.00\r\n',
  ]
  it('counts what was paid and given back, coupons of the merchant’s own included', () => {
    const text = `${titles}\r\n${lines.join('')}${sums(2)}`
    expect(parseTradeBill(text)).toEqual([line('payment', '42', 9600), line('refund', 'RF1', 500)])
  })
  it('without movements is empty', () => expect(parseTradeBill(`${titles}\r\n${sums(0)}`)).toEqual([]))
  it.each([
    ['that lacks a line', `${titles}\r\n${lines[0]}${sums(2)}`],
    ['that was cut', `${titles}\r\n${lines.join('')}`],
    ['that was cut inside a line', `${titles}\r\n${lines.join('').slice(0, -9)}`],
    ['without a column', `${titles.replace('订单金额,申请', '申请')}\r\n${lines.join('')}${sums(2)}`],
    ['with half a fen', `${titles}\r\n${lines.join('').replace('96.00', '96.005')}${sums(2)}`],
    ['that is none', '<html>busy</html>'],
  ])('%s is refused', (_what, text) => expect(() => parseTradeBill(text)).toThrow('bill'))
})

interface Orders {
  readonly orders: readonly { orderNo: string; totalFen: number; transactionId: string }[]
}
interface Bill {
  readonly bill: { day: string; lineCount: number; differenceCount: number }
  readonly differences: readonly Difference[]
}

const hourMs = 3_600_000

/** Until eleven of the next day in Beijing: the bill of today is there. Answers which day that is. */
async function untilTheBill(stack: TestStack): Promise<string> {
  const nowMs = Date.now() + 8 * hourMs
  await stack.advance(Math.ceil((24 * hourMs - (nowMs % (24 * hourMs)) + 11 * hourMs) / 1000))
  await stack.merchant.sweep()
  return new Date(nowMs).toISOString().slice(0, 10)
}
const billOf = (stack: TestStack, day: string) => stack.shop.operator<Bill>(`/operator/bills/${day}`)

async function paidAndPartlyRefunded(stack: TestStack): Promise<readonly string[]> {
  const { token, orderNo } = await stack.paid()
  const other = await stack.paid({ items: [{ goodsId: 'cup', quantity: 3 }] })
  await stack.shop.call('POST', `/api/orders/${orderNo}/refunds`, {
    token,
    body: { requestId: nextRequestId(), reason: '差价', amountFen: 101 },
  })
  const { refunds } = await stack.shop.operator<{ refunds: { refundNo: string }[] }>('/operator/refunds')
  await stack.shop.operate(`/operator/refunds/${refunds[0]!.refundNo}/approve`)
  await stack.merchant.sweep()
  return [orderNo, other.orderNo]
}

/** A trade of this merchant number that some other program of his made. */
async function sellBesides(stack: TestStack, outTradeNo: string, total: number): Promise<string> {
  const [identity] = stack.wechat.merchants
  const ordered = await createMerchantClient(stack.wechat.url, identity!).post('/v3/pay/transactions/native', {
    appid: stack.appid,
    mchid: stack.mchid,
    description: '别处卖的茶',
    out_trade_no: outTradeNo,
    notify_url: 'https://elsewhere.example/notify',
    amount: { total },
  })
  if (ordered.status !== 200) throw new Error(`Not ordered: ${ordered.status}`)
  const paid = await stack.wechat.pay(stack.mchid, outTradeNo)
  return paid!.transaction_id
}

const engines = [
  ['SQLite', 'sqlite', describe],
  ['PostgreSQL', 'postgres', describeOnPostgres],
] as const
const protocols: readonly [string, TestStackOptions][] = [
  ['V3', {}],
  ['V2', { v2: 'HMAC-SHA256' }],
]

for (const [engineName, engine, describeOn] of engines) {
  describeOn(`the daily look at WeChat Pay’s own bill, on ${engineName}`, () => {
    let stack: TestStack
    afterEach(() => stack.close())

    it.each(protocols)('finds each planted difference and nothing else: %s', async (_name, keys) => {
      stack = await openTestStack({ ...keys, engine })
      const orderNos = await paidAndPartlyRefunded(stack)
      const { orders } = await stack.shop.operator<Orders>('/operator/orders')
      const [first, second] = orderNos.map((orderNo) => orders.find((order) => order.orderNo === orderNo)!)
      const strange = await sellBesides(stack, 'of-another-program-1', 4200)
      const books = await stack.openEngine()
      // One fen is lost, and one number is written down wrong.
      await sql`update "orders" set "totalFen" = "totalFen" - 1 where "orderNo" = ${first!.orderNo}`.execute(books.db)
      await sql`update "orders" set "transactionId" = '42-typo' where "orderNo" = ${second!.orderNo}`.execute(books.db)
      await books.close()
      const { bill, differences } = await billOf(stack, await untilTheBill(stack))
      const ourFen = first!.totalFen - 1
      expect(differences).toHaveLength(4)
      expect(new Set(differences)).toEqual(
        new Set([
          { kind: 'missingHere', of: 'payment', number: strange, ourFen: null, theirFen: 4200 },
          {
            kind: 'missingHere',
            of: 'payment',
            number: second!.transactionId,
            ourFen: null,
            theirFen: second!.totalFen,
          },
          { kind: 'missingThere', of: 'payment', number: '42-typo', ourFen: second!.totalFen, theirFen: null },
          { kind: 'otherAmount', of: 'payment', number: first!.transactionId, ourFen, theirFen: first!.totalFen },
        ]),
      )
      expect(bill).toMatchObject({ lineCount: 4, differenceCount: 4 })
      const metrics = await fetch(`${stack.merchant.operatorUrl}/metrics`, {
        headers: { authorization: `Bearer ${operatorToken}` },
      })
      expect(await metrics.text()).toMatch(/^merchant_bill_differences 4$/m)
    })

    it.each(protocols)('finds nothing where nothing is wrong, and looks once: %s', async (_name, keys) => {
      stack = await openTestStack({ ...keys, engine })
      await paidAndPartlyRefunded(stack)
      const day = await untilTheBill(stack)
      expect(await billOf(stack, day)).toMatchObject({ bill: { day, lineCount: 3 }, differences: [] })
      const before = await stack.shop.operator<{ bills: object[] }>('/operator/bills')
      await stack.advance(3600)
      await stack.merchant.sweep()
      expect(await stack.shop.operator('/operator/bills')).toEqual(before)
    })

    it.each(protocols)('makes up for days on which nobody looked: %s', async (_name, keys) => {
      stack = await openTestStack({ ...keys, engine })
      await stack.merchant.sweep()
      await paidAndPartlyRefunded(stack)
      const today = new Date(Date.now() + 8 * hourMs).toISOString().slice(0, 10)
      await stack.advance(4 * 24 * 3600)
      await stack.merchant.sweep()
      const { bills } = await stack.shop.operator<{ bills: { day: string; lineCount: number }[] }>('/operator/bills')
      const days = bills.map(({ day }) => day)
      expect(bills.find(({ day }) => day === today)).toMatchObject({ lineCount: 3 })
      // Each day once, and none left out.
      expect(days).toEqual([...new Set(days)].sort().reverse())
      expect((Date.parse(days[0]!) - Date.parse(days.at(-1)!)) / (24 * hourMs)).toBe(days.length - 1)
      expect(days.length).toBeGreaterThanOrEqual(4)
    })
  })
}

describe('a bill that cannot be had', () => {
  let stack: TestStack
  beforeEach(async () => (stack = await openTestStack()))
  afterEach(() => stack.close())

  it('is asked for again half an hour later', async () => {
    await paidAndPartlyRefunded(stack)
    await stack.fault('api-error', true)
    const day = await untilTheBill(stack)
    expect(await billOf(stack, day)).toMatchObject({ code: 'NOT_FOUND' })
    await stack.fault('api-error', false)
    await stack.advance(29 * 60)
    await stack.merchant.sweep()
    expect(await billOf(stack, day)).toMatchObject({ code: 'NOT_FOUND' })
    await stack.advance(61)
    await stack.merchant.sweep()
    expect(await billOf(stack, day)).toMatchObject({ differences: [] })
  })
})

import { billDayAt, reconcile, type BookLine } from '../../mock-server/merchant/domain/reconciliation'
import { openLoop, type Loop } from './support/loop'
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

describe('the daily look at the bill', () => {
  let loop: Loop
  beforeEach(async () => (loop = await openLoop()))
  afterEach(() => loop.close())

  async function counted(type: string): Promise<number> {
    const answer = await fetch(`${loop.merchant.operatorUrl}/metrics`, {
      headers: { authorization: `Bearer ${operatorToken}` },
    })
    const value = new RegExp(`^merchant_events_total\\{type="${type}"[^}]*\\} (\\d+)$`, 'm').exec(
      await answer.text(),
    )?.[1]
    return Number(value ?? 0)
  }

  /** Until eleven of the next day in Beijing: the bill of today is there. */
  async function untilTheBill(): Promise<void> {
    const hourMs = 3_600_000
    const nowMs = Date.now() + 8 * hourMs
    await loop.advance(Math.ceil((24 * hourMs - (nowMs % (24 * hourMs)) + 11 * hourMs) / 1000))
    await loop.merchant.sweep()
  }

  async function paidAndPartlyRefunded(): Promise<void> {
    const { token, orderNo } = await loop.paid()
    await loop.paid({ items: [{ goodsId: 'cup', quantity: 3 }] })
    await loop.shop.call('POST', `/api/orders/${orderNo}/refunds`, {
      token,
      body: { requestId: nextRequestId(), reason: '差价', amountFen: 101 },
    })
    const { refunds } = await loop.shop.operator<{ refunds: { refundNo: string }[] }>('/operator/refunds')
    await loop.shop.operate(`/operator/refunds/${refunds[0]!.refundNo}/approve`)
    await loop.merchant.sweep()
  }

  it('finds nothing where nothing is wrong, and looks once', async () => {
    await paidAndPartlyRefunded()
    // The sweep looked at the day before, in which nothing was sold.
    expect([await counted('bill.checked'), await counted('bill.difference')]).toEqual([1, 0])
    await untilTheBill()
    expect([await counted('bill.checked'), await counted('bill.difference')]).toEqual([2, 0])
    await loop.advance(3600)
    await loop.merchant.sweep()
    expect(await counted('bill.checked')).toBe(2)
  })

  it('says every payment that WeChat Pay does not know of', async () => {
    await paidAndPartlyRefunded()
    await fetch(`${loop.wechat.controlUrl}/control/reset`, { method: 'POST' })
    await untilTheBill()
    expect([await counted('bill.checked'), await counted('bill.difference')]).toEqual([2, 2])
  })
})

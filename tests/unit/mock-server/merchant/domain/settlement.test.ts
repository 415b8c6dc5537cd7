import {
  attemptCanBecome,
  orderCanBecome,
  plainTerms,
  initialOrderState,
  type Attempt,
  type Order,
} from '../../../../../mock-server/merchant/domain/order'
import type { AttemptStatus, OrderStatus } from '../../../../../mock-server/merchant/domain/order'
import { settle, type Payment } from '../../../../../mock-server/merchant/domain/settlement'

const payee = { mchid: '1900000109', appid: 'wx8888888888888888' }

const order: Order = {
  ...initialOrderState,
  ...plainTerms,
  id: 1,
  orderNo: 'SC261120-AAAAAAAA',
  userId: 1,
  client: 'weapp',
  items: [],
  goodsFen: 8800,
  shippingFen: 800,
  totalFen: 9600,
  createdAtMs: 0,
  expiresAtMs: 900_000,
}

const attempt: Attempt = {
  id: 1,
  orderId: 1,
  outTradeNo: 'SC261120-AAAAAAAA-01',
  client: 'weapp',
  status: 'live',
  payerClientIp: null,
  instruction: 'wx1',
  instructedAtMs: 0,
  transactionId: null,
  queries: 0,
  parts: [],
}

const payment: Payment = {
  ...payee,
  outTradeNo: attempt.outTradeNo,
  transactionId: '4200000001',
  totalFen: 9600,
  // Less than the price: the payer had a voucher.
  payerFen: 9100,
  currency: 'CNY',
  paidAtMs: 5000,
}

const at = (status: OrderStatus, change: Partial<Order> = {}): Order => ({ ...order, status, ...change })
const tried = (status: AttemptStatus, transactionId: string | null = null): Attempt => ({
  ...attempt,
  status,
  transactionId,
})

describe('settling', () => {
  it.each(['new', 'live'] as const)('pays a pending order by an attempt that is %s', (status) => {
    expect(settle(order, tried(status), payment, payee)).toEqual({
      kind: 'paid',
      order: at('paid', { paidAtMs: 5000, transactionId: '4200000001', payerFen: 9100 }),
      attempt: tried('paid', '4200000001'),
    })
  })

  it('pays a pending order by an attempt that was thought closed, and leaves that attempt closed', () => {
    expect(settle(order, tried('closed'), payment, payee)).toMatchObject({
      kind: 'paid',
      attempt: { status: 'closed', transactionId: '4200000001' },
    })
  })

  it.each(Object.keys(orderCanBecome) as OrderStatus[])('changes nothing the second time (order %s)', (status) => {
    const settled = at(status, { transactionId: '4200000001' })
    expect(settle(settled, tried('paid', '4200000001'), payment, payee)).toEqual({ kind: 'unchanged' })
  })

  it.each(['paid', 'refunding', 'refunded'] as const)('gives a second payment back (order %s)', (status) => {
    const settled = at(status, { transactionId: '4200000000' })
    expect(settle(settled, tried('live'), payment, payee)).toMatchObject({ kind: 'refund', reason: 'PAID_TWICE' })
  })

  it('gives a payment after the close back', () => {
    expect(settle(at('closed'), tried('closed'), payment, payee)).toMatchObject({
      kind: 'refund',
      reason: 'PAID_AFTER_CLOSE',
      attempt: { status: 'closed', transactionId: '4200000001' },
    })
  })

  it.each([
    ['one fen less', { totalFen: 9599 }, 'AMOUNT_MISMATCH'],
    ['one fen more', { totalFen: 9601 }, 'AMOUNT_MISMATCH'],
    ['another currency', { currency: 'HKD' }, 'AMOUNT_MISMATCH'],
    ['another app', { appid: 'wx0' }, 'APPID_MISMATCH'],
  ])('holds a pending order for a person after %s', (_name, change, reason) => {
    expect(settle(order, attempt, { ...payment, ...change }, payee)).toEqual({
      kind: 'held',
      reason,
      order: at('held'),
      attempt: tried('paid', '4200000001'),
    })
  })

  it.each(['paid', 'closed', 'refunded'] as const)(
    'leaves an order that is %s as it is after a wrong amount',
    (status) => {
      expect(settle(at(status), attempt, { ...payment, totalFen: 1 }, payee)).toMatchObject({
        kind: 'held',
        order: null,
      })
    },
  )

  it('keeps holding what is held, whatever else is paid', () => {
    expect(settle(at('held'), attempt, payment, payee)).toMatchObject({
      kind: 'held',
      reason: 'ORDER_HELD',
      order: null,
    })
  })

  it.each(['pending', 'closed', 'paid'] as const)(
    'holds money that somebody has given back already: neither goods nor a second refund (order %s)',
    (status) => {
      expect(settle(at(status), attempt, { ...payment, isRefunded: true }, payee)).toMatchObject({
        kind: 'held',
        reason: 'ALREADY_REFUNDED',
        order: status === 'pending' ? at('held') : null,
      })
    },
  )

  it('touches neither order nor attempt for money of another merchant', () => {
    expect(settle(order, attempt, { ...payment, mchid: '1' }, payee)).toEqual({
      kind: 'held',
      reason: 'MCHID_MISMATCH',
      order: null,
      attempt: null,
    })
  })

  it('holds when one number was paid by two transactions', () => {
    expect(settle(at('paid'), tried('paid', '4200000000'), payment, payee)).toMatchObject({
      kind: 'held',
      reason: 'TRANSACTION_MISMATCH',
      attempt: null,
    })
  })
})

describe('the tables', () => {
  it('let nothing out of an end', () => {
    expect(orderCanBecome.closed).toEqual([])
    expect(orderCanBecome.refunded).toEqual([])
    expect(attemptCanBecome.paid).toEqual([])
    expect(attemptCanBecome.closed).toEqual([])
  })

  it('let nothing become pending or new again', () => {
    expect(Object.values(orderCanBecome).flat()).not.toContain('pending')
    expect(Object.values(attemptCanBecome).flat()).not.toContain('new')
  })
})

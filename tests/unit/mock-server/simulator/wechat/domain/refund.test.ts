import {
  differingFields,
  moveRefund,
  newRefund,
  refundCanBecome,
  refundedTotal,
  retryRefund,
  stateAt,
  toRefunded,
  whyNotRefundable,
  type Refund,
  type RefundRequest,
  type RefundState,
} from '../../../../../../mock-server/simulator/wechat/domain/refund'
import type { Trade } from '../../../../../../mock-server/simulator/wechat/domain/trade'

const noon = Date.parse('2026-11-20T12:00:00+08:00')
const yearMs = 365 * 24 * 3_600_000
const trade: Trade = {
  kind: 'direct',
  api: 'v3',
  sign_type: null,
  mchid: '1600000001',
  out_trade_no: 'order-0001',
  parent: null,
  order: {
    appid: 'wx0123456789abcdef',
    description: 'tea',
    out_trade_no: 'order-0001',
    notify_url: 'https://shop.example/notify',
    total: 8800,
    currency: 'CNY',
  },
  product: 'JSAPI',
  state: 'SUCCESS',
  created_at: noon,
  expires_at: null,
  prepay_id: 'wx1',
  prepaid_at: noon,
  links: [],
  transaction_id: '4200000000000000000000000001',
  paid_at: noon,
  payer: { openid: 'o-payer' },
  bank_type: 'OTHERS',
  vouchers: [],
}
const asked: RefundRequest = { api: 'v3', out_refund_no: 'r-1', out_trade_no: 'order-0001', refund: 3000, total: 8800 }
const shares = { payer_refund: 3000, promotions: [] }
const terms = { shares, refund_id: '503', notify_url: '', outcome: 'SUCCESS', takesMs: 3000 } as const
const accepted = newRefund(trade, asked, terms, noon)
const at = (state: RefundState): Refund => ({ ...accepted, state })
const states: readonly RefundState[] = ['PROCESSING', 'SUCCESS', 'ABNORMAL', 'CLOSED']
const moves = states.flatMap((from) => states.map((to) => [from, to] as const))

describe('the table of refunds', () => {
  it.each(moves.filter(([from, to]) => refundCanBecome[from].includes(to)))('moves from %s to %s', (from, to) => {
    expect(moveRefund(at(from), to, noon + 1)).toMatchObject({ state: to, due_at: null })
  })

  it.each(moves.filter(([from, to]) => !refundCanBecome[from].includes(to)))(
    'does not move from %s to %s',
    (from, to) => {
      expect(moveRefund(at(from), to, noon + 1)).toBeNull()
    },
  )

  it('has these moves and no others', () => {
    expect(refundCanBecome).toEqual({
      PROCESSING: ['SUCCESS', 'ABNORMAL', 'CLOSED'],
      ABNORMAL: ['PROCESSING', 'SUCCESS', 'CLOSED'],
      SUCCESS: [],
      CLOSED: [],
    })
  })

  it('tries an abnormal one again elsewhere, and no other', () => {
    const again = retryRefund(at('ABNORMAL'), '商户结算银行账户', 5000, noon + 10)
    expect(again).toMatchObject({ state: 'PROCESSING', due_at: noon + 5010, user_received_account: '商户结算银行账户' })
    for (const state of ['PROCESSING', 'SUCCESS', 'CLOSED'] as const)
      expect(retryRefund(at(state), 'x', 5000, noon)).toBeNull()
  })

  it('remembers what it was at each instant', () => {
    const done = moveRefund(moveRefund(accepted, 'ABNORMAL', noon + 10)!, 'SUCCESS', noon + 20)!
    expect([0, 9, 10, 19, 20, 99].map((after) => stateAt(done, noon + after))).toEqual([
      'PROCESSING',
      'PROCESSING',
      'ABNORMAL',
      'ABNORMAL',
      'SUCCESS',
      'SUCCESS',
    ])
  })

  it('turns a paid trade to REFUND, and leaves any other as it is', () => {
    expect(toRefunded(trade).state).toBe('REFUND')
    expect(toRefunded({ ...trade, state: 'REFUND' }).state).toBe('REFUND')
    expect(toRefunded({ ...trade, state: 'CLOSED' }).state).toBe('CLOSED')
  })
})

describe('what may be refunded', () => {
  const why = (refund: number, had: readonly Refund[] = [], over: Partial<Trade> = {}, now = noon, total = 8800) =>
    whyNotRefundable({ ...trade, ...over }, had, { refund, total }, { now, intervalMs: 0 })

  it('is all of it, to the last fen and the last millisecond', () => {
    expect(why(8800)).toBeNull()
    expect(why(8801)).toBe('refund-exceeds')
    expect(why(5800, [accepted])).toBeNull()
    expect(why(5801, [accepted])).toBe('refund-exceeds')
    expect(why(1, [{ ...accepted, refund: 8800 }])).toBe('refund-all-done')
    expect(why(1, [], {}, noon + yearMs)).toBeNull()
    expect(why(1, [], {}, noon + yearMs + 1)).toBe('refund-too-late')
    expect(why(1, [], {}, noon, 8799)).toBe('refund-total-differs')
  })

  it('needs a payment', () => {
    expect(why(1, [], { state: 'REFUND' })).toBeNull()
    expect(why(1, [], { state: 'NOTPAY' })).toBe('refund-order-unpaid')
    expect(why(1, [], { state: 'CLOSED' })).toBe('refund-order-unpaid')
  })

  it('counts what is closed neither in the sum nor among the fifty', () => {
    const closed: Refund = { ...accepted, state: 'CLOSED', refund: 8800 }
    expect(refundedTotal([closed, accepted, { ...accepted, state: 'ABNORMAL' }])).toBe(6000)
    const many = Array.from({ length: 49 }, () => ({ ...accepted, refund: 1 }))
    expect(why(1, [...many, closed])).toBeNull()
    expect(why(1, [...many, { ...accepted, refund: 1 }])).toBe('refund-too-many')
  })
})

describe('partial refunds of one order', () => {
  const minuteMs = 60_000
  const why = (refund: number, had: readonly Refund[], after: number, intervalMs = minuteMs) =>
    whyNotRefundable(trade, had, { refund, total: 8800 }, { now: noon + after, intervalMs })

  it('need a minute between them, whatever became of the one before', () => {
    expect(why(5800, [accepted], minuteMs - 1)).toBe('refund-too-soon')
    expect(why(5800, [accepted], minuteMs)).toBeNull()
    expect(why(8799, [{ ...accepted, state: 'CLOSED' }], minuteMs - 1)).toBe('refund-too-soon')
    const later = { ...accepted, refund: 1, created_at: noon + 1 }
    expect(why(1, [later, accepted], minuteMs)).toBe('refund-too-soon')
  })

  it('need none where the option says so, before the first, and after or before one of the whole', () => {
    expect(why(5800, [accepted], 0, 0)).toBeNull()
    expect(why(1, [], 0)).toBeNull()
    const closed: Refund = { ...accepted, refund: 8800, state: 'CLOSED' }
    expect(why(1, [closed], 0)).toBeNull()
    expect(why(8800, [{ ...accepted, state: 'CLOSED' }], 0)).toBeNull()
  })

  it('are refused first for what a minute would not mend', () => {
    expect(why(5801, [accepted], 0)).toBe('refund-exceeds')
  })
})

describe('the same number again', () => {
  it('is the same refund with the same content, by whichever number of the trade', () => {
    expect(differingFields(accepted, asked)).toEqual([])
    const { out_trade_no: _left, ...rest } = asked
    expect(differingFields(accepted, { ...rest, transaction_id: trade.transaction_id! })).toEqual([])
  })

  it('names what differs', () => {
    expect(differingFields(accepted, { ...asked, refund: 1, reason: 'x', out_trade_no: 'other' })).toEqual([
      'out_trade_no',
      'amount.refund',
      'reason',
    ])
  })
})

import type { V3OrderRequest } from '../../../mock-server/wire/v3-types'
import {
  close,
  closesItselfAt,
  hasExpired,
  isLinkAlive,
  isPrepayAlive,
  lifetimesMs,
  pay,
  payability,
  reorder,
  toExpiry,
  toTransaction,
  tradeCanBecome,
  withFreshPrepay,
  withLink,
  type Trade,
  type TradeState,
} from '../../../mock-server/simulator/wechat/trade'

const noon = Date.parse('2026-11-20T12:00:00+08:00')
const order: V3OrderRequest = {
  appid: 'wx0123456789abcdef',
  mchid: '1600000001',
  description: 'tea',
  out_trade_no: 'order-0001',
  notify_url: 'https://shop.example/notify',
  amount: { total: 8800, currency: 'CNY' },
  payer: { openid: 'o-payer' },
}
const unpaid: Trade = {
  mchid: order.mchid,
  out_trade_no: order.out_trade_no,
  order,
  product: 'JSAPI',
  state: 'NOTPAY',
  created_at: noon,
  expires_at: null,
  prepay_id: 'wx1',
  prepaid_at: noon,
  links: [],
  transaction_id: null,
  paid_at: null,
  payer_openid: null,
  bank_type: null,
}
const facts = { transaction_id: '4200000000', paid_at: noon, payer_openid: 'o-payer', bank_type: 'OTHERS' }
const inState = (state: TradeState): Trade =>
  state === 'SUCCESS' || state === 'REFUND' ? { ...unpaid, ...facts, state } : { ...unpaid, state }
const states: readonly TradeState[] = ['NOTPAY', 'SUCCESS', 'REFUND', 'CLOSED']

describe('the table of trades', () => {
  it.each(states)('pays from %s only where the table says so', (state) => {
    const paid = pay(inState(state), facts)
    expect(paid === null).toBe(!tradeCanBecome[state].includes('SUCCESS'))
  })

  it.each<[TradeState, TradeState | null]>([
    ['NOTPAY', 'SUCCESS'],
    ['SUCCESS', null],
    ['REFUND', null],
    ['CLOSED', null],
  ])('%s, paid, becomes %s', (state, expected) => expect(pay(inState(state), facts)?.state ?? null).toBe(expected))

  it.each<[TradeState, TradeState | null]>([
    ['NOTPAY', 'CLOSED'],
    ['SUCCESS', null],
    ['REFUND', null],
    ['CLOSED', 'CLOSED'],
  ])('%s, closed, becomes %s', (state, expected) => expect(close(inState(state))?.state ?? null).toBe(expected))

  it('keeps a closed trade as it is when it is closed again', () => {
    const closed = inState('CLOSED')
    expect(close(closed)).toBe(closed)
  })

  it('never pays a number that a close burned', () => {
    expect(pay({ ...unpaid, order: null }, facts)).toBeNull()
  })
})

describe('lifetimes', () => {
  it('let a prepay_id live two hours, to the millisecond', () => {
    expect(isPrepayAlive(unpaid, noon + lifetimesMs.prepayId - 1)).toBe(true)
    expect(isPrepayAlive(unpaid, noon + lifetimesMs.prepayId)).toBe(false)
  })

  it('replace a prepay_id only once it is dead', () => {
    expect(withFreshPrepay(unpaid, 'wx2', noon + 1)).toBe(unpaid)
    expect(withFreshPrepay(unpaid, 'wx2', noon + lifetimesMs.prepayId)).toMatchObject({ prepay_id: 'wx2' })
  })

  it('let a link live five minutes, each its own', () => {
    const linked = withLink(withLink(unpaid, '1', noon), '2', noon + 60_000)
    expect(isLinkAlive(linked, '1', noon + lifetimesMs.h5Url - 1)).toBe(true)
    expect(isLinkAlive(linked, '1', noon + lifetimesMs.h5Url)).toBe(false)
    expect(isLinkAlive(linked, '2', noon + lifetimesMs.h5Url)).toBe(true)
    expect(isLinkAlive(linked, '3', noon)).toBe(false)
  })

  it('forget links that are long dead', () => {
    const many = Array.from({ length: 100 }, (_, index) => index).reduce(
      (trade, index) => withLink(trade, String(index), noon),
      unpaid,
    )
    expect(many.links).toHaveLength(16)
    expect(isLinkAlive(many, '99', noon)).toBe(true)
  })

  it.each([
    ['nothing', null, null],
    ['a minute before', noon - 60_000, noon + 60_000],
    ['59 seconds ahead', noon + 59_000, noon + 60_000],
    ['61 seconds ahead', noon + 61_000, noon + 61_000],
    ['91 days ahead', noon + 91 * 86_400_000, noon + 90 * 86_400_000],
  ])('take time_expire %s', (_case, asked, expected) => expect(toExpiry(asked, noon)).toBe(expected))

  it('end at time_expire, not a millisecond earlier', () => {
    const trade = { ...unpaid, expires_at: noon + 60_000 }
    expect(hasExpired(trade, noon + 59_999)).toBe(false)
    expect(hasExpired(trade, noon + 60_000)).toBe(true)
    expect(hasExpired(unpaid, noon + 1e12)).toBe(false)
  })

  it.each<[TradeState, boolean]>([
    ['NOTPAY', true],
    ['SUCCESS', false],
    ['REFUND', false],
    ['CLOSED', false],
  ])('close %s by themselves: %s', (state, does) => expect(closesItselfAt(inState(state)) !== null).toBe(does))
})

describe('whether a trade can be paid', () => {
  it.each<[string, Trade, number, string]>([
    ['a fresh one', unpaid, noon, 'payable'],
    ['a paid one', inState('SUCCESS'), noon, 'paid'],
    ['a refunded one', inState('REFUND'), noon, 'paid'],
    ['a closed one', inState('CLOSED'), noon, 'closed'],
    ['an expired one', { ...unpaid, expires_at: noon }, noon, 'expired'],
    ['one with a dead prepay_id', unpaid, noon + lifetimesMs.prepayId, 'prepay-expired'],
  ])('%s', (_case, trade, now, expected) => expect(payability(trade, now)).toBe(expected))
})

describe('ordering a known number again', () => {
  it('is the same order for the same content', () => {
    expect(reorder(unpaid, 'JSAPI', { ...order }, noon)).toEqual({ kind: 'again' })
  })

  it('takes a missing currency for CNY', () => {
    expect(reorder(unpaid, 'JSAPI', { ...order, amount: { total: 8800 } }, noon)).toEqual({ kind: 'again' })
  })

  it.each<[string, Partial<V3OrderRequest>]>([
    ['appid', { appid: 'wx2' }],
    ['payer.openid', { payer: { openid: 'o-other' } }],
    ['amount.total', { amount: { total: 8801, currency: 'CNY' } }],
    ['description', { description: 'cup' }],
    ['attach', { attach: 'x' }],
    ['notify_url', { notify_url: 'https://shop.example/x' }],
    ['time_expire', { time_expire: '2030-01-01T00:00:00+08:00' }],
  ])('is different with another %s', (field, over) => {
    expect(reorder(unpaid, 'JSAPI', { ...order, ...over }, noon)).toEqual({ kind: 'different', fields: [field] })
  })

  it('does not mind another goods_tag or device', () => {
    const scene_info = { payer_client_ip: '203.0.113.1' }
    expect(reorder(unpaid, 'JSAPI', { ...order, goods_tag: 'x', scene_info }, noon)).toEqual({ kind: 'again' })
  })

  it.each<[string, Trade, string]>([
    ['a paid one', inState('SUCCESS'), 'paid'],
    ['a refunded one', inState('REFUND'), 'paid'],
    ['a closed one', inState('CLOSED'), 'closed'],
    ['an expired one', { ...unpaid, expires_at: noon }, 'expired'],
    ['one of another product', { ...unpaid, product: 'MWEB' }, 'other-product'],
    ['a burned one', { ...unpaid, order: null, state: 'CLOSED' }, 'different'],
  ])('is refused for %s', (_case, trade, kind) => expect(reorder(trade, 'JSAPI', order, noon).kind).toBe(kind))
})

describe('a trade as answers show it', () => {
  const toTime = (ms: number): string => new Date(ms).toISOString()

  it('has its keys in the order of the alphabet', () => {
    for (const state of states) {
      const keys = Object.keys(toTransaction(inState(state), toTime))
      expect(keys).toEqual([...keys].sort())
    }
  })
  it('hides the payment until there is one', () => {
    const shown = toTransaction({ ...unpaid, order: { ...order, attach: 'x' } }, toTime)
    for (const key of ['transaction_id', 'success_time', 'payer', 'attach', 'bank_type', 'trade_type']) {
      expect(shown).not.toHaveProperty(key)
    }
  })
})

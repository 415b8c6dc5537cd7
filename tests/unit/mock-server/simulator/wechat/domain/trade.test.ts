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
  toSubTrade,
  tradeCanBecome,
  withFreshPrepay,
  withLink,
  type NewOrder,
  type Trade,
  type TradeOrder,
  type TradeState,
} from '../../../../../../mock-server/simulator/wechat/domain/trade'
import {
  toCombinedTransaction,
  toTransaction,
} from '../../../../../../mock-server/simulator/wechat/v3/payments/v3-view'

const noon = Date.parse('2026-11-20T12:00:00+08:00')
const order: TradeOrder = {
  appid: 'wx0123456789abcdef',
  description: 'tea',
  out_trade_no: 'order-0001',
  notify_url: 'https://shop.example/notify',
  total: 8800,
  currency: 'CNY',
  openid: 'o-payer',
}
const asked = (over: Partial<TradeOrder> = {}): NewOrder => ({
  api: 'v3',
  kind: 'direct',
  product: 'JSAPI',
  order: { ...order, ...over },
})
const unpaid: Trade = {
  kind: 'direct',
  api: 'v3',
  sign_type: null,
  mchid: '1600000001',
  parent: null,
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
  payer: null,
  bank_type: null,
  vouchers: [],
}
const facts = {
  transaction_id: '4200000000',
  paid_at: noon,
  payer: { openid: 'o-payer' },
  bank_type: 'OTHERS',
  vouchers: [],
}
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
    expect(reorder(unpaid, asked(), noon)).toEqual({ kind: 'again' })
  })

  it.each<[string, Partial<TradeOrder>]>([
    ['appid', { appid: 'wx2' }],
    ['payer.openid', { openid: 'o-other' }],
    ['amount.total', { total: 8801 }],
    ['description', { description: 'cup' }],
    ['attach', { attach: 'x' }],
    ['notify_url', { notify_url: 'https://shop.example/x' }],
    ['sub_mchid', { sub_mchid: '1900000001' }],
    ['sub_appid', { sub_appid: 'wx3' }],
    ['payer.sub_openid', { sub_openid: 'o-sub' }],
    ['time_expire', { time_expire: '2030-01-01T00:00:00+08:00' }],
  ])('is different with another %s', (field, over) => {
    expect(reorder(unpaid, asked(over), noon)).toEqual({ kind: 'different', fields: [field] })
  })

  it('does not mind another goods_tag or device', () => {
    expect(reorder(unpaid, asked({ goods_tag: 'x', device_id: 'till-1' }), noon)).toEqual({ kind: 'again' })
  })

  it.each<[string, Trade, string]>([
    ['a paid one', inState('SUCCESS'), 'paid'],
    ['a refunded one', inState('REFUND'), 'paid'],
    ['a closed one', inState('CLOSED'), 'closed'],
    ['an expired one', { ...unpaid, expires_at: noon }, 'expired'],
    ['one of another product', { ...unpaid, product: 'MWEB' }, 'other-product'],
    ['one of another kind', { ...unpaid, kind: 'partner' }, 'other-product'],
    ['a burned one', { ...unpaid, order: null, state: 'CLOSED' }, 'different'],
  ])('is refused for %s', (_case, trade, kind) => expect(reorder(trade, asked(), noon).kind).toBe(kind))
})

describe('a trade as answers show it', () => {
  it('has its keys in the order of the alphabet', () => {
    for (const state of states) {
      const keys = Object.keys(toTransaction(inState(state)))
      expect(keys).toEqual([...keys].sort())
    }
  })
  it('hides the payment until there is one', () => {
    const shown = toTransaction({ ...unpaid, order: { ...order, attach: 'x' } })
    for (const key of ['transaction_id', 'success_time', 'payer', 'attach', 'bank_type', 'trade_type']) {
      expect(shown).not.toHaveProperty(key)
    }
  })
})

describe('a combined order', () => {
  const subs = [
    { mchid: '1600000001', out_trade_no: 'part-00001', description: 'tea', attach: 'a', total: 8000 },
    { mchid: '1600000002', out_trade_no: 'part-00002', description: 'cup', attach: 'b', total: 800 },
  ]
  const combinedOrder: TradeOrder = { ...order, subs }
  const combined: Trade = { ...unpaid, kind: 'combined', order: combinedOrder }
  const again = (changed: Partial<(typeof subs)[0]> & { profit_sharing?: boolean }) =>
    reorder(combined, { ...asked({ subs: [{ ...subs[0]!, ...changed }, subs[1]!] }), kind: 'combined' }, noon)

  it('is the same with the same sub orders', () => expect(again({})).toEqual({ kind: 'again' }))
  it('is different with another part', () =>
    expect(again({ total: 8001 })).toEqual({ kind: 'different', fields: ['sub_orders'] }))
  it('tells another settlement apart', () =>
    expect(again({ profit_sharing: true })).toEqual({ kind: 'other-settlement' }))

  it('gives each part a trade of its own that cannot be paid alone', () => {
    const part = toSubTrade(combined, combinedOrder, subs[1]!)
    expect(part).toMatchObject({ kind: 'sub', mchid: '1600000002', out_trade_no: 'part-00002', prepay_id: '' })
    expect(part.order).toMatchObject({ total: 800, attach: 'b', openid: 'o-payer' })
    expect(closesItselfAt(part)).toBeNull()
  })

  it('is shown with total_amount, and payer_amount once paid', () => {
    const parts = subs.map((sub) => toSubTrade(combined, combinedOrder, sub))
    expect(toCombinedTransaction(combined, parts).sub_orders[0]!.amount).toEqual({
      currency: 'CNY',
      total_amount: 8000,
    })
    const paid = parts.map((part) => pay(part, facts)!)
    expect(toCombinedTransaction(pay(combined, { ...facts, transaction_id: null })!, paid)).toMatchObject({
      combine_payer_info: { openid: 'o-payer' },
      sub_orders: [
        { amount: { payer_amount: 8000 }, transaction_id: '4200000000', trade_state: 'SUCCESS' },
        { amount: { payer_amount: 800 } },
      ],
    })
  })
})

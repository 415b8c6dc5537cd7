import {
  feeOf,
  fundFlowBill,
  toBillDay,
  tradeBill,
  whyNoBill,
  type BilledTrade,
  type TradeEntry,
} from '../../../../../../mock-server/simulator/wechat/domain/bill'
import { createBillDesk } from '../../../../../../mock-server/simulator/wechat/desks/bill-desk'
import { wallClock } from '../../../../../../mock-server/kit/clock'
import { createVirtualClock } from '../../../../../../mock-server/simulator/wechat/clock'
import { createPlatformKeys } from '../../../../../../mock-server/simulator/wechat/merchants/platform-keys'
import { createDirectory } from '../../../../../../mock-server/simulator/wechat/merchants/directory'
import { createMerchantIdentity, createPlatformIdentity } from '../../../../../../mock-server/simulator/wechat/identity'
import { openStore } from '../../../../../../mock-server/simulator/wechat/store/store'
import type { Trade } from '../../../../../../mock-server/simulator/wechat/domain/trade'

const at = (text: string): number => Date.parse(`${text}+08:00`)
const noon = at('2026-11-20T12:00:00')
const sold: BilledTrade = {
  appid: 'wx0123456789abcdef',
  mchid: '1600000001',
  sub_mchid: null,
  device_id: '',
  transaction_id: '4200000000000000000000000001',
  out_trade_no: 'order-0001',
  openid: 'o-payer',
  trade_type: 'JSAPI',
  bank_type: 'OTHERS',
  description: 'tea',
  attach: '',
  total: 3250,
  vouchers: [],
}
const payment = (over: Partial<BilledTrade> = {}): TradeEntry => ({
  at: noon,
  trade: { ...sold, ...over },
  refund: null,
})
const refund: TradeEntry = {
  at: noon + 60_000,
  trade: sold,
  refund: {
    refund_id: '50300000000000000000000000001',
    out_refund_no: 'r-1',
    refund: 1250,
    payer_refund: 1250,
    promotions: [],
    state: 'ABNORMAL',
    channel: 'ORIGINAL',
    created_at: noon + 60_000,
    success_at: null,
  },
}

describe('the trade bill', () => {
  it('has the titles, lines and sums of the real one', () => {
    const bill = tradeBill('ALL')
    expect(bill.head() + bill.lines(payment()) + bill.lines(refund) + bill.foot()).toBe(
      [
        '\uFEFF交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注',
        '`2026-11-20 12:00:00,`wx0123456789abcdef,`1600000001,`0,`,`4200000000000000000000000001,`order-0001,`o-payer,`JSAPI,`SUCCESS,`OTHERS,`CNY,`32.50,`0.00,`0,`0,`0.00,`0.00,`,`,`tea,`,`0.20000,`0.60%,`32.50,`0.00,`',
        '`2026-11-20 12:01:00,`wx0123456789abcdef,`1600000001,`0,`,`4200000000000000000000000001,`order-0001,`o-payer,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50300000000000000000000000001,`r-1,`12.50,`0.00,`ORIGINAL,`CHANGE,`tea,`,`-0.08000,`0.60%,`0.00,`12.50,`',
        '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
        '`2,`32.50,`12.50,`0.00,`0.12000,`32.50,`12.50',
        '',
      ].join('\r\n'),
    )
  })

  it('leaves out what the other kinds show, titles and all', () => {
    const success = tradeBill('SUCCESS')
    expect(success.head()).not.toContain('退款')
    expect(success.lines(refund)).toBe('')
    expect(success.lines(payment({ sub_mchid: '1900000001' }))).toContain(',`1900000001,`,')
    expect(success.foot()).toBe('总交易单数,应结订单总金额,手续费总金额,订单总金额\r\n`1,`32.50,`0.20000,`32.50\r\n')
    const refunds = tradeBill('REFUND')
    expect(refunds.head()).toContain(',代金券金额,退款申请时间,退款成功时间,微信退款单号,')
    expect(refunds.lines(payment())).toBe('')
    expect(refunds.lines(refund)).toContain(',`0.00,`2026-11-20 12:01:00,`,`503')
  })

  it('lets nothing that a merchant wrote break a line or a column', () => {
    const line = tradeBill('ALL').lines(payment({ description: 'a,b\r\nc\u0001d', attach: ',' }))
    expect(line).toContain('`a\\ b\\r\\nc d,`\\ ,`')
    expect(line.split(',')).toHaveLength(27)
    expect(line.match(/\n/g)).toHaveLength(1)
  })

  it.each([
    [1, 0],
    [83, 0],
    [84, 1],
    [3250, 20],
    [9500, 57],
  ])('rounds the fee of %d fen to %d', (fen, fee) => expect(feeOf(fen)).toBe(fee))
})

describe('the fund flow bill', () => {
  it('keeps the balance through payments, fees, refunds and what comes back', () => {
    const bill = fundFlowBill(1000)
    const flow = { mchid: '1600000001', transaction_id: '42', at: noon }
    const text =
      bill.head() +
      bill.lines({ ...flow, kind: 'payment', id: '42', out_no: 'order-0001', amount: 3250 }) +
      bill.lines({ ...flow, kind: 'refund', id: '503', out_no: 'r-1', amount: 1250 }) +
      bill.lines({ ...flow, kind: 'refund-closed', id: '503', out_no: 'r-1', amount: 1250 }) +
      bill.foot()
    expect(text).toBe(
      [
        '\uFEFF记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号',
        '`2026-11-20 12:00:00,`42,`42,`交易,`交易,`收入,`32.50,`42.50,`system,`,`order-0001',
        '`2026-11-20 12:00:00,`42,`42,`交易,`扣除交易手续费,`支出,`0.20,`42.30,`system,`,`order-0001',
        '`2026-11-20 12:00:00,`503,`42,`退款,`退款,`支出,`12.42,`29.88,`1600000001API,`退款总金额12.50元;含手续费0.08元,`r-1',
        '`2026-11-20 12:00:00,`503,`42,`退款,`退款关闭,`收入,`12.42,`42.30,`system,`退款总金额12.50元;含手续费0.08元,`r-1',
        '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
        '`4,`2,`44.92,`2,`12.62',
        '',
      ].join('\r\n'),
    )
  })

  it('has no line for a fee of nothing', () => {
    const one = {
      mchid: 'm',
      transaction_id: '42',
      at: noon,
      kind: 'payment',
      id: '42',
      out_no: 'o',
      amount: 1,
    } as const
    expect(fundFlowBill(0).lines(one).match(/\r\n/g)).toHaveLength(1)
  })
})

describe('the day of a bill', () => {
  const day = toBillDay('2026-11-20')!

  it('begins and ends in Beijing', () => {
    expect(day).toEqual({
      start: at('2026-11-20T00:00:00'),
      end: at('2026-11-21T00:00:00'),
      existsFrom: at('2026-11-21T10:00:00'),
    })
  })

  it.each(['2026-02-30', '2026-13-01', '0000-00-00', 'yyyy-mm-dd'])('is not %s', (date) =>
    expect(toBillDay(date)).toBeNull(),
  )

  it.each([
    ['2026-11-20T23:59:59', 'bill-date'],
    ['2026-11-21T00:00:00', 'bill-creating'],
    ['2026-11-21T09:59:59', 'bill-creating'],
    ['2026-11-21T10:00:00', null],
    ['2027-02-20T23:59:59', null],
    ['2027-02-21T00:00:00', 'bill-date'],
  ])('has a bill at %s: %s', (now, why) => expect(whyNoBill(day, at(now))).toBe(why))
})

describe('a bill of more rows than are read at a time', () => {
  it('has each trade once, though many were paid in the same millisecond', async () => {
    const store = openStore(':memory:')
    try {
      const identity = await createMerchantIdentity({ appids: [] })
      const { mchid } = identity
      const count = 1203
      await store.write(() => {
        for (let n = 0; n < count; n += 1) store.putTrade(paid(mchid, n, noon + Math.floor(n / 700)))
        store.putTrade(paid(mchid, count, at('2026-11-21T00:00:00')))
        store.putTrade(paid(mchid, count + 1, at('2026-11-20T00:00:00') - 1))
        store.putTrade(paid('1600009999', count + 2, noon))
      })
      const merchant = createDirectory(
        [identity],
        [],
        createPlatformKeys(await createPlatformIdentity(), { store, clock: createVirtualClock(wallClock) }),
      ).merchant(mchid)!
      const desk = createBillDesk({ store, clock: { now: () => at('2026-11-21T10:00:00') } })
      const request = { kind: 'trade', date: '2026-11-20', type: 'ALL' } as const
      let text = ''
      let pieces = 0
      for await (const piece of desk.read(merchant, request)) {
        text += piece
        pieces += 1
      }
      const numbers = [...text.matchAll(/`(order-\d+)/g)].map(([, number]) => number)
      expect(pieces).toBe(3)
      expect(numbers).toHaveLength(count)
      expect(new Set(numbers).size).toBe(count)
      expect(text).toContain(`\r\n\`${count},\`12.03,`)
      expect(store.balanceAt(mchid, at('2026-11-20T00:00:00'))).toBe(1)
      expect(store.balanceAt(mchid, at('2026-11-22T00:00:00'))).toBe(count + 2)
    } finally {
      await store.close()
    }
  })

  function paid(mchid: string, n: number, paid_at: number): Trade {
    const out_trade_no = `order-${n}`
    return {
      kind: 'direct',
      api: 'v3',
      sign_type: null,
      mchid,
      out_trade_no,
      parent: null,
      order: {
        appid: 'wx1',
        description: 'tea',
        out_trade_no,
        notify_url: 'https://shop.example/notify',
        total: 1,
        currency: 'CNY',
      },
      product: 'JSAPI',
      state: 'SUCCESS',
      created_at: paid_at,
      expires_at: null,
      prepay_id: `wx${mchid}${n}`,
      prepaid_at: paid_at,
      links: [],
      transaction_id: `42${mchid}${n}`,
      paid_at,
      payer: { openid: 'o-payer' },
      bank_type: 'OTHERS',
      vouchers: [],
    }
  }
})

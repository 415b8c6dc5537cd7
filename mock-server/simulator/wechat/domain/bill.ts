import type { RefundState } from './refund'
import { payerTotal, settlementRefund, settlementTotal, type VoucherRefund, type VoucherUse } from './voucher'

/**
 * Bills (账单) as pure text: titles, lines and sums. UTF-8 with a byte order mark, a back-tick before every value, CRLF,
 * two lines of sums at the end; amounts in yuan.
 * @see https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html
 * @see https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-fundflow.html
 */

export const tradeBillTypes = ['ALL', 'SUCCESS', 'REFUND'] as const
export type TradeBillType = (typeof tradeBillTypes)[number]

/** Accounts of a merchant; only the basic one moves here. */
export const fundAccounts = ['BASIC', 'OPERATION', 'FEES'] as const
export type FundAccount = (typeof fundAccounts)[number]

/** A paid trade, as all its lines show it. Amounts in fen, instants in virtual milliseconds. */
export interface BilledTrade {
  readonly appid: string
  readonly mchid: string
  readonly sub_mchid: string | null
  readonly device_id: string
  readonly transaction_id: string
  readonly out_trade_no: string
  readonly openid: string
  readonly trade_type: string
  readonly bank_type: string
  readonly description: string
  readonly attach: string
  readonly total: number
  readonly vouchers: readonly VoucherUse[]
}

/** A refund as it was when the bill was made: what became of it later does not change the bill. */
export interface BilledRefund {
  readonly refund_id: string
  readonly out_refund_no: string
  readonly refund: number
  readonly payer_refund: number
  readonly promotions: readonly VoucherRefund[]
  readonly state: RefundState
  readonly channel: string
  readonly created_at: number
  readonly success_at: number | null
}

export interface TradeEntry {
  readonly at: number
  readonly trade: BilledTrade
  /** Null: the payment. */
  readonly refund: BilledRefund | null
}

/** A movement of the merchant's own account. */
export interface FundEntry {
  readonly at: number
  readonly kind: 'payment' | 'refund' | 'refund-closed'
  readonly mchid: string
  /** The service's number: of the trade, or of the refund. */
  readonly id: string
  readonly transaction_id: string
  /** The merchant's number of the same. */
  readonly out_no: string
  readonly amount: number
}

/** Writes one bill, line by line, and sums up. */
export interface BillWriter<Entry> {
  head(): string
  /** One line, or none where this kind of bill leaves the entry out, or several. */
  lines(entry: Entry): string
  foot(): string
}

/** The fee that every merchant pays, rounded to a fen. UNVERIFIED: the rate is a merchant's own in life. */
export const feeRate = '0.60%'

export function feeOf(fen: number): number {
  return Math.floor((fen * 6 + 500) / 1000)
}

const bom = '\uFEFF'
const lineOf = (cells: readonly string[]): string => `${cells.map((cell) => `\`${cell}`).join(',')}\r\n`
const titlesOf = (titles: readonly string[]): string => `${titles.join(',')}\r\n`
const yuan = (fen: number): string => `${fen < 0 ? '-' : ''}${(Math.abs(fen) / 100).toFixed(2)}`
/** Fees have five places, the last three always 0. */
const yuanOfFee = (fen: number): string => `${yuan(fen)}000`

/** What a merchant wrote may not break a line: a comma becomes a backslash and a blank. */
function escape(text: string): string {
  return text.replaceAll('\u0001', ' ').replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll(',', '\\ ')
}

/** `yyyy-MM-dd HH:mm:ss`, Beijing. */
function toBillTime(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
}

/** The states of refunds have names of their own here. */
const billedState: Readonly<Record<RefundState, string>> = {
  SUCCESS: 'SUCCESS',
  PROCESSING: 'PROCESSING',
  ABNORMAL: 'CHANGE',
  CLOSED: 'FAIL',
}

/** What the merchant gets for a trade (应结订单金额). */
const settled = ({ total, vouchers }: BilledTrade): number => settlementTotal(total, vouchers)
/** What of a refund the merchant pays back (退款金额). */
const paidBack = ({ refund, promotions }: BilledRefund): number => settlementRefund(refund, promotions)
/** What of a refund goes back to whoever funded a voucher (充值券退款金额). */
const fundedBack = (refund: BilledRefund): number => paidBack(refund) - refund.payer_refund

const withRefund = ['ALL', 'REFUND'] as const
type Column = readonly [title: string, types: readonly TradeBillType[], value: (entry: TradeEntry) => string]

const refundCell =
  (read: (refund: BilledRefund) => string, none: string) =>
  ({ refund }: TradeEntry): string =>
    refund === null ? none : read(refund)

/** Every column, which bills have it, and its value. */
const columns: readonly Column[] = [
  ['交易时间', tradeBillTypes, ({ at }) => toBillTime(at)],
  ['公众账号ID', tradeBillTypes, ({ trade }) => trade.appid],
  ['商户号', tradeBillTypes, ({ trade }) => trade.mchid],
  ['特约商户号', tradeBillTypes, ({ trade }) => trade.sub_mchid ?? '0'],
  ['设备号', tradeBillTypes, ({ trade }) => escape(trade.device_id)],
  ['微信订单号', tradeBillTypes, ({ trade }) => trade.transaction_id],
  ['商户订单号', tradeBillTypes, ({ trade }) => trade.out_trade_no],
  ['用户标识', tradeBillTypes, ({ trade }) => trade.openid],
  ['交易类型', tradeBillTypes, ({ trade }) => trade.trade_type],
  ['交易状态', tradeBillTypes, ({ refund }) => (refund === null ? 'SUCCESS' : 'REFUND')],
  ['付款银行', tradeBillTypes, ({ trade }) => trade.bank_type],
  ['货币种类', tradeBillTypes, () => 'CNY'],
  ['应结订单金额', tradeBillTypes, ({ trade, refund }) => yuan(refund === null ? settled(trade) : 0)],
  // UNVERIFIED: which types it counts; here both.
  [
    '代金券金额',
    tradeBillTypes,
    ({ trade, refund }) => yuan(refund === null ? trade.total - payerTotal(trade.total, trade.vouchers) : 0),
  ],
  ['退款申请时间', ['REFUND'], refundCell(({ created_at }) => toBillTime(created_at), '')],
  ['退款成功时间', ['REFUND'], refundCell(({ success_at }) => (success_at === null ? '' : toBillTime(success_at)), '')],
  ['微信退款单号', withRefund, refundCell(({ refund_id }) => refund_id, '0')],
  ['商户退款单号', withRefund, refundCell(({ out_refund_no }) => out_refund_no, '0')],
  ['退款金额', withRefund, refundCell((refund) => yuan(paidBack(refund)), yuan(0))],
  ['充值券退款金额', withRefund, refundCell((refund) => yuan(fundedBack(refund)), yuan(0))],
  ['退款类型', withRefund, refundCell(({ channel }) => channel, '')],
  ['退款状态', withRefund, refundCell(({ state }) => billedState[state], '')],
  ['商品名称', tradeBillTypes, ({ trade }) => escape(trade.description)],
  ['商户数据包', tradeBillTypes, ({ trade }) => escape(trade.attach)],
  ['手续费', tradeBillTypes, (entry) => yuanOfFee(feeOfEntry(entry))],
  ['费率', tradeBillTypes, () => feeRate],
  ['订单金额', tradeBillTypes, ({ trade, refund }) => yuan(refund === null ? trade.total : 0)],
  ['申请退款金额', withRefund, refundCell(({ refund }) => yuan(refund), yuan(0))],
  ['费率备注', tradeBillTypes, () => ''],
]

/** A refund gives its share of the fee back. UNVERIFIED: that the fee is taken on what the merchant gets. */
function feeOfEntry({ trade, refund }: TradeEntry): number {
  return refund === null ? feeOf(settled(trade)) : -feeOf(paidBack(refund))
}

/** The trade bill (交易账单) of one day. */
export function tradeBill(type: TradeBillType): BillWriter<TradeEntry> {
  const used = columns.filter(([, types]) => types.includes(type))
  const sum = { count: 0, total: 0, settled: 0, refund: 0, paidBack: 0, fundedBack: 0, fee: 0 }
  return {
    head: () => bom + titlesOf(used.map(([title]) => title)),
    lines(entry) {
      const { trade, refund } = entry
      if (type === (refund === null ? 'REFUND' : 'SUCCESS')) return ''
      sum.count += 1
      sum.fee += feeOfEntry(entry)
      if (refund === null) {
        sum.total += trade.total
        sum.settled += settled(trade)
      } else {
        sum.refund += refund.refund
        sum.paidBack += paidBack(refund)
        sum.fundedBack += fundedBack(refund)
      }
      return lineOf(used.map(([, , value]) => value(entry)))
    },
    foot() {
      const [count, got, fee, total] = [String(sum.count), yuan(sum.settled), yuanOfFee(sum.fee), yuan(sum.total)]
      if (type === 'SUCCESS')
        return (
          titlesOf(['总交易单数', '应结订单总金额', '手续费总金额', '订单总金额']) + lineOf([count, got, fee, total])
        )
      return (
        titlesOf([
          '总交易单数',
          '应结订单总金额',
          '退款总金额',
          '充值券退款总金额',
          '手续费总金额',
          '订单总金额',
          '申请退款总金额',
        ]) + lineOf([count, got, yuan(sum.paidBack), yuan(sum.fundedBack), fee, total, yuan(sum.refund)])
      )
    },
  }
}

const fundTitles = [
  '记账时间',
  '微信支付业务单号',
  '资金流水单号',
  '业务名称',
  '业务类型',
  '收支类型',
  '收支金额(元)',
  '账户结余(元)',
  '资金变更提交申请人',
  '备注',
  '业务凭证号',
]

/** The fund flow bill (资金账单) of one day; `opening` is what the account had when the day began. */
export function fundFlowBill(opening: number): BillWriter<FundEntry> {
  let balance = opening
  const income = { count: 0, fen: 0 }
  const expense = { count: 0, fen: 0 }

  /** One movement; what moves nothing is no line. */
  function flow(entry: FundEntry, business: readonly [string, string], fen: number, who: string, note: string): string {
    if (fen === 0) return ''
    const side = fen > 0 ? income : expense
    side.count += 1
    side.fen += Math.abs(fen)
    balance += fen
    return lineOf([
      toBillTime(entry.at),
      entry.id,
      entry.transaction_id,
      ...business,
      fen > 0 ? '收入' : '支出',
      yuan(Math.abs(fen)),
      yuan(balance),
      who,
      note,
      entry.out_no,
    ])
  }

  return {
    head: () => bom + titlesOf(fundTitles),
    lines(entry) {
      const fee = feeOf(entry.amount)
      const note = `退款总金额${yuan(entry.amount)}元;含手续费${yuan(fee)}元`
      switch (entry.kind) {
        case 'payment':
          return (
            flow(entry, ['交易', '交易'], entry.amount, 'system', '') +
            flow(entry, ['交易', '扣除交易手续费'], -fee, 'system', '')
          )
        case 'refund':
          return flow(entry, ['退款', '退款'], fee - entry.amount, `${entry.mchid}API`, note)
        case 'refund-closed':
          return flow(entry, ['退款', '退款关闭'], entry.amount - fee, 'system', note)
      }
    },
    foot: () =>
      titlesOf(['资金流水总笔数', '收入笔数', '收入金额', '支出笔数', '支出金额']) +
      lineOf([
        String(income.count + expense.count),
        String(income.count),
        yuan(income.fen),
        String(expense.count),
        yuan(expense.fen),
      ]),
  }
}

/** A day of bills in Beijing: where it begins and ends, and when its bill exists. */
export interface BillDay {
  readonly start: number
  readonly end: number
  readonly existsFrom: number
}

const hourMs = 3_600_000

/** Reads `yyyy-MM-dd`; null where there is no such day. */
export function toBillDay(date: string): BillDay | null {
  const start = Date.parse(`${date}T00:00:00+08:00`)
  // `2026-02-30` is read as a day of March.
  if (Number.isNaN(start) || toBillTime(start).slice(0, 10) !== date) return null
  const end = start + 24 * hourMs
  return { start, end, existsFrom: end + 10 * hourMs }
}

/** Why there is no bill of the day at an instant; null where there is one. */
export function whyNoBill(day: BillDay, now: number): 'bill-date' | 'bill-creating' | null {
  const oldest = new Date(now + 8 * hourMs)
  oldest.setUTCMonth(oldest.getUTCMonth() - 3)
  oldest.setUTCHours(0, 0, 0, 0)
  if (now < day.end || day.start < oldest.getTime() - 8 * hourMs) return 'bill-date'
  return now < day.existsFrom ? 'bill-creating' : null
}

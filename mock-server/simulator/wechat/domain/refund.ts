import { isPaid, tradeCanBecome, type Api, type SignType, type Trade } from './trade'
import type { Reason } from './refusal'
import { payerTotal, settlementTotal, type RefundShares } from './voucher'

/** Refunds (退款) as pure values: state and event in, state out. Instants are virtual milliseconds, amounts fen. */

export type RefundState = 'PROCESSING' | 'SUCCESS' | 'ABNORMAL' | 'CLOSED'

/** Where a refund that is being processed ends. */
export type RefundOutcome = Exclude<RefundState, 'PROCESSING'>

/**
 * The moves there are. An abnormal one (退款异常) goes on by hand only: to another account, or given up.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791863
 */
export const refundCanBecome: Readonly<Record<RefundState, readonly RefundState[]>> = {
  PROCESSING: ['SUCCESS', 'ABNORMAL', 'CLOSED'],
  ABNORMAL: ['PROCESSING', 'SUCCESS', 'CLOSED'],
  SUCCESS: [],
  CLOSED: [],
}

/** An order may be refunded so often, and so long after it was paid. @see https://pay.weixin.qq.com/doc/v3/merchant/4012587971 */
export const refundsMax = 50
export const refundableForMs = 365 * 24 * 3_600_000

export interface RefundGoods {
  readonly merchant_goods_id: string
  readonly wechatpay_goods_id?: string
  readonly goods_name?: string
  readonly unit_price: number
  readonly refund_amount: number
  readonly refund_quantity: number
}

/** A merchant's account and the amount that it pays. */
export interface RefundSource {
  readonly account: string
  readonly amount: number
}

/** What a merchant asks for, whichever protocol it speaks. */
export interface RefundRequest {
  readonly api: Api
  /** Only in V2. */
  readonly sign_type?: SignType
  readonly out_refund_no: string
  /** One of the two names the trade; where both are given they must mean the same one. */
  readonly transaction_id?: string
  readonly out_trade_no?: string
  readonly sub_mchid?: string
  readonly refund: number
  /** Of the order. */
  readonly total: number
  readonly reason?: string
  /** Default: the merchant's platform setting. */
  readonly notify_url?: string
  readonly funds_account?: string
  readonly from?: readonly RefundSource[]
  readonly goods_detail?: readonly RefundGoods[]
}

export interface Refund extends RefundShares {
  /** The protocol that asked. */
  readonly api: Api
  /** The form of the notification. Absent in refunds from before it was kept: that of `api`. */
  readonly notice_form?: Api
  readonly sign_type: SignType | null
  readonly mchid: string
  readonly sub_mchid: string | null
  readonly out_trade_no: string
  readonly transaction_id: string
  readonly refund_id: string
  readonly out_refund_no: string
  readonly refund: number
  readonly total: number
  /** What the payer paid for the order in money. */
  readonly payer_total: number
  /** What the merchant got for the order. */
  readonly settlement_total: number
  readonly reason: string | null
  /** Empty: no notification is sent. */
  readonly notify_url: string
  readonly funds_account: string | null
  readonly from: readonly RefundSource[]
  readonly goods_detail: readonly RefundGoods[]
  readonly state: RefundState
  readonly channel: 'ORIGINAL' | 'OTHER_BANKCARD'
  /** Where the money went, as the payer sees it. */
  readonly user_received_account: string
  readonly created_at: number
  /** When processing ends; null once it has. */
  readonly due_at: number | null
  /** How it will end. */
  readonly outcome: RefundOutcome
  /** Every state with the instant it was reached, the first one first. */
  readonly history: readonly { readonly state: RefundState; readonly at: number }[]
}

/** Money that is given back or about to be: a closed refund is none. */
export function refundedTotal(refunds: readonly Refund[]): number {
  return refunds.reduce((sum, { state, refund }) => (state === 'CLOSED' ? sum : sum + refund), 0)
}

/** When a refund is asked for, and how long after the partial refund before it. */
export interface RefundTiming {
  readonly now: number
  /** Between two partial refunds of one order, in milliseconds of virtual time; 0: any. */
  readonly intervalMs: number
}

/** Why the trade can't be refunded like that; null where it can. `refunds` are those that the trade has already. */
export function whyNotRefundable(
  trade: Trade,
  refunds: readonly Refund[],
  { refund, total }: Pick<RefundRequest, 'refund' | 'total'>,
  { now, intervalMs }: RefundTiming,
): Reason | null {
  if (!isPaid(trade) || trade.order === null) return 'refund-order-unpaid'
  if (total !== trade.order.total) return 'refund-total-differs'
  if (now > (trade.paid_at ?? 0) + refundableForMs) return 'refund-too-late'
  if (refund > total) return 'refund-exceeds'
  const left = total - refundedTotal(refunds)
  if (left === 0) return 'refund-all-done'
  if (refund > left) return 'refund-exceeds'
  if (refunds.filter(({ state }) => state !== 'CLOSED').length >= refundsMax) return 'refund-too-many'
  return refund < total && now < lastPartialAt(refunds) + intervalMs ? 'refund-too-soon' : null
}

/** When the newest partial refund was accepted, whatever became of it. */
function lastPartialAt(refunds: readonly Refund[]): number {
  const partial = refunds.filter(({ refund, total }) => refund < total)
  return Math.max(-Infinity, ...partial.map(({ created_at }) => created_at))
}

/** Compared when a number is used again. UNVERIFIED: the list of fields that count. */
const compared: readonly (readonly [string, (refund: RefundRequest | Refund) => unknown])[] = [
  ['amount.refund', ({ refund }) => refund],
  ['amount.total', ({ total }) => total],
  ['sub_mchid', ({ sub_mchid }) => sub_mchid ?? null],
  ['reason', ({ reason }) => reason ?? null],
  ['funds_account', ({ funds_account }) => funds_account ?? null],
  ['amount.from', ({ from }) => JSON.stringify(from ?? [])],
  ['goods_detail', ({ goods_detail }) => JSON.stringify(goods_detail ?? [])],
]

/** Names of what differs from the first request under this number; none: it is the same refund. */
export function differingFields(present: Refund, request: RefundRequest): readonly string[] {
  const { out_trade_no = present.out_trade_no, transaction_id = present.transaction_id } = request
  return [
    ...(out_trade_no === present.out_trade_no ? [] : ['out_trade_no']),
    ...(transaction_id === present.transaction_id ? [] : ['transaction_id']),
    ...compared.filter(([, read]) => read(present) !== read(request)).map(([name]) => name),
  ]
}

/** Refunds that give money back or are about to: the others of a payment share what is left. */
export function openShares(refunds: readonly Refund[]): readonly RefundShares[] {
  return refunds.filter(({ state }) => state !== 'CLOSED')
}

export interface RefundTerms {
  readonly shares: RefundShares
  readonly refund_id: string
  readonly notify_url: string
  readonly outcome: RefundOutcome
  readonly takesMs: number
}

/**
 * The form of a refund's notification. The address of the merchant's console is told in V2's, whichever protocol asked.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013071200
 */
function noticeFormOf({ api, notify_url }: RefundRequest): Api {
  return notify_url === undefined ? 'v2' : api
}

/** A refund as it is accepted. */
export function newRefund(trade: Trade, request: RefundRequest, terms: RefundTerms, now: number): Refund {
  return {
    api: request.api,
    notice_form: noticeFormOf(request),
    sign_type: request.sign_type ?? null,
    mchid: trade.mchid,
    sub_mchid: trade.order?.sub_mchid ?? null,
    out_trade_no: trade.out_trade_no,
    transaction_id: trade.transaction_id ?? '',
    refund_id: terms.refund_id,
    out_refund_no: request.out_refund_no,
    refund: request.refund,
    total: request.total,
    payer_total: payerTotal(request.total, trade.vouchers),
    settlement_total: settlementTotal(request.total, trade.vouchers),
    ...terms.shares,
    reason: request.reason ?? null,
    notify_url: terms.notify_url,
    funds_account: request.funds_account ?? null,
    from: request.from ?? [],
    goods_detail: request.goods_detail ?? [],
    state: 'PROCESSING',
    channel: 'ORIGINAL',
    user_received_account: receivedAccount(trade.bank_type),
    created_at: now,
    due_at: now + terms.takesMs,
    outcome: terms.outcome,
    history: [{ state: 'PROCESSING', at: now }],
  }
}

/** Moves a refund; null where the table has no such move. */
export function moveRefund(refund: Refund, state: RefundState, now: number): Refund | null {
  if (!refundCanBecome[refund.state].includes(state)) return null
  return { ...refund, state, due_at: null, history: [...refund.history, { state, at: now }] }
}

/** An abnormal refund is tried once more, to a bank account that the merchant names; null where it is not abnormal. */
export function retryRefund(refund: Refund, account: string, takesMs: number, now: number): Refund | null {
  const moved = refund.state === 'ABNORMAL' ? moveRefund(refund, 'PROCESSING', now) : null
  return (
    moved && {
      ...moved,
      due_at: now + takesMs,
      outcome: 'SUCCESS',
      channel: 'OTHER_BANKCARD',
      user_received_account: account,
    }
  )
}

/** When a state was reached for the last time. */
export function reachedAt({ history }: Refund, state: RefundState): number | null {
  return history.findLast((step) => step.state === state)?.at ?? null
}

/** The state at an instant after the refund was accepted: what a bill of that instant says for ever. */
export function stateAt({ history, state }: Refund, at: number): RefundState {
  return history.findLast((step) => step.at <= at)?.state ?? history[0]?.state ?? state
}

/** The trade of a refund (转入退款); it stays as it is where it was refunded before. */
export function toRefunded(trade: Trade): Trade {
  return tradeCanBecome[trade.state].includes('REFUND') ? { ...trade, state: 'REFUND' } : trade
}

const banks: Readonly<Record<string, string>> = {
  ABC: '农业银行',
  BOC: '中国银行',
  CCB: '建设银行',
  CMB: '招商银行',
  ICBC: '工商银行',
}

/** By the bank that paid: a card, else the payer's balance. @see https://pay.weixin.qq.com/doc/v3/merchant/4012791863 */
function receivedAccount(bankType: string | null): string {
  const [code = '', kind] = (bankType ?? '').split('_')
  const bank = banks[code]
  return bank === undefined ? '支付用户零钱' : `${bank}${kind === 'CREDIT' ? '信用卡' : '借记卡'}0403`
}

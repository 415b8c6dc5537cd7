import { physicalFenOf, sumOf, type CartLine } from './cart'
import type { Order, OrderStatus } from './order'

export type RefundStatus = 'requested' | 'declined' | 'approved' | 'processing' | 'succeeded' | 'abnormal' | 'failed'

/** `asked`: by the payer; `shop`: by a person of the shop; the others: money that came for nothing. */
export type RefundCause = 'asked' | 'shop' | 'paidTwice' | 'paidAfterClose' | 'held'

/** Where a refund can go from where it is. WeChat Pay's word is needed for everything after `approved`. */
export const refundCanBecome: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  requested: ['approved', 'declined'],
  declined: [],
  approved: ['processing', 'succeeded', 'abnormal', 'failed'],
  processing: ['succeeded', 'abnormal', 'failed'],
  succeeded: [],
  abnormal: ['processing', 'succeeded', 'failed'], // a person mends it in WeChat Pay's console (异常退款)
  failed: [],
}

/** Money on its way back. `refundNo` (商户退款单号) is the same at every try, so that it never goes twice. */
export interface Refund {
  readonly id: number
  readonly orderId: number
  readonly refundNo: string
  readonly outTradeNo: string
  readonly transactionId: string
  readonly status: RefundStatus
  readonly cause: RefundCause
  readonly amountFen: number
  /** What was paid in the trade that it belongs to. */
  readonly paidFen: number
  readonly reason: string
  readonly requestedAtMs: number
  readonly decidedAtMs: number | null
  readonly settledAtMs: number | null
  /** WeChat Pay's own number. */
  readonly refundId: string | null
  readonly account: string | null
  readonly declineReason: string | null
}

/** What WeChat Pay says of a refund. */
export interface RefundReport {
  readonly refundNo: string
  readonly refundId: string
  readonly transactionId: string
  readonly amountFen: number
  readonly status: 'processing' | 'succeeded' | 'abnormal' | 'failed'
  readonly account: string | null
  readonly settledAtMs: number | null
}

/** Not at its end. */
export function isOpenRefund({ status }: Pick<Refund, 'status'>): boolean {
  return refundCanBecome[status].length > 0
}

/** Gives back what the order cost, and so changes it; the others give back what came besides. */
export function isOfOrder({ cause }: Pick<Refund, 'cause'>): boolean {
  return cause === 'asked' || cause === 'shop'
}

/** WeChat Pay takes 50 parts of one payment. */
export const refundsMax = 50

/** What the shop can give back: what was paid and has not gone back. */
export function leftFenOf(order: Order): number {
  const isSettled = order.status === 'paid' || order.status === 'refunding'
  return isSettled ? Math.max(0, order.totalFen - order.refundedFen) : 0
}

/** What the payer can ask for now: not for virtual goods, which are used, and not beside an open refund. */
export function refundableFenOf(order: Order, refunds: readonly Refund[]): number {
  const own = refunds.filter(isOfOrder)
  if (order.status !== 'paid' || own.some(isOpenRefund) || own.length >= refundsMax) return 0
  const virtualFen = sumOf(order.items) - physicalFenOf(order.items)
  return Math.max(0, leftFenOf(order) - virtualFen)
}

/** What somebody asks for: the whole of what is left, an amount, or goods. */
export type RefundWish =
  | { readonly kind: 'whole' }
  | { readonly kind: 'amount'; readonly amountFen: number }
  | { readonly kind: 'goods'; readonly lines: readonly CartLine[] }

export type RefundDecision =
  | { readonly kind: 'granted'; readonly amountFen: number }
  | { readonly kind: 'open' | 'notRefundable' | 'amountInvalid' }

/** Whether a wish can be had, and what it comes to. A person of the shop may give back more than a payer can ask for. */
export function decideRefund(
  order: Order,
  refunds: readonly Refund[],
  wish: RefundWish,
  cause: 'asked' | 'shop',
): RefundDecision {
  const own = refunds.filter(isOfOrder)
  if (own.some(isOpenRefund)) return { kind: 'open' }
  if (order.status !== 'paid' || own.length >= refundsMax) return { kind: 'notRefundable' }
  const limitFen = cause === 'shop' ? leftFenOf(order) : refundableFenOf(order, refunds)
  if (limitFen === 0) return { kind: 'notRefundable' }
  const amountFen = wishedFen(order, wish, limitFen)
  if (amountFen === null || !Number.isSafeInteger(amountFen) || amountFen < 1 || amountFen > limitFen) {
    return { kind: 'amountInvalid' }
  }
  return { kind: 'granted', amountFen }
}

function wishedFen(order: Order, wish: RefundWish, limitFen: number): number | null {
  if (wish.kind === 'whole') return limitFen
  return wish.kind === 'amount' ? wish.amountFen : paidFenOf(order, wish.lines)
}

/** What was paid for some of the goods: their price less their part of coupon and points. Null: they were not bought so. */
export function paidFenOf(order: Order, lines: readonly CartLine[]): number | null {
  const physicalFen = physicalFenOf(order.items)
  const discountFen = order.pointsFen + (order.couponKind === 'goods' ? order.couponFen : 0)
  let askedFen = 0
  for (const { goodsId, quantity } of lines) {
    const item = order.items.find((one) => one.goodsId === goodsId)
    if (item?.kind !== 'physical' || !Number.isInteger(quantity) || quantity < 1 || quantity > item.quantity)
      return null
    askedFen += item.priceFen * quantity
  }
  if (new Set(lines.map(({ goodsId }) => goodsId)).size < lines.length || askedFen === 0) return null
  return Math.floor((askedFen * (physicalFen - discountFen)) / physicalFen)
}

/** What a succeeded refund takes back and gives back besides the money. */
export interface Reversal {
  /** Earned points that are taken back. */
  readonly earnedPoints: number
  /** Used points that come back. */
  readonly usedPoints: number
  readonly couponReturns: boolean
  /** The goods never left: they are sold again. */
  readonly goodsReturn: boolean
}

/** Points earned by what stays paid: 1 for each yuan. */
export function pointsEarnedBy(paidFen: number): number {
  return Math.floor(paidFen / 100)
}

/** In proportion, so that the parts of a refund add up to what the whole would do. The coupon comes back with the whole. */
export function reversalOf(order: Order, amountFen: number): Reversal {
  const { totalFen, refundedFen, points } = order
  const afterFen = refundedFen + amountFen
  const returned = (fen: number) => Math.floor((points * fen) / totalFen)
  const isWhole = afterFen === totalFen
  return {
    earnedPoints: pointsEarnedBy(totalFen - refundedFen) - pointsEarnedBy(totalFen - afterFen),
    usedPoints: returned(afterFen) - returned(refundedFen),
    couponReturns: isWhole && order.couponId !== null,
    goodsReturn: isWhole && order.fulfilment === 'preparing',
  }
}

/** What an order is after one of its refunds came to its end. */
export function statusAfterRefund(order: Order, refundedFen: number): OrderStatus {
  return refundedFen === order.totalFen ? 'refunded' : 'paid'
}

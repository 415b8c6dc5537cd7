import { physicalFenOf, sumOf, type CartLine, type OrderItem } from './cart'
import type { Order, OrderStatus } from './order'
import { apportionWithin } from './parts'

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

/**
 * What one seller gives back of a refund of a combined order. WeChat Pay knows each part as a refund of its own; the
 * whole is what the payer asked for.
 */
export interface RefundPart extends Pick<
  Refund,
  'id' | 'orderId' | 'refundNo' | 'outTradeNo' | 'transactionId' | 'status' | 'amountFen' | 'paidFen'
> {
  /** Number of the whole. */
  readonly ofRefundNo: string
  readonly subMchid: string
  readonly settledAtMs: number | null
  readonly refundId: string | null
  readonly account: string | null
}

/** What WeChat Pay is asked for under one number: a whole refund, or a part of one. */
export interface RefundTask extends Pick<
  Refund,
  | 'refundNo'
  | 'outTradeNo'
  | 'transactionId'
  | 'status'
  | 'amountFen'
  | 'paidFen'
  | 'reason'
  | 'requestedAtMs'
  | 'decidedAtMs'
  | 'settledAtMs'
> {
  /** Of the seller whose money it is; null where that is the shop. */
  readonly subMchid: string | null
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
  const known = lines.every(({ goodsId, quantity }) => {
    const item = order.items.find((one) => one.goodsId === goodsId)
    return item?.kind === 'physical' && Number.isInteger(quantity) && quantity >= 1 && quantity <= item.quantity
  })
  if (!known || lines.length === 0 || new Set(lines.map(({ goodsId }) => goodsId)).size < lines.length) return null
  return paidByGroup(order, lines).reduce((sum, fen) => sum + fen, 0)
}

/** The same for each seller; for the whole order where the shop sells everything itself. */
function paidByGroup(order: Order, lines: readonly CartLine[]): readonly number[] {
  return groupsOf(order).map(({ items, discountFen }) => {
    const physicalFen = physicalFenOf(items)
    const askedFen = sumOf(
      items.flatMap((item) => {
        const line = lines.find(({ goodsId }) => goodsId === item.goodsId)
        return line ? [{ ...item, quantity: line.quantity }] : []
      }),
    )
    return askedFen === 0 ? 0 : Math.floor((askedFen * Math.max(0, physicalFen - discountFen)) / physicalFen)
  })
}

/** Goods that share a discount. */
function groupsOf(order: Order): readonly { readonly items: readonly OrderItem[]; readonly discountFen: number }[] {
  const discountOf = ({ pointsFen, couponFen }: Pick<Order, 'pointsFen' | 'couponFen'>): number =>
    pointsFen + (order.couponKind === 'goods' ? couponFen : 0)
  if (order.parts.length === 0) return [{ items: order.items, discountFen: discountOf(order) }]
  return order.parts.map((part) => ({ items: itemsOf(order, part.sellerId), discountFen: discountOf(part) }))
}

function itemsOf(order: Order, sellerId: string): readonly OrderItem[] {
  return order.items.filter((item) => item.sellerId === sellerId)
}

/**
 * Splits a refund among the sellers of an order: goods are given back by who sold them, everything else in proportion to
 * what each has left. What a payer asks for does not touch virtual goods, which are used. Nobody gives back more than he
 * has left of this order; adds up to the fen.
 * @param leftFen what each part has not given back yet, in the order of `order.parts`
 */
export function splitRefund(
  order: Order,
  {
    wish,
    cause,
    amountFen,
  }: { readonly wish: RefundWish; readonly cause: 'asked' | 'shop'; readonly amountFen: number },
  leftFen: readonly number[],
): readonly number[] {
  if (wish.kind === 'goods') return apportionWithin(amountFen, paidByGroup(order, wish.lines), leftFen)
  if (cause === 'shop') return apportionWithin(amountFen, leftFen, leftFen)
  const physicalLeft = order.parts.map(({ sellerId }, index) => {
    const items = itemsOf(order, sellerId)
    return Math.max(0, leftFen[index]! - (sumOf(items) - physicalFenOf(items)))
  })
  return apportionWithin(amountFen, physicalLeft, leftFen)
}

/**
 * How a whole refund stands, by its parts: at its end when all of them are, and failed when not all of it went back;
 * what did go back is booked with each part.
 */
export function statusOfParts(parts: readonly Pick<RefundPart, 'status'>[]): RefundStatus {
  const has = (status: RefundStatus): boolean => parts.some((part) => part.status === status)
  const all = (status: RefundStatus): boolean => parts.every((part) => part.status === status)
  for (const status of ['requested', 'declined', 'approved', 'succeeded'] as const) if (all(status)) return status
  if (has('abnormal')) return 'abnormal'
  return has('approved') || has('processing') ? 'processing' : 'failed'
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

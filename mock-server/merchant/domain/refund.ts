import { physicalFenOf, sumOf, type CartLine, type OrderItem } from './cart'
import type { Order, OrderStatus } from './order'
import { zip } from './lists'
import { apportionWithin } from './parts'

export type RefundStatus = 'requested' | 'declined' | 'approved' | 'processing' | 'succeeded' | 'abnormal' | 'failed'

/** `asked`: by the payer. `shop`: by a person of the shop. The others: money that the shop has no goods for. */
export type RefundCause = 'asked' | 'shop' | 'paidTwice' | 'paidAfterClose' | 'held'

/** The states that may follow a state. Everything after `approved` needs a report of WeChat Pay. */
export const refundCanBecome: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  requested: ['approved', 'declined'],
  declined: [],
  approved: ['processing', 'succeeded', 'abnormal', 'failed'],
  processing: ['succeeded', 'abnormal', 'failed'],
  succeeded: [],
  abnormal: ['processing', 'succeeded', 'failed'], // a person resolves it in WeChat Pay's console (异常退款)
  failed: [],
}

/** A refund (退款). `refundNo` (商户退款单号) is the same at every try, so that the money never goes back twice. */
export interface Refund {
  readonly id: number
  readonly orderId: number
  readonly refundNo: string
  readonly outTradeNo: string
  readonly transactionId: string
  readonly status: RefundStatus
  readonly cause: RefundCause
  readonly amountFen: number
  /** Amount of the payment that is refunded. */
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
 * One seller's share in the refund of a combined order. To WeChat Pay each part is a refund of its own; the whole is what
 * the payer asked for.
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

/** A refund as WeChat Pay knows it, under one number: a whole, or a part of one. */
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
  /** Of the seller who gives the money back; null where that is the shop. */
  readonly subMchid: string | null
}

/** How a refund stands, as WeChat Pay reports it. */
export interface RefundReport {
  readonly refundNo: string
  readonly refundId: string
  readonly transactionId: string
  readonly amountFen: number
  readonly status: 'processing' | 'succeeded' | 'abnormal' | 'failed'
  readonly account: string | null
  readonly settledAtMs: number | null
}

/** Whether its state can still change. */
export function isOpenRefund({ status }: Pick<Refund, 'status'>): boolean {
  return refundCanBecome[status].length > 0
}

/** Whether a refund gives back what the order cost and so changes it. The others return money that came besides. */
export function isOfOrder({ cause }: Pick<Refund, 'cause'>): boolean {
  return cause === 'asked' || cause === 'shop'
}

/** WeChat Pay accepts 50 refunds of one payment. */
export const refundsMax = 50

/** What the shop can still give back: what was paid, less what was refunded. */
export function leftFenOf(order: Order): number {
  const isSettled = order.status === 'paid' || order.status === 'refunding'
  return isSettled ? Math.max(0, order.totalFen - order.refundedFen) : 0
}

/** What the payer can ask for now: nothing for virtual goods, which are used, and nothing while a refund is open. */
export function refundableFenOf(order: Order, refunds: readonly Refund[]): number {
  const own = refunds.filter(isOfOrder)
  if (order.status !== 'paid' || own.some(isOpenRefund) || own.length >= refundsMax) return 0
  const virtualFen = sumOf(order.items) - physicalFenOf(order.items)
  return Math.max(0, leftFenOf(order) - virtualFen)
}

/** What is asked for: everything that is left, an amount, or goods. */
export type RefundWish =
  | { readonly kind: 'whole' }
  | { readonly kind: 'amount'; readonly amountFen: number }
  | { readonly kind: 'goods'; readonly lines: readonly CartLine[] }

export type RefundDecision =
  | { readonly kind: 'granted'; readonly amountFen: number }
  | { readonly kind: 'open' | 'notRefundable' | 'amountInvalid' }

/** Decides whether a wish is granted, and its amount. A person of the shop may refund more than a payer can ask for. */
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

/**
 * Whether a person of the shop must approve a refund that a payer asks for.
 * @param automaticMaxFen up to here no approval is needed while the goods are still in the shop
 */
export function needsApproval(
  order: Pick<Order, 'fulfilment'>,
  { cause, amountFen }: Pick<Refund, 'cause' | 'amountFen'>,
  automaticMaxFen: number,
): boolean {
  return cause !== 'shop' && (amountFen > automaticMaxFen || order.fulfilment !== 'preparing')
}

export function canApprove({ status }: Pick<Refund, 'status'>, order: Pick<Order, 'status'>): boolean {
  return status === 'requested' && order.status === 'paid'
}

export function canDecline({ status }: Pick<Refund, 'status'>): boolean {
  return status === 'requested'
}

/** The reason that the payer reads when money goes back because the shop has no goods for it. */
export const automaticReasons: Readonly<Record<'paidTwice' | 'paidAfterClose' | 'held', string>> = {
  paidTwice: '重复支付，自动退款',
  paidAfterClose: '订单已关闭，自动退款',
  held: '付款与订单不符，退款',
}

function wishedFen(order: Order, wish: RefundWish, limitFen: number): number | null {
  if (wish.kind === 'whole') return limitFen
  return wish.kind === 'amount' ? wish.amountFen : paidFenOf(order, wish.lines)
}

/** What was paid for some goods: their price less their share of coupon and points. Null where they were not bought. */
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

/** Groups of goods that share a discount. */
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
 * Splits a refund among the sellers of an order, to the fen. A refund of goods is given back by those who sold them;
 * every other amount is shared in proportion to what each seller has left, for a payer without virtual goods, which are
 * used. No seller gives back more than is left of its part.
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
  const physicalLeft = zip(order.parts, leftFen).map(([{ sellerId }, partLeftFen]) => {
    const items = itemsOf(order, sellerId)
    return Math.max(0, partLeftFen - (sumOf(items) - physicalFenOf(items)))
  })
  return apportionWithin(amountFen, physicalLeft, leftFen)
}

/** What a succeeded refund changes besides the money. */
export interface Reversal {
  /** Earned points that are taken back. */
  readonly earnedPoints: number
  /** Used points that come back. */
  readonly usedPoints: number
  readonly couponReturns: boolean
  /** The goods never left the shop and can be sold again. */
  readonly goodsReturn: boolean
}

/** Points earned by what stays paid: 1 for each yuan. */
export function pointsEarnedBy(paidFen: number): number {
  return Math.floor(paidFen / 100)
}

/** Points go in proportion, so that several refunds add up to a whole one. The coupon returns with the last. */
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

/** The state of an order when one of its refunds has ended. */
export function statusAfterRefund(order: Order, refundedFen: number): OrderStatus {
  return refundedFen === order.totalFen ? 'refunded' : 'paid'
}

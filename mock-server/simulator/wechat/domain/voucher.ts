/**
 * Vouchers (代金券) as pure values: what they take off an order, and what of it a refund gives back. Amounts in fen; the
 * names are those of V3. Only vouchers for whole orders (GLOBAL), none for single goods.
 * @see https://pay.weixin.qq.com/wiki/doc/apiv3/open/pay/chapter5_1_1.shtml
 */

/** CASH (预充值): somebody has funded it, the merchant gets the whole. NOCASH (免充值): the merchant gets less. */
export const voucherTypes = ['CASH', 'NOCASH'] as const
export type VoucherType = (typeof voucherTypes)[number]

/** Refunds have other words for the same types. */
export const refundTypes: Readonly<Record<VoucherType, 'COUPON' | 'DISCOUNT'>> = { CASH: 'COUPON', NOCASH: 'DISCOUNT' }

/** What every voucher is, in a wallet and when it is used. */
interface VoucherFacts {
  readonly coupon_id: string
  readonly name: string
  /** Its batch. */
  readonly stock_id: string
  readonly type: VoucherType
}

/** A voucher in a payer's wallet. It is used whole, and once. */
export interface Voucher extends VoucherFacts {
  readonly user: string
  /** What it takes off at most. */
  readonly amount: number
  /** It applies to orders with one of these marks; empty: to every order. */
  readonly goods_tags: readonly string[]
}

/** What a voucher took off an order. */
export interface VoucherUse extends VoucherFacts {
  readonly amount: number
}

/** What a refund takes of a voucher that was used. */
export interface VoucherRefund {
  readonly coupon_id: string
  readonly type: VoucherType
  /** What the voucher took off the order. */
  readonly amount: number
  readonly refund_amount: number
}

export const sumOf = <T>(list: readonly T[], read: (one: T) => number): number =>
  list.reduce((sum, one) => sum + read(one), 0)

/** What the payer pays in money. */
export function payerTotal(total: number, vouchers: readonly VoucherUse[]): number {
  return total - sumOf(vouchers, ({ amount }) => amount)
}

/** What the merchant gets (应结订单金额): less what nobody funded. */
export function settlementTotal(total: number, vouchers: readonly VoucherUse[]): number {
  return total - sumOf(vouchers, ({ type, amount }) => (type === 'NOCASH' ? amount : 0))
}

/** Quotient of whole numbers, rounded half up. */
function divide(dividend: bigint, divisor: bigint): number {
  return Number((dividend * 2n + divisor) / (divisor * 2n))
}

/**
 * Spreads an amount in proportion to weights, so that all shares add up to it and the last takes the rest: each share ends
 * at the rounded proportion of all weights up to it. None exceeds its weight where the amount does not exceed their sum.
 */
export function spread(amount: number, weights: readonly number[]): readonly number[] {
  const all = BigInt(sumOf(weights, (weight) => weight))
  if (all === 0n) return weights.map(() => 0)
  let reached = 0n
  let given = 0
  return weights.map((weight) => {
    reached += BigInt(weight)
    const share = divide(BigInt(amount) * reached, all) - given
    given += share
    return share
  })
}

/** What of an order a voucher is about. */
interface Payable {
  readonly total: number
  readonly goods_tag?: string
  /** Of a combined order: each payee's part. */
  readonly subs?: readonly Omit<Payable, 'subs'>[]
}

const applies = ({ goods_tags }: Pick<Voucher, 'goods_tags'>, goodsTag: string | undefined): boolean =>
  goods_tags.length === 0 || (goodsTag !== undefined && goods_tags.includes(goodsTag))

/** The payees of an order, each with the amount that a voucher may be taken off. */
function eligible(order: Payable, voucher: Pick<Voucher, 'goods_tags'>): readonly number[] {
  return (order.subs ?? [order]).map(({ goods_tag, total }) => (applies(voucher, goods_tag) ? total : 0))
}

/**
 * What a voucher takes off an order: at most what it is worth, and so that one fen is left to pay. 0: it does not apply.
 * UNVERIFIED: whether the service lets a voucher pay the whole.
 */
export function valueFor(order: Payable, voucher: Pick<Voucher, 'amount' | 'goods_tags'>): number {
  return Math.max(
    0,
    Math.min(
      voucher.amount,
      sumOf(eligible(order, voucher), (fen) => fen),
      order.total - 1,
    ),
  )
}

/**
 * The use of a voucher for an order, and its share for each sub order of a combined one. UNVERIFIED: how the service
 * spreads it; here in proportion. Null: it does not apply.
 */
export function applyVoucher(
  order: Payable,
  voucher: Omit<Voucher, 'user'>,
): { readonly use: VoucherUse; readonly ofSubs: readonly VoucherUse[] } | null {
  const { coupon_id, name, stock_id, type } = voucher
  const amount = valueFor(order, voucher)
  if (amount === 0) return null
  const toUse = (fen: number): VoucherUse => ({ coupon_id, name, stock_id, type, amount: fen })
  const ofSubs = order.subs === undefined ? [] : spread(amount, eligible(order, voucher)).map(toUse)
  return { use: toUse(amount), ofSubs }
}

/** The vouchers that take something off an order, the best first; of equal ones the older. */
export function bestFirst(order: Payable, vouchers: readonly Voucher[]): readonly Voucher[] {
  return vouchers
    .filter((voucher) => valueFor(order, voucher) > 0)
    .sort((one, other) => valueFor(order, other) - valueFor(order, one))
}

/** A payment, as its refunds share it out. */
export interface SharedPayment {
  readonly total: number
  readonly vouchers: readonly VoucherUse[]
}

/** What a refund gives back: the payer's money, and the rest of each voucher. Together they are the refund. */
export interface RefundShares {
  readonly payer_refund: number
  readonly promotions: readonly VoucherRefund[]
}

/**
 * Shares a refund out: money in proportion to what was paid in money, rounded half up, and never more than is left of
 * either part. The refund that ends the payment takes all that is left. UNVERIFIED: the last fen over several refunds.
 * @param earlier shares of the payment's other refunds, closed ones left out
 * @returns null where the payer's part rounds to nothing (金额过低无法退款)
 * @see https://pay.weixin.qq.com/docs/merchant/products/refund/introduction.html
 */
export function shareRefund(
  { total, vouchers }: SharedPayment,
  earlier: readonly RefundShares[],
  refund: number,
): RefundShares | null {
  const paid = payerTotal(total, vouchers)
  const left = paid - sumOf(earlier, ({ payer_refund }) => payer_refund)
  const leftOf = vouchers.map(({ coupon_id, amount }) => amount - refundedOf(coupon_id, earlier))
  const proportion = divide(BigInt(refund) * BigInt(paid), BigInt(total))
  // All of it, where the vouchers can take no more; none of it, where no money is left.
  const payer_refund = Math.min(left, Math.max(proportion, refund - sumOf(leftOf, (fen) => fen)))
  if (payer_refund === 0 && proportion === 0) return null
  const shares = spread(refund - payer_refund, leftOf)
  return {
    payer_refund,
    promotions: vouchers.flatMap(({ coupon_id, type, amount }, place) => {
      const refund_amount = shares[place] ?? 0
      return refund_amount === 0 ? [] : [{ coupon_id, type, amount, refund_amount }]
    }),
  }
}

function refundedOf(couponId: string, refunds: readonly RefundShares[]): number {
  const all = refunds.flatMap(({ promotions }) => promotions)
  return sumOf(all, ({ coupon_id, refund_amount }) => (coupon_id === couponId ? refund_amount : 0))
}

/** What of a refund the merchant pays back (退款金额): less what nobody funded. */
export function settlementRefund(refund: number, promotions: readonly VoucherRefund[]): number {
  return refund - sumOf(promotions, ({ type, refund_amount }) => (type === 'NOCASH' ? refund_amount : 0))
}

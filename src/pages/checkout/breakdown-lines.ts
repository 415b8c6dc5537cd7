import type { BreakdownLine } from '../../components/breakdown'
import type { Copy } from '../../copy/types'
import type { Amount } from '../../domain/cart'

/** The parts of an amount, line by line: goods, shipping, and discounts. */
export function breakdownLines(amount: Amount, { checkout, discounts }: Copy): readonly BreakdownLine[] {
  const { goodsFen, shippingFen, couponFen = 0, pointsFen = 0 } = amount
  const off = couponFen + pointsFen
  return [
    { label: checkout.goodsTotal, fen: goodsFen },
    ...(shippingFen === null ? [] : [{ label: checkout.shipping, fen: shippingFen }]),
    ...(off === 0 ? [] : [{ label: discounts.both, fen: -off }]),
  ]
}

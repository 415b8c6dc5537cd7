import type { BreakdownLine } from '../../components/breakdown'
import type { Copy } from '../../copy/types'
import type { Fen } from '../../domain/money'

/** The parts of an amount, of an order or of a quote. */
export interface AmountParts {
  readonly goodsFen: Fen
  /** Null where nobody has said. */
  readonly shippingFen: Fen | null
  readonly couponFen?: Fen
  readonly pointsFen?: Fen
}

/** How an amount comes about, line by line: goods, shipping, and what is taken off. */
export function breakdownLines(parts: AmountParts, { checkout, discounts }: Copy): readonly BreakdownLine[] {
  const { goodsFen, shippingFen, couponFen = 0, pointsFen = 0 } = parts
  const off = couponFen + pointsFen
  return [
    { label: checkout.goodsTotal, fen: goodsFen },
    ...(shippingFen === null ? [] : [{ label: checkout.shipping, fen: shippingFen }]),
    ...(off === 0 ? [] : [{ label: discounts.both, fen: -off }]),
  ]
}

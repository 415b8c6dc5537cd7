import { feeOf } from './bill'
import type { Refund } from './refund'
import type { Trade } from './trade'
import { settlementRefund, settlementTotal, sumOf } from './voucher'

/**
 * Profit sharing (分账): the honest minimum. An order with the flag freezes its money; nothing is ever shared here, the
 * merchant can only ask how much is frozen and unfreeze it.
 */

/** An unfreezing as the service keeps it. Instants are virtual milliseconds. */
export interface Unfreezing {
  readonly mchid: string
  readonly out_order_no: string
  readonly order_id: string
  readonly transaction_id: string
  readonly description: string
  /** Fen that became available. */
  readonly amount: number
  readonly created_at: number
}

/** Money that nobody unfreezes becomes available after 30 days. @see https://pay.weixin.qq.com/doc/v3/merchant/4012524936 */
const frozenMs = 30 * 24 * 3_600_000

/** Within the first minute an order is not settled yet. */
export const settlesAfterMs = 60_000

/** Whether the money of a paid order is frozen until it is shared or unfrozen. */
export function isShared({ order }: Trade): boolean {
  return order?.profit_sharing === true
}

/**
 * The fen of a paid order that can still be shared: what the merchant got, less refunds, less the fee.
 * UNVERIFIED: that the fee is taken off here.
 */
export function unsplitAmount(
  trade: Trade,
  refunds: readonly Refund[],
  unfreezings: readonly Unfreezing[],
  now: number,
): number {
  if (trade.paid_at === null || trade.order === null || !isShared(trade)) return 0
  if (unfreezings.length > 0 || now >= trade.paid_at + frozenMs) return 0
  const open = refunds.filter(({ state }) => state !== 'CLOSED')
  const paidBack = sumOf(open, ({ refund, promotions }) => settlementRefund(refund, promotions))
  const left = settlementTotal(trade.order.total, trade.vouchers) - paidBack
  return left - feeOf(left)
}

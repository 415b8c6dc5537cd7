import type { Clock } from '../../../kit/clock'
import { differingFields, openShares, whyNotRefundable, type Refund, type RefundRequest } from '../domain/refund'
import { TradeRefusal } from '../domain/refusal'
import type { Trade } from '../domain/trade'
import { shareRefund, type RefundShares } from '../domain/voucher'
import type { KnownMerchant } from '../merchants/directory'
import type { Store } from '../store/store'

/** What a request for a refund is about: the refund that has its number already, or the trade and how it is shared out. */
export type CheckedRefund =
  | { readonly present: Refund; readonly trade: Trade }
  | { readonly present: null; readonly trade: Trade; readonly shares: RefundShares }

export type RefundCheck = (merchant: KnownMerchant, request: RefundRequest) => CheckedRefund

/** Checks requests for refunds against the trade and its other refunds. The check throws TradeRefusal. */
export function createRefundCheck(
  store: Pick<Store, 'trade' | 'tradeByTransaction' | 'refund' | 'refundsOf'>,
  clock: Clock,
  intervalMs: number,
): RefundCheck {
  /** @throws TradeRefusal */
  function tradeOf(merchant: KnownMerchant, request: RefundRequest): Trade {
    const { transaction_id, out_trade_no, sub_mchid } = request
    if (sub_mchid !== undefined && !merchant.subMerchants.has(sub_mchid))
      throw new TradeRefusal('refund-merchant-unknown', { value: sub_mchid })
    const named = [
      ...(transaction_id === undefined ? [] : [store.tradeByTransaction(transaction_id)]),
      ...(out_trade_no === undefined ? [] : [store.trade(merchant.mchid, out_trade_no)]),
    ]
    const [trade, other = trade] = named
    const isOne = trade?.mchid === merchant.mchid && trade.order !== null && other?.out_trade_no === trade.out_trade_no
    if (!trade || !isOne) throw new TradeRefusal('refund-order-unknown')
    if (trade.order?.sub_mchid !== undefined && sub_mchid === undefined)
      throw new TradeRefusal('sub-merchant-missing', { trade })
    if (trade.order?.sub_mchid !== sub_mchid) throw new TradeRefusal('refund-order-unknown', { trade })
    return trade
  }

  return function check(merchant, request) {
    const trade = tradeOf(merchant, request)
    const present = store.refund(merchant.mchid, request.out_refund_no)
    if (present !== null) {
      const named = { ...request, out_trade_no: trade.out_trade_no }
      const fields = differingFields(present, named)
      if (fields.length > 0) throw new TradeRefusal('refund-different', { trade, fields })
      return { trade, present }
    }
    const refunds = store.refundsOf(trade.mchid, trade.out_trade_no)
    const reason = whyNotRefundable(trade, refunds, request, { now: clock.now(), intervalMs })
    if (reason !== null) throw new TradeRefusal(reason, { trade })
    const payment = { total: request.total, vouchers: trade.vouchers }
    const shares = shareRefund(payment, openShares(refunds), request.refund)
    if (shares === null) throw new TradeRefusal('refund-too-low', { trade })
    return { trade, present: null, shares }
  }
}

import { sellerNames } from '../domain/catalogue'
import type { Order } from '../domain/order'
import type { RefundPart } from '../domain/refund'
import type { PaidPart } from '../store/orders/payment-parts'
import { toInstantOrNull } from './present'

/** What each seller gets and gives back of a combined order, for the person who runs the shop; empty for an ordinary one. */
export function presentParts(order: Order, paid: readonly PaidPart[], refunds: readonly RefundPart[]) {
  return order.parts.map((part) => {
    const payment = paid.find(({ subMchid }) => subMchid === part.subMchid)
    return {
      ...part,
      sellerName: sellerNames[part.sellerId] ?? part.sellerId,
      outTradeNo: payment?.outTradeNo ?? null,
      transactionId: payment?.transactionId ?? null,
      refundedFen: payment?.refundedFen ?? 0,
      refunds: refunds
        .filter(({ transactionId }) => transactionId === payment?.transactionId)
        .map(({ refundNo, ofRefundNo, status, amountFen, account, settledAtMs }) => ({
          refundNo,
          ofRefundNo,
          status,
          amountFen,
          account,
          settledAt: toInstantOrNull(settledAtMs),
        })),
    }
  })
}

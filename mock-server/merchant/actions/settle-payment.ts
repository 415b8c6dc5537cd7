import type { Payee, Payment } from '../domain/settlement'
import type { ShopEvents } from '../events/events'
import type { NoticeRecord, SettlementResult, Store } from '../store/port'
import type { Clock } from '../../kit/clock'

export interface SettlingOptions {
  readonly store: Pick<Store, 'settlePayment'>
  readonly events: ShopEvents
  readonly clock: Clock
  readonly payee: Payee
}

/** Settles and announces a payment that WeChat Pay confirmed. A rejection means that nothing was stored. */
export type SettlePayment = (payment: Payment, notice: NoticeRecord | null) => Promise<SettlementResult>

export function createSettlePayment({ store, events, clock, payee }: SettlingOptions): SettlePayment {
  return async (payment, notice) => {
    const result = await store.settlePayment(payment, payee, clock.now(), notice)
    const facts = {
      outTradeNo: payment.outTradeNo,
      transactionId: payment.transactionId,
      totalFen: payment.totalFen,
      source: notice === null ? ('query' as const) : ('notice' as const),
    }
    switch (result.kind) {
      case 'paid':
        events.announce({ type: 'order.paid', orderNo: result.order.orderNo, from: 'pending', to: 'paid', ...facts })
        break
      case 'held':
        events.announce({
          type: 'order.held',
          ...facts,
          reason: result.reason,
          ...(result.order && { orderNo: result.order.orderNo, to: result.order.status }),
        })
        break
      case 'refund':
        events.announce({ type: 'refund.due', ...facts, reason: result.reason })
        break
      case 'unknownNumber':
        events.announce({ type: 'notice.unknown', ...facts })
        break
      case 'known':
      case 'unchanged':
        if (notice !== null) events.announce({ type: 'notice.known', ...facts })
    }
    return result
  }
}

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../kit/clock'
import { ApiError } from '../http/api-error'
import { orderNumberBytes, toRefundNo } from '../domain/numbers'
import type { Order } from '../domain/order'
import type { Refund, RefundReport, RefundWish } from '../domain/refund'
import type { ShopEvents } from '../events/events'
import type { NoticeRecord, Store } from '../store/port'
import type { RefundBooking } from '../store/refunds/refund-port'

export interface RefundingOptions {
  readonly store: Pick<Store, 'requestRefund' | 'approveRefund' | 'declineRefund' | 'findRefund' | 'recordRefund'>
  readonly events: ShopEvents
  readonly clock: Clock
  /** Up to here a payer's refund needs no approval while the goods are still in the shop. */
  readonly automaticMaxFen: number
}

export interface RefundRequest {
  /** Null for a person of the shop. */
  readonly requestId: string | null
  readonly wish: RefundWish
  readonly reason: string
}

export interface Refunding {
  /** @throws ApiError where the order does not allow this refund */
  request(order: Order, request: RefundRequest): Promise<void>
  /** @throws ApiError */
  approve(refundNo: string): Promise<void>
  /** @throws ApiError */
  decline(refundNo: string, reason: string): Promise<void>
  /** Books and announces a report of WeChat Pay. A rejection means that nothing was stored. */
  record(report: RefundReport, notice: NoticeRecord | null): Promise<RefundBooking>
}

const refusals = {
  conflict: ['REQUEST_CONFLICT', 'requestId'],
  open: ['REFUND_OPEN', undefined],
  notRefundable: ['NOT_REFUNDABLE', undefined],
  amountInvalid: ['REFUND_AMOUNT_INVALID', 'amountFen'],
} as const

export function createRefunding({ store, events, clock, automaticMaxFen }: RefundingOptions): Refunding {
  async function decided(refundNo: string, decide: () => Promise<'done' | 'wrongState' | 'unknown'>): Promise<Refund> {
    const outcome = await decide()
    if (outcome === 'unknown') throw new ApiError('NOT_FOUND', 'refundNo')
    if (outcome === 'wrongState') throw new ApiError('WRONG_STATE', 'refundNo')
    const refund = await store.findRefund(refundNo)
    if (refund === null) throw new Error(`Refund ${refundNo} is gone.`)
    return refund
  }

  return {
    async request(order, { requestId, wish, reason }) {
      const nowMs = clock.now()
      const placement = await store.requestRefund({
        orderId: order.id,
        refundNo: toRefundNo(nowMs, randomBytes(orderNumberBytes)),
        requestId,
        content: JSON.stringify([wish, reason]),
        wish,
        reason,
        cause: requestId === null ? 'shop' : 'asked',
        automaticMaxFen,
        nowMs,
      })
      switch (placement.kind) {
        case 'requested':
        case 'approved':
          events.announce({
            type: placement.kind === 'requested' ? 'refund.requested' : 'refund.approved',
            orderNo: order.orderNo,
            refundNo: placement.refund.refundNo,
            totalFen: placement.refund.amountFen,
          })
          return
        case 'known':
          return
        default: {
          const [code, field] = refusals[placement.kind]
          throw new ApiError(code, field)
        }
      }
    },

    async approve(refundNo) {
      const refund = await decided(refundNo, () => store.approveRefund(refundNo, clock.now()))
      events.announce({ type: 'refund.approved', refundNo, totalFen: refund.amountFen })
    },

    async decline(refundNo, reason) {
      const refund = await decided(refundNo, () => store.declineRefund(refundNo, reason, clock.now()))
      events.announce({ type: 'refund.declined', refundNo, totalFen: refund.amountFen })
    },

    async record(report, notice) {
      const booking = await store.recordRefund(report, clock.now(), notice)
      const facts = { refundNo: report.refundNo, totalFen: report.amountFen }
      const source = notice === null ? ('query' as const) : ('notice' as const)
      switch (booking.kind) {
        case 'changed':
          events.announce({
            type: eventTypes[report.status],
            ...facts,
            orderNo: booking.order.orderNo,
            from: booking.from,
            to: booking.to,
            source,
          })
          break
        case 'held':
          events.announce({
            type: 'refund.held',
            ...facts,
            orderNo: booking.order.orderNo,
            reason: booking.reason,
            source,
          })
          break
        case 'unknownNumber':
          events.announce({ type: 'notice.unknown', ...facts, source })
          break
        case 'known':
        case 'unchanged':
          if (notice !== null) events.announce({ type: 'notice.known', ...facts })
      }
      return booking
    },
  }
}

const eventTypes = {
  processing: 'refund.processing',
  succeeded: 'refund.succeeded',
  abnormal: 'refund.held',
  failed: 'refund.held',
} as const

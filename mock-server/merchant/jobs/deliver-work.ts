import { describeItems, type OrderItem } from '../domain/cart'
import { maskPhone, type Delivery } from '../domain/delivery'
import { needsNoParcel } from '../domain/fulfilment'
import type { Order } from '../domain/order'
import { uploadNotBeforeMs, type JobOutcome } from '../domain/outbox'
import type { Clock } from '../../kit/clock'
import type { ShopEvents } from '../events/events'
import type { ShippingGateway, ShippingPartReport, ShippingReport } from '../gateway/port'
import type { PaidPart } from '../store/orders/payment-parts'
import type { Parcel } from '../store/work/work-port'
import type { Store } from '../store/port'
import type { Work } from './outbox'

export interface DeliverWorkOptions {
  readonly store: Pick<Store, 'findParcel' | 'shipOrder'>
  readonly shipping: ShippingGateway
  readonly events: ShopEvents
  readonly clock: Clock
}

const refundingWaitMs = 60_000

/** Marks orders as shipped that nobody has to send, and reports every order of the mini program to WeChat. */
export function createDeliverWork({ store, shipping, events, clock }: DeliverWorkOptions): Work {
  return async ({ subject }): Promise<JobOutcome> => {
    const parcel = await store.findParcel(subject)
    if (parcel === null) return { kind: 'hopeless', reason: 'There is no such order.' }
    const { order } = parcel
    if (order.status === 'refunding') return { kind: 'later', afterMs: refundingWaitMs }
    if (order.status !== 'paid') return { kind: 'skipped', reason: `ORDER_${order.status.toUpperCase()}` }
    const knownInMs = (order.paidAtMs ?? 0) + uploadNotBeforeMs - clock.now()
    if (knownInMs > 0) return { kind: 'later', afterMs: knownInMs }
    if (order.fulfilment === 'preparing' && needsNoParcel(order.items, order.delivery)) {
      await store.shipOrder(order.orderNo, { carrier: null, trackingNo: null }, clock.now())
      events.announce({ type: 'order.shipped', orderNo: order.orderNo, reason: 'PICKUP' })
    }
    const report = toReport(parcel)
    if (typeof report === 'string') return { kind: 'skipped', reason: report }
    const outcome = await shipping.report(report)
    return outcome.kind === 'reported' ? { kind: 'done' } : { kind: 'hopeless', reason: outcome.reason }
  }
}

/** The report for WeChat, or the reason why there is none. */
function toReport({ order, client, openid, outTradeNo, parts }: Parcel): ShippingReport | string {
  // WeChat accepts reports only for payments inside its mini program: an H5 order has no openid there.
  if (client === 'qq') return 'QQ_H5_ORDER'
  if (client !== 'weapp' || openid === null || order.transactionId === null || outTradeNo === null) return 'H5_ORDER'
  const { carrier, trackingNo } = order
  return {
    outTradeNo,
    transactionId: order.transactionId,
    parts: parts.filter(isKept).map((part) => toPartReport(part, order)),
    kind: kindOf(order.items, order.delivery),
    carrier,
    trackingNo,
    description: describeItems(order.items),
    phone:
      order.delivery?.kind === 'express' && order.delivery.address ? maskPhone(order.delivery.address.phone) : null,
    openid,
  }
}

/** WeChat accepts no report for a part that was refunded whole. */
function isKept({ totalFen, refundedFen }: PaidPart): boolean {
  return refundedFen < totalFen
}

function toPartReport({ transactionId, subMchid }: PaidPart, order: Order): ShippingPartReport {
  const seller = order.parts.find((part) => part.subMchid === subMchid)?.sellerId
  const items = order.items.filter(({ sellerId }) => sellerId === seller)
  return { transactionId, kind: kindOf(items, order.delivery), description: describeItems(items) }
}

function kindOf(items: readonly OrderItem[], delivery: Delivery | null): ShippingReport['kind'] {
  if (items.every(({ kind }) => kind === 'virtual')) return 'virtual'
  return delivery?.kind === 'pickup' ? 'pickup' : 'express'
}

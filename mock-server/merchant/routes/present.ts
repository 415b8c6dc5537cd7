import type {
  Coupon as CouponAnswer,
  Delivery as DeliveryAnswer,
  Order as OrderAnswer,
  OrderDetail,
  Refund as RefundAnswer,
} from '../../../src/contract/api'
import { pickupStores } from '../domain/catalogue'
import type { Coupon } from '../domain/coupon'
import { maskPhone, type Delivery } from '../domain/delivery'
import { canConfirmReceipt } from '../domain/fulfilment'
import type { Order } from '../domain/order'
import { leftFenOf, pointsEarnedBy, refundableFenOf, type Refund } from '../domain/refund'
import { timelineOf } from '../domain/timeline'

/** Makes the contract's order of a stored one. */
export function presentOrder(order: Order, refund: Refund | null, nowMs: number): OrderAnswer {
  const isPending = order.status === 'pending'
  return {
    orderNo: order.orderNo,
    status: order.status,
    fulfilment: order.fulfilment,
    items: order.items.map(({ goodsId, name, spec, priceFen, quantity }) => ({
      goodsId,
      name,
      spec,
      priceFen,
      quantity,
    })),
    goodsFen: order.goodsFen,
    shippingFen: order.shippingFen,
    couponFen: order.couponFen,
    pointsFen: order.pointsFen,
    totalFen: order.totalFen,
    refundedFen: order.refundedFen,
    refund: refund && {
      refundNo: refund.refundNo,
      status: refund.status,
      cause: refund.cause,
      amountFen: refund.amountFen,
    },
    createdAt: toInstant(order.createdAtMs),
    expiresAt: toInstant(order.expiresAtMs),
    payableForSec: isPending ? Math.max(0, Math.ceil((order.expiresAtMs - nowMs) / 1000)) : 0,
    paidAt: toInstantOrNull(order.paidAtMs),
    transactionId: order.transactionId,
    deliveryKind: order.delivery?.kind ?? null,
    canCancel: isPending,
    canConfirmReceipt: canConfirmReceipt(order),
  }
}

/**
 * Makes the order as its page shows it.
 * @param showsPerson false for a session that was opened by a link, which may have been passed on
 */
export function presentDetail(
  order: Order,
  refunds: readonly Refund[],
  nowMs: number,
  showsPerson: boolean,
): OrderDetail {
  return {
    ...presentOrder(order, refunds.at(-1) ?? null, nowMs),
    couponName: order.couponName,
    points: order.points,
    pointsEarned: order.paidAtMs === null ? pointsEarnedBy(order.totalFen) : pointsEarnedBy(leftFenOf(order)),
    remark: showsPerson ? order.remark : '',
    delivery: order.delivery && presentDelivery(order, order.delivery, showsPerson),
    timeline: timelineOf(order, refunds).map(({ atMs, ...entry }) => ({ ...entry, at: toInstant(atMs) })),
    refunds: refunds.map(presentRefund),
    refundableFen: refundableFenOf(order, refunds),
    refundReturnsCoupon: order.couponId !== null && order.refundedFen < order.totalFen,
  }
}

export function presentRefund(refund: Refund): RefundAnswer {
  return {
    refundNo: refund.refundNo,
    status: refund.status,
    cause: refund.cause,
    amountFen: refund.amountFen,
    reason: refund.reason,
    requestedAt: toInstant(refund.requestedAtMs),
    settledAt: toInstantOrNull(refund.settledAtMs),
    account: refund.account,
    declineReason: refund.declineReason,
  }
}

function presentDelivery(order: Order, delivery: Delivery, showsPerson: boolean): DeliveryAnswer {
  const address = delivery.kind === 'express' && showsPerson ? delivery.address : null
  const phone = address?.phone ?? (delivery.kind === 'virtual' && showsPerson ? delivery.phone : null)
  const storeId = delivery.kind === 'pickup' ? delivery.storeId : null
  return {
    kind: delivery.kind,
    name: address?.name ?? null,
    phone: phone === null ? null : maskPhone(phone),
    addressText: address && [address.province, address.city, address.district, address.detail].join(''),
    store: pickupStores.find((store) => store.storeId === storeId) ?? null,
    carrier: order.carrier,
    trackingNo: order.trackingNo,
  }
}

export function presentCoupon({ id, name, kind, discountFen, minFen, expiresAtMs }: Coupon): CouponAnswer {
  return { couponId: String(id), name, kind, discountFen, minFen, expiresAt: toInstant(expiresAtMs) }
}

export function toInstant(ms: number): string {
  return new Date(ms).toISOString()
}

export function toInstantOrNull(ms: number | null): string | null {
  return ms === null ? null : toInstant(ms)
}

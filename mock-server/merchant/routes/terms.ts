import type { Static } from '@sinclair/typebox'
import { ApiError } from '../http/api-error'
import { pickupStores } from '../domain/catalogue'
import type { Address, Delivery } from '../domain/delivery'
import type { RefundWish } from '../domain/refund'
import type { createOrderRequest, refundWish } from './schemas'

/** From checked bodies to values of the domain: texts of people are trimmed, and what a schema cannot say is checked. */

type DeliveryBody = NonNullable<Static<typeof createOrderRequest>['delivery']>
type AddressBody = Extract<DeliveryBody, { kind: 'express' }>['address']

export function toDelivery(body: DeliveryBody | null | undefined): Delivery | null {
  if (body === null || body === undefined) return null
  if (body.kind === 'express') return { kind: 'express', address: toAddress(body.address) }
  if (body.kind === 'virtual') return { kind: 'virtual', phone: body.phone ?? null }
  const pickup = pickupStores.find(({ storeId }) => storeId === (body.storeId ?? pickupStores[0].storeId))
  if (!pickup) throw new ApiError('DELIVERY_INVALID', 'delivery.storeId')
  return { kind: 'pickup', storeId: pickup.storeId }
}

/** A parcel needs a name, a telephone number and a street. */
function toAddress(body: AddressBody): Address {
  const address: Address = {
    name: body.name.trim(),
    phone: body.phone,
    province: (body.province ?? '').trim(),
    city: (body.city ?? '').trim(),
    district: (body.district ?? '').trim(),
    detail: body.detail.trim(),
  }
  if (address.name === '' || address.detail === '') throw new ApiError('DELIVERY_INVALID', 'delivery.address')
  return address
}

/** Null for none, undefined where the field is absent. */
export function toCouponId(couponId: string | null | undefined): number | null | undefined {
  return couponId === null || couponId === undefined ? couponId : Number(couponId)
}

export function toWish({ amountFen = null, items }: Static<typeof refundWish>): RefundWish {
  if (items === undefined) return amountFen === null ? { kind: 'whole' } : { kind: 'amount', amountFen }
  if (amountFen !== null) throw new ApiError('BAD_REQUEST', 'items')
  return { kind: 'goods', lines: items }
}

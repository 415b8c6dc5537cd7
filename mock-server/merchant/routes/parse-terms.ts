import { limits, type DeliveryKind } from '../../../src/contract/api'
import { ApiError } from '../http/api-error'
import type { CartLine } from '../domain/cart'
import { linesMax, pickupStores } from '../domain/catalogue'
import type { Address, Delivery } from '../domain/delivery'
import { parseFields, parseList, parseOneOf, parseText, type Fields } from './parse'

const deliveryKinds: readonly DeliveryKind[] = ['express', 'pickup', 'virtual']
const phonePattern = /^\+?[0-9][0-9 -]{4,19}$/
const couponIdPattern = /^[1-9]\d{0,14}$/

export function parseLines(fields: Fields): readonly CartLine[] {
  return parseList(fields, 'items', linesMax).map(parseLine)
}

function parseLine(value: unknown, index: number): CartLine {
  const fields = parseFields(value, `items[${index}]`, ['goodsId', 'quantity'])
  const { goodsId, quantity } = fields
  if (typeof goodsId !== 'string') throw new ApiError('BAD_REQUEST', `items[${index}].goodsId`)
  if (typeof quantity !== 'number') throw new ApiError('QUANTITY_INVALID', `items[${index}].quantity`)
  return { goodsId, quantity }
}

/** Null for none, undefined where the field is absent. */
export function parseCouponId(fields: Fields): number | null | undefined {
  const { couponId } = fields
  if (couponId === undefined || couponId === null) return couponId
  return Number(parseText(fields, 'couponId', couponIdPattern))
}

export function parseFlag(fields: Fields, name: string): boolean {
  const value = fields[name]
  if (value !== undefined && typeof value !== 'boolean') throw new ApiError('BAD_REQUEST', name)
  return value ?? false
}

export function parseFen(fields: Fields, name: string): number | null {
  const value = fields[name]
  if (value === undefined || value === null) return null
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new ApiError('BAD_REQUEST', name)
  return value
}

/** Words of people: trimmed, without control characters, at most `max` characters. */
export function parseWords(fields: Fields, name: string, max: number): string {
  const value = fields[name] ?? ''
  if (typeof value !== 'string') throw new ApiError('BAD_REQUEST', name)
  const words = value.trim()
  if ([...words].length > max || /\p{Cc}/u.test(words)) throw new ApiError('BAD_REQUEST', name)
  return words
}

export function parseDeliveryKind(fields: Fields): DeliveryKind | null {
  const { delivery } = fields
  if (delivery === undefined || delivery === null) return null
  return parseOneOf(parseFields(delivery, 'delivery', ['kind']), 'kind', deliveryKinds)
}

export function parseDelivery(fields: Fields): Delivery | null {
  const { delivery } = fields
  if (delivery === undefined || delivery === null) return null
  const parts = parseFields(delivery, 'delivery', ['kind', 'address', 'storeId', 'phone'])
  const kind = parseOneOf(parts, 'kind', deliveryKinds)
  const allowed = { express: 'address', pickup: 'storeId', virtual: 'phone' }[kind]
  const foreign = Object.keys(parts).find((name) => name !== 'kind' && name !== allowed)
  if (foreign !== undefined) throw new ApiError('BAD_REQUEST', `delivery.${foreign}`)
  if (kind === 'express') return { kind, address: parseAddress(parts.address) }
  if (kind === 'virtual') {
    return { kind, phone: parts.phone === undefined ? null : parseText(parts, 'phone', phonePattern) }
  }
  const store = pickupStores.find(({ storeId }) => storeId === (parts.storeId ?? pickupStores[0].storeId))
  if (!store) throw new ApiError('DELIVERY_INVALID', 'delivery.storeId')
  return { kind, storeId: store.storeId }
}

/** Some places have no district, or no city: what a parcel needs is who, which number, and where. */
function parseAddress(value: unknown): Address {
  const fields = parseFields(value, 'delivery.address', ['name', 'phone', 'province', 'city', 'district', 'detail'])
  const part = (name: string) => parseWords(fields, name, limits.addressPart)
  const address = {
    name: part('name'),
    phone: parseText(fields, 'phone', phonePattern),
    province: part('province'),
    city: part('city'),
    district: part('district'),
    detail: part('detail'),
  }
  if (address.name === '' || address.detail === '') throw new ApiError('DELIVERY_INVALID', 'delivery.address')
  return address
}

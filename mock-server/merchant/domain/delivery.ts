import type { PricedCart } from './cart'

export type DeliveryKind = 'express' | 'pickup' | 'virtual'

export interface Address {
  readonly name: string
  readonly phone: string
  readonly province: string
  readonly city: string
  readonly district: string
  readonly detail: string
}

export type Delivery =
  /** The address is null once it has been deleted. */
  | { readonly kind: 'express'; readonly address: Address | null }
  | { readonly kind: 'pickup'; readonly storeId: string }
  | { readonly kind: 'virtual'; readonly phone: string | null }

/** Whether a cart can be delivered in this way: `virtual` is for virtual goods only, and they need no other way. */
export function fitsDelivery(kind: DeliveryKind, cart: Pick<PricedCart, 'items'>): boolean {
  return (kind === 'virtual') === cart.items.every((item) => item.kind === 'virtual')
}

/** 138****6621: enough for the payers to recognise their own number, too little to call it. */
export function maskPhone(phone: string): string {
  return phone.length < 8 ? '****' : `${phone.slice(0, 3)}****${phone.slice(-4)}`
}

/** How long after the payment an address is kept: for the parcel, its return, and questions. */
export const keepPersonMs = 90 * 24 * 3_600_000

/** The delivery without personal data: what is kept of it in the long run. */
export function withoutPerson(delivery: Delivery | null): Delivery | null {
  if (delivery?.kind === 'express') return { kind: 'express', address: null }
  return delivery?.kind === 'virtual' ? { kind: 'virtual', phone: null } : delivery
}

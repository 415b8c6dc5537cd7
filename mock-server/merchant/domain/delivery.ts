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
  /** The address is forgotten when the order is long over. */
  | { readonly kind: 'express'; readonly address: Address | null }
  | { readonly kind: 'pickup'; readonly storeId: string }
  | { readonly kind: 'virtual'; readonly phone: string | null }

/** How a cart can reach the payer: what is physical is sent or fetched, and what is virtual is neither. */
export function fitsDelivery(kind: DeliveryKind, cart: Pick<PricedCart, 'items'>): boolean {
  return (kind === 'virtual') === cart.items.every((item) => item.kind === 'virtual')
}

/** 138****6621: enough to recognise one's own, too little to call somebody. */
export function maskPhone(phone: string): string {
  return phone.length < 8 ? '****' : `${phone.slice(0, 3)}****${phone.slice(-4)}`
}

/** How long after the payment an address may still be needed: for the parcel, its return, and questions. */
export const keepPersonMs = 90 * 24 * 3_600_000

/** Delivery without the person: what remains of it when the order is over. */
export function withoutPerson(delivery: Delivery | null): Delivery | null {
  if (delivery?.kind === 'express') return { kind: 'express', address: null }
  return delivery?.kind === 'virtual' ? { kind: 'virtual', phone: null } : delivery
}

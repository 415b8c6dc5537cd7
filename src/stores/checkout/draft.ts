import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Address, CreateOrderRequest, DeliveryKind, QuoteAnswer } from '../../contract/api'
import { holdsPhysical, sameItems, type CartItem } from '../../domain/cart'
import type { Platform } from '../../platform/types'
import type { FailureCode } from '../../contract/errors'
import { failureCodeOf } from '../../services/api-error'
import type { MerchantClient } from '../../services/merchant-client'
import type { ShelfStore } from './shelf'

const key = 'draft'

/** How physical goods can reach the payer. */
export type PhysicalDelivery = Exclude<DeliveryKind, 'virtual'>

/** Why the order cannot be placed yet: a decision of the payer is missing. */
export type DraftGap = 'noAddress' | 'notAgreed'

/** What the payer decides before an order is placed, and the resulting amount. */
export interface DraftView {
  /** How physical goods reach the payer. */
  readonly delivery: PhysicalDelivery
  readonly address: Address | null
  /** Null: the first place. */
  readonly pickupId: string | null
  /** Undefined: the best usable coupon. Null: none. */
  readonly couponId: string | null | undefined
  readonly usesPoints: boolean
  readonly remark: string
  readonly isAgreed: boolean
  /** The merchant's own sum for the present choice; null until it has answered. */
  readonly quote: QuoteAnswer | null
  /** What the last tap on the button found missing. */
  readonly gap: DraftGap | null
}

/** The content of an order request: everything but its id and the phone's abilities. */
export type OrderContent = Omit<CreateOrderRequest, 'requestId' | 'accepts'>

/** The order before it is placed. Address and consent are kept on the phone, everything else is for one order. */
export interface DraftStore extends StoreApi<DraftView> {
  /** Asks for a new sum after the cart or a choice has changed. */
  refresh(): Promise<void>
  chooseDelivery(delivery: PhysicalDelivery): void
  choosePickup(pickupId: string): void
  chooseCoupon(couponId: string | null): void
  usePoints(isOn: boolean): void
  writeRemark(remark: string): void
  agree(isOn: boolean): void
  /** Opens the host's address book, or our own form where there is none or access is refused. */
  chooseAddress(): Promise<void>
  /** Keeps an address that was typed in. */
  saveAddress(address: Address): void
  /** Answers whether everything is decided. If not, the view says what is missing. */
  isComplete(): boolean
  content(): OrderContent
  /** The merchant refused the order: undoes the choice that it refused, and asks for a new sum. */
  takeBack(problem: FailureCode): void
  /** Forgets coupon, points and remark, so that the next order starts without them. */
  clear(): void
}

export interface DraftDeps {
  readonly client: Pick<MerchantClient, 'quote'>
  readonly platform: Pick<Platform, 'storage' | 'chooseAddress' | 'navigation'>
  readonly shelf: Pick<ShelfStore, 'getState' | 'load'>
}

const fresh = { couponId: undefined, usesPoints: false, remark: '', quote: null, gap: null } as const

export function createDraftStore({ client, platform, shelf }: DraftDeps): DraftStore {
  const kept = fieldsOf(platform.storage.read(key))
  const store = createStore<DraftView>(() => ({
    ...fresh,
    delivery: 'express',
    address: toAddress(kept['address']),
    pickupId: null,
    isAgreed: kept['isAgreed'] !== false,
  }))
  const { getState, setState } = store
  let asked = 0
  let quotedItems: readonly CartItem[] = []

  function keep(): void {
    const { address, isAgreed } = getState()
    platform.storage.write(key, { address, isAgreed })
  }

  const isPhysical = (): boolean => holdsPhysical(shelf.getState().items, shelf.getState().goods)
  const deliveryKind = (): DeliveryKind => (isPhysical() ? getState().delivery : 'virtual')

  async function refresh(): Promise<void> {
    const { items } = shelf.getState()
    const question = ++asked
    if (!sameItems(items, quotedItems)) setState({ quote: null })
    if (items.length === 0) return
    const { couponId, usesPoints } = getState()
    try {
      const quote = await client.quote({
        items,
        delivery: { kind: deliveryKind() },
        usePoints: usesPoints,
        ...(couponId === undefined ? {} : { couponId }),
      })
      if (question !== asked) return
      quotedItems = items
      setState({ quote })
    } catch (error) {
      // Without the merchant's sum the shelf's prices are shown; the merchant decides the amount in any case.
      failureCodeOf(error)
      if (question === asked) setState({ quote: null })
    }
  }

  function change(part: Partial<DraftView>): void {
    setState({ ...part, gap: null })
    void refresh()
  }

  return {
    ...store,
    refresh,
    chooseDelivery: (delivery) => change({ delivery }),
    choosePickup: (pickupId) => setState({ pickupId, gap: null }),
    chooseCoupon: (couponId) => change({ couponId }),
    usePoints: (usesPoints) => change({ usesPoints }),
    writeRemark: (remark) => setState({ remark }),
    agree(isAgreed) {
      setState({ isAgreed, gap: null })
      keep()
    },
    async chooseAddress() {
      const chosen = await platform.chooseAddress()
      if (chosen === 'unsupported') return platform.navigation.toShopPage('address')
      if (chosen === 'cancelled') return
      setState({ address: chosen, gap: null })
      keep()
    },
    saveAddress(address) {
      setState({ address, gap: null })
      keep()
    },
    isComplete() {
      const { address, isAgreed } = getState()
      const gap = deliveryKind() === 'express' && address === null ? 'noAddress' : isAgreed ? null : 'notAgreed'
      setState({ gap })
      return gap === null
    },
    content() {
      const { address, pickupId, usesPoints, remark, quote, couponId } = getState()
      const kind = deliveryKind()
      const delivery: OrderContent['delivery'] =
        kind === 'express'
          ? address && { kind, address }
          : kind === 'pickup'
            ? { kind, ...(pickupId === null ? {} : { storeId: pickupId }) }
            : { kind }
      return {
        items: shelf.getState().items,
        couponId: quote === null ? (couponId ?? null) : quote.couponId,
        usePoints: usesPoints,
        delivery,
        remark: remark.trim(),
        ...(quote === null ? {} : { expectedTotalFen: quote.totalFen }),
      }
    },
    takeBack(problem) {
      if (problem === 'COUPON_UNUSABLE') setState({ couponId: undefined })
      if (problem === 'OUT_OF_STOCK' || problem === 'GOODS_UNKNOWN') void shelf.load()
      if (problem === 'COUPON_UNUSABLE' || problem === 'PRICE_CHANGED') void refresh()
    },
    clear: () => setState(fresh),
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** Data of an older version, or damaged data, counts as nothing. */
function toAddress(value: unknown): Address | null {
  const { name, phone, province, city, district, detail } = fieldsOf(value)
  const isText = (part: unknown): part is string => typeof part === 'string'
  const isWhole =
    isText(name) && isText(phone) && isText(province) && isText(city) && isText(district) && isText(detail)
  return isWhole && name !== '' && detail !== '' ? { name, phone, province, city, district, detail } : null
}

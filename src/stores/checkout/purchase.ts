import type { CartItem } from '../../domain/cart'
import type { KeyValueStorage } from '../../platform/types'

/** The name in the phone's storage, as it has always been: apps that are installed already have one there. */
const key = 'attempt'

/** One purchase, as it survives the app being killed: enough to ask again and never to order twice. */
export interface Purchase {
  /** Names the order at the merchant. Written before the request is sent. */
  readonly requestId: string
  readonly items: readonly CartItem[]
  /** Everything that was asked for, as text: other content under the same id would be refused. */
  readonly content: string
  /** Null until the merchant has answered. */
  readonly orderNo: string | null
  /** Names the present call to pay an existing order; null when no such call is under way. */
  readonly payRequestId: string | null
}

/** Keeps the one unfinished purchase, in memory and on the phone. */
export interface PurchaseKeeper {
  /** Null when there is no unfinished purchase. */
  current(): Purchase | null
  /** The order of the present purchase; null when there is none yet. */
  orderNo(): string | null
  /** What the next tap asks for: the same purchase while its content is the same; other content is another order. */
  next(items: readonly CartItem[], content: string): Purchase
  /** Keeps the purchase of an order that exists already, such as one opened by a link. */
  adopt(orderNo: string): void
  save(purchase: Purchase): void
  /** Forgets the purchase; with an order number only the purchase of that order. */
  clear(orderNo?: string): void
}

export interface PurchaseKeeperDeps {
  readonly storage: KeyValueStorage
  /** Makes a request id. */
  readonly newId: () => string
}

export function createPurchaseKeeper({ storage, newId }: PurchaseKeeperDeps): PurchaseKeeper {
  let current = toPurchase(storage.read(key))

  function save(purchase: Purchase): void {
    current = purchase
    storage.write(key, purchase)
  }

  const orderNo = (): string | null => (current === null ? null : current.orderNo)

  return {
    current: () => current,
    orderNo,
    next(items, content) {
      if (current !== null && current.orderNo !== null) {
        return { ...current, payRequestId: current.payRequestId ?? newId() }
      }
      if (current !== null && current.content === content) return current
      return { requestId: newId(), items, content, orderNo: null, payRequestId: null }
    },
    adopt(adopted) {
      if (orderNo() === adopted) return
      save({ requestId: newId(), items: [], content: '', orderNo: adopted, payRequestId: null })
    },
    save,
    clear(ofOrder) {
      if (ofOrder !== undefined && orderNo() !== ofOrder) return
      current = null
      storage.remove(key)
    },
  }
}

/** Data of an older version may lack fields; damaged data counts as nothing. */
function toPurchase(value: unknown): Purchase | null {
  if (!isFields(value)) return null
  const { requestId, items, content, orderNo, payRequestId } = value
  if (typeof requestId !== 'string' || requestId === '' || !Array.isArray(items)) return null
  const parsed = items.flatMap((item: unknown) => toItem(item))
  if (parsed.length !== items.length) return null
  return {
    requestId,
    items: parsed,
    content: typeof content === 'string' ? content : '',
    orderNo: typeof orderNo === 'string' ? orderNo : null,
    payRequestId: typeof payRequestId === 'string' ? payRequestId : null,
  }
}

function toItem(value: unknown): CartItem[] {
  if (!isFields(value)) return []
  const { goodsId, quantity } = value
  return typeof goodsId === 'string' && isCount(quantity) ? [{ goodsId, quantity }] : []
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

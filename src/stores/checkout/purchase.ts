import type { CartItem } from '../../domain/cart'
import type { KeyValueStorage } from '../../platform/types'

const key = 'attempt'

/** One attempt to buy, as it survives the app being killed: enough to ask again and never to order twice. */
export interface Attempt {
  /** Names the order at the merchant. Written before the request leaves. */
  readonly requestId: string
  readonly items: readonly CartItem[]
  /** All that was asked for, as text: another content under the same id would be refused. */
  readonly content: string
  /** Null until the merchant has answered. */
  readonly orderNo: string | null
  /** Names the present call for payment of an order that is there; null when none is under way. */
  readonly payRequestId: string | null
}

/** Keeps the one unfinished attempt. */
export interface AttemptKeeper {
  load(): Attempt | null
  save(attempt: Attempt): void
  /** Forgets the attempt; with an order number only if it is that order's. */
  clear(orderNo?: string): void
}

export function createAttemptKeeper(storage: KeyValueStorage): AttemptKeeper {
  const load = (): Attempt | null => toAttempt(storage.read(key))
  return {
    load,
    save: (attempt) => storage.write(key, attempt),
    clear(orderNo) {
      if (orderNo === undefined || load()?.orderNo === orderNo) storage.remove(key)
    },
  }
}

/** What an older version wrote, or what is damaged, counts as nothing. */
function toAttempt(value: unknown): Attempt | null {
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

import { type Json } from '../domain/evidence'
import type { KnownMerchant } from '../merchants/directory'
import type { Store } from '../store/store'
import type { KnownKeys } from './known-keys'

/** What the doctor may look up. It changes nothing. */
export interface Knowledge {
  readonly store: Pick<
    Store,
    'trade' | 'combined' | 'tradeByPrepay' | 'tradeByTransaction' | 'appOfOpenid' | 'refundsOf'
  >
  readonly merchants: readonly KnownMerchant[]
  readonly keys: KnownKeys
  readonly appids: readonly string[]
  /** Virtual milliseconds. */
  readonly now: number
  /** Whether the origin of an address is mapped to this machine. */
  readonly isMapped: (url: string) => boolean
}

/** The value at `/body/amount/total` and the like; undefined where the body has none. */
export function valueAt(body: unknown, path: string): unknown {
  return path
    .split('/')
    .slice(2)
    .reduce<unknown>(
      (value, name) => (isRecord(value) || Array.isArray(value) ? (value as Json)[name] : undefined),
      body,
    )
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value as it may stand in a sentence. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}

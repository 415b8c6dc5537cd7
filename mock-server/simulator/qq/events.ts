import { toBeijingTime, type Clock } from '../../kit/clock'

export type QqEventType =
  'order-proxied' | 'order-refused' | 'notice-relayed' | 'diagnosis' | 'fault' | 'clock' | 'reset'

export interface QqEvent {
  readonly type: QqEventType
  /** RFC 3339, virtual time. */
  readonly at: string
  readonly detail: object
}

export interface QqEvents {
  announce(type: QqEventType, detail: object): void
  /** @returns how to stop listening */
  subscribe(listener: (event: QqEvent) => void): () => void
}

export function createQqEvents(clock: Clock): QqEvents {
  const listeners = new Set<(event: QqEvent) => void>()
  return {
    announce(type, detail) {
      for (const listener of listeners) listener({ type, at: toBeijingTime(clock.now()), detail })
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

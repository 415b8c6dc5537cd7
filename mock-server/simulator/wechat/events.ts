/** What happened, for everybody who watches: the console, a test, a script. */
export interface SimulatorEvent {
  readonly type: 'trade-created' | 'trade-paid' | 'trade-closed' | 'notice-attempt' | 'clock' | 'fault' | 'reset'
  /** RFC 3339, virtual time. */
  readonly at: string
  readonly mchid?: string
  readonly out_trade_no?: string
  readonly detail?: Readonly<Record<string, unknown>>
}

export interface EventBus {
  publish(event: SimulatorEvent): void
  /** @returns how to stop listening */
  subscribe(listener: (event: SimulatorEvent) => void): () => void
}

export function createEventBus(): EventBus {
  const listeners = new Set<(event: SimulatorEvent) => void>()
  return {
    publish(event) {
      for (const listener of listeners) listener(event)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** What happened, for the console, a test or a script. */
export interface SimulatorEvent {
  readonly type:
    | 'trade-created'
    | 'trade-repeated'
    | 'trade-paid'
    | 'trade-closed'
    | 'trade-shipped'
    | 'refund-created'
    | 'refund-settled'
    | 'wallet-opened'
    | 'wallet-cancelled'
    | 'payment-failed'
    | 'notice-attempt'
    | 'diagnosis'
    | 'platform-rotated'
    | 'merchant-certificate'
    | 'clock'
    | 'fault'
    | 'fault-struck'
    | 'reset'
  /** RFC 3339, virtual time. */
  readonly at: string
  readonly mchid?: string
  readonly out_trade_no?: string
  readonly detail?: Readonly<Record<string, unknown>>
}

/** An event with its place in the journal. */
export type JournalEntry = SimulatorEvent & { readonly seq: number }

export interface EventBus {
  announce(event: SimulatorEvent): void
  /** @returns how to stop listening */
  subscribe(listener: (event: JournalEntry) => void): () => void
  /** The newest first, of one trade or of all; `before` asks for older ones. */
  recent(
    limit: number,
    before: number | null,
    trade: { mchid: string; out_trade_no: string } | null,
  ): {
    readonly rows: readonly JournalEntry[]
    readonly next: number | null
  }
  clear(): void
}

/** Entries remembered at most. What must outlive a restart is in the store: trades, and notices with every delivery. */
export const journalMax = 20_000

export function createEventBus(): EventBus {
  const listeners = new Set<(event: JournalEntry) => void>()
  let journal: JournalEntry[] = []
  let seq = 0
  return {
    announce(event) {
      const entry = { seq: (seq += 1), ...event }
      journal.push(entry)
      // Cut only now and then: shifting at each event would move every entry each time.
      if (journal.length > journalMax * 1.25) journal = journal.slice(-journalMax)
      for (const listener of listeners) listener(entry)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    recent(limit, before, trade) {
      const rows: JournalEntry[] = []
      // Numbers are consecutive, so the index of an older entry is known.
      const start = before === null ? journal.length : Math.max(0, before - (journal[0]?.seq ?? 1))
      for (let index = Math.min(start, journal.length) - 1; index >= 0; index -= 1) {
        const entry = journal[index]!
        if (trade && (entry.mchid !== trade.mchid || entry.out_trade_no !== trade.out_trade_no)) continue
        if (rows.length === limit) return { rows, next: rows[limit - 1]!.seq }
        rows.push(entry)
      }
      return { rows, next: null }
    },
    clear: () => void (journal = []),
  }
}

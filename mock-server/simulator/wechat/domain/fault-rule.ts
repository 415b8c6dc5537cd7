import type { FaultName } from './fault-names'

/** One switch that was set: for everybody or for one trade, for good or for so many times. */
export interface FaultRule {
  readonly name: FaultName
  /** Null: everybody. */
  readonly trade: TradeKey | null
  /** How often it strikes yet; null: for good. A rule that is used up stays at 0, so that no scenario begins anew. */
  readonly remaining: number | null
  readonly value: number
}

export interface TradeKey {
  readonly mchid: string
  readonly out_trade_no: string
}

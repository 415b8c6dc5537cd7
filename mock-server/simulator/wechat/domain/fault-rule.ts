import type { FaultName } from './fault-names'

/** A fault that is switched on: for all trades or one, without limit or for a number of times. */
export interface FaultRule {
  readonly name: FaultName
  /** Null: all trades. */
  readonly trade: TradeKey | null
  /** Strikes left; null means unlimited. A used-up rule stays at 0, so that its scenario does not start again. */
  readonly remaining: number | null
  readonly value: number
}

export interface TradeKey {
  readonly mchid: string
  readonly out_trade_no: string
}

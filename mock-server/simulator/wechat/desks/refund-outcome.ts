import type { FaultName } from '../domain/fault-names'
import type { RefundOutcome } from '../domain/refund'
import { TradeRefusal, type Reason } from '../domain/refusal'
import type { Trade } from '../domain/trade'
import type { Faults } from '../faults/faults'

/** Faults that refuse the next refund, and faults that end it otherwise. */
const refusing: readonly (readonly [FaultName, Reason])[] = [
  ['refund-not-enough', 'refund-not-enough'],
  ['refund-payer-abnormal', 'refund-payer-abnormal'],
]
const ending: readonly (readonly [FaultName, RefundOutcome])[] = [
  ['refund-abnormal', 'ABNORMAL'],
  ['refund-closed', 'CLOSED'],
]

/** How the faults want a refund to end. @throws TradeRefusal where they want it refused */
export async function chooseOutcome(faults: Faults, trade: Trade): Promise<RefundOutcome> {
  if (faults.isQuiet('refund')) return 'SUCCESS'
  for (const [name, reason] of refusing)
    if ((await faults.take(name, trade)) !== null) throw new TradeRefusal(reason, { trade })
  for (const [name, outcome] of ending) if ((await faults.take(name, trade)) !== null) return outcome
  return 'SUCCESS'
}

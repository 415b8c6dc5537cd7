import type { Kysely } from 'kysely'
import type { HoldReason } from '../../domain/settlement'
import type { Tables } from '../schema'

export interface NewHold {
  readonly outTradeNo: string
  readonly transactionId: string
  readonly totalFen: number
  /** Default: not known. */
  readonly payerFen?: number | null
  readonly reason: HoldReason
}

/** Holds a payment or refund for a person, once for each number. */
export async function addHold(tx: Kysely<Tables>, hold: NewHold, nowMs: number): Promise<void> {
  const { outTradeNo, transactionId, totalFen, payerFen = null, reason } = hold
  await tx
    .insertInto('holds')
    .values({ outTradeNo, transactionId, totalFen, payerFen, reason, createdAtMs: nowMs })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

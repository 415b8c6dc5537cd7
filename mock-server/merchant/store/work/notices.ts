import type { Kysely } from 'kysely'
import type { Payment } from '../../domain/settlement'
import type { NoticeRecord } from './notice-record'
import type { Tables } from '../schema'

/** Keeps a notice. False when it is known already. */
export async function insertNotice(
  tx: Kysely<Tables>,
  notice: NoticeRecord,
  facts: {
    readonly outTradeNo: string | null
    readonly outcome: string
    readonly payment: Pick<Payment, 'transactionId' | 'totalFen'> | null
    readonly reason: string | null
  },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('notices')
    .values({
      ...notice,
      outTradeNo: facts.outTradeNo,
      transactionId: facts.payment?.transactionId ?? null,
      totalFen: facts.payment?.totalFen ?? null,
      outcome: facts.outcome,
      reason: facts.reason,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

import type { Engine } from '../engine/engine'
import type { AttemptStore } from '../port'
import { toAttempt } from '../rows'
import { lockKnownOrder, lockOrder } from './lock-order'
import { insertAttempt } from './placing'

export function createAttemptStore({ transact }: Engine): AttemptStore {
  return {
    addAttempt: (orderId, outTradeNo, client, payerClientIp) =>
      transact(async (tx) => {
        const order = await lockOrder(tx, { id: orderId })
        if (order?.status !== 'pending') return null
        const row = await insertAttempt(tx, { orderId, outTradeNo, client, payerClientIp }, order.parts)
        return row === undefined ? null : toAttempt(row)
      }),

    instructAttempt: (attempt, instruction, nowMs, nextQueryAtMs) =>
      transact(async (tx) => {
        const isWanted = (await lockKnownOrder(tx, attempt.orderId)).status === 'pending'
        const { numUpdatedRows } = await tx
          .updateTable('attempts')
          // An unwanted instruction reaches no phone: the sweep closes the attempt.
          .set({ status: 'live', instruction, instructedAtMs: nowMs, nextQueryAtMs: isWanted ? nextQueryAtMs : nowMs })
          .where('id', '=', attempt.id)
          .where('status', 'in', ['new', 'live'])
          .executeTakeFirst()
        return numUpdatedRows === 0n || !isWanted
          ? null
          : { ...attempt, status: 'live', instruction, instructedAtMs: nowMs }
      }),

    closeAttempt: (attemptId) =>
      transact(async (tx) => {
        await tx
          .updateTable('attempts')
          .set({ status: 'closed', nextQueryAtMs: null })
          .where('id', '=', attemptId)
          .where('status', 'in', ['new', 'live'])
          .execute()
      }),
  }
}

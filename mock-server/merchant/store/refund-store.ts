import type { Kysely } from 'kysely'
import { isOfOrder, decideRefund, refundCanBecome, type Refund, type RefundReport } from '../domain/refund'
import type { HoldReason } from '../domain/settlement'
import type { Engine } from './engine'
import { addHold } from './holds'
import { addJobs } from './jobs'
import { insertNotice } from './notices'
import type { RefundStore } from './refund-port'
import { orderColumns, refundColumns, toOrder } from './rows'
import { applyRefund, startRefund } from './refunds'
import type { Tables } from './schema'

/** Refunds: asked for, decided, and booked when WeChat Pay says how they stand. */
export function createRefundStore({ db, transact }: Engine, { hasHook }: { readonly hasHook: boolean }): RefundStore {
  return {
    requestRefund: (ask) =>
      transact(async (tx) => {
        const order = await lockOrder(tx, ask.orderId)
        const refunds = await refundsOf(tx, ask.orderId)
        if (ask.requestId !== null) {
          const known = await tx
            .selectFrom('refunds')
            .select(['refundNo', 'content'])
            .where('orderId', '=', ask.orderId)
            .where('requestId', '=', ask.requestId)
            .executeTakeFirst()
          if (known) return { kind: known.content === ask.content ? 'known' : 'conflict' }
        }
        const decision = decideRefund(order, refunds, ask.wish, ask.cause)
        if (decision.kind !== 'granted') return decision
        const attempt = await tx
          .selectFrom('attempts')
          .select('outTradeNo')
          .where('orderId', '=', order.id)
          .where('transactionId', '=', order.transactionId)
          .executeTakeFirstOrThrow()
        const { amountFen } = decision
        const { orderId, refundNo, requestId, content, reason, cause, nowMs } = ask
        const refund = await tx
          .insertInto('refunds')
          .values({
            orderId,
            refundNo,
            requestId,
            content,
            outTradeNo: attempt.outTradeNo,
            transactionId: order.transactionId!,
            status: 'requested',
            cause,
            amountFen,
            paidFen: order.totalFen,
            reason,
            requestedAtMs: nowMs,
          })
          .returning(refundColumns)
          .executeTakeFirstOrThrow()
        const startsItself = cause === 'shop' || (amountFen <= ask.automaticMaxFen && order.fulfilment === 'preparing')
        if (!startsItself) return { kind: 'requested', refund }
        await startRefund(tx, refund, nowMs)
        return { kind: 'approved', refund: { ...refund, status: 'approved', decidedAtMs: nowMs } }
      }),

    approveRefund: (refundNo, nowMs) =>
      transact(async (tx) => {
        const found = await lockRefund(tx, refundNo)
        if (found === null) return 'unknown'
        const { order, refund } = found
        if (refund.status !== 'requested' || order.status !== 'paid') return 'wrongState'
        await startRefund(tx, refund, nowMs)
        return 'done'
      }),

    declineRefund: (refundNo, declineReason, nowMs) =>
      transact(async (tx) => {
        const found = await lockRefund(tx, refundNo)
        if (found === null) return 'unknown'
        if (found.refund.status !== 'requested') return 'wrongState'
        await tx
          .updateTable('refunds')
          .set({ status: 'declined', decidedAtMs: nowMs, settledAtMs: nowMs, declineReason })
          .where('refundNo', '=', refundNo)
          .execute()
        return 'done'
      }),

    recordRefund: (report, nowMs, notice) =>
      transact(async (tx) => {
        const found = await lockRefund(tx, report.refundNo)
        if (notice !== null) {
          const isNew = await insertNotice(tx, notice, {
            outTradeNo: found?.refund.outTradeNo ?? null,
            outcome: found === null ? 'unknownNumber' : 'refund',
            payment: { transactionId: report.transactionId, totalFen: report.amountFen },
            reason: report.status,
          })
          if (!isNew) return { kind: 'known' }
        }
        if (found === null) return { kind: 'unknownNumber' }
        const { order, refund } = found
        if (report.amountFen !== refund.amountFen || report.transactionId !== refund.transactionId) {
          await holdRefund(tx, refund, report, 'REFUND_MISMATCH', nowMs)
          return { kind: 'held', refund, order, reason: 'REFUND_MISMATCH' }
        }
        if (!refundCanBecome[refund.status].includes(report.status)) return { kind: 'unchanged', refund }
        const isEnd = report.status === 'succeeded' || report.status === 'failed'
        const after: Refund = {
          ...refund,
          status: report.status,
          refundId: report.refundId,
          account: report.account ?? refund.account,
          settledAtMs: isEnd ? (report.settledAtMs ?? nowMs) : null,
        }
        await tx
          .updateTable('refunds')
          .set({
            status: after.status,
            refundId: after.refundId,
            account: after.account,
            settledAtMs: after.settledAtMs,
          })
          .where('id', '=', refund.id)
          .execute()
        if (report.status === 'succeeded') {
          const isOrders = isOfOrder(refund)
          const orderAfter = isOrders ? await applyRefund(tx, order, refund, nowMs) : order
          if (hasHook && isOrders) {
            const draft = { kind: 'hookRefund', subject: refund.refundNo, orderId: order.id, dueAtMs: nowMs } as const
            await addJobs(tx, [draft], nowMs)
          }
          return { kind: 'changed', from: refund.status, refund: after, order: orderAfter }
        }
        if (report.status === 'processing') return { kind: 'changed', from: refund.status, refund: after, order }
        // Whatever went wrong, the money is still ours to give: a person must look.
        const reason = report.status === 'abnormal' ? 'REFUND_ABNORMAL' : 'REFUND_FAILED'
        await holdRefund(tx, refund, report, reason, nowMs)
        if (report.status === 'failed' && isOfOrder(refund)) {
          await tx.updateTable('orders').set({ status: 'paid' }).where('id', '=', order.id).execute()
        }
        return { kind: 'changed', from: refund.status, refund: after, order }
      }),

    async findRefund(refundNo) {
      const row = await db
        .selectFrom('refunds')
        .select(refundColumns)
        .where('refundNo', '=', refundNo)
        .executeTakeFirst()
      return row ?? null
    },

    refundsOf: (orderId) => refundsOf(db, orderId),

    async newestRefunds(orderIds) {
      if (orderIds.length === 0) return new Map()
      const rows = await db
        .selectFrom('refunds')
        .select(refundColumns)
        .where('orderId', 'in', [...orderIds])
        .orderBy('id')
        .execute()
      return new Map(rows.map((row) => [row.orderId, row]))
    },

    async listRefunds({ status, limit, beforeId }) {
      let query = db
        .selectFrom('refunds')
        .innerJoin('orders', 'orders.id', 'refunds.orderId')
        .select(refundColumns)
        .select('orders.orderNo')
      if (status !== null) query = query.where('refunds.status', '=', status)
      if (beforeId !== null) query = query.where('refunds.id', '<', beforeId)
      return query.orderBy('refunds.id', 'desc').limit(limit).execute()
    },
  }
}

async function refundsOf(tx: Kysely<Tables>, orderId: number): Promise<readonly Refund[]> {
  return tx.selectFrom('refunds').select(refundColumns).where('orderId', '=', orderId).orderBy('id').execute()
}

async function lockOrder(tx: Kysely<Tables>, orderId: number) {
  const row = await tx
    .selectFrom('orders')
    .select(orderColumns)
    .where('id', '=', orderId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return toOrder(row)
}

/** The order first, then its refund: the same order of locks as settling. */
async function lockRefund(tx: Kysely<Tables>, refundNo: string) {
  const named = await tx.selectFrom('refunds').select('orderId').where('refundNo', '=', refundNo).executeTakeFirst()
  if (!named) return null
  const order = await lockOrder(tx, named.orderId)
  const refund = await tx
    .selectFrom('refunds')
    .select(refundColumns)
    .where('refundNo', '=', refundNo)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { order, refund }
}

async function holdRefund(
  tx: Kysely<Tables>,
  refund: Refund,
  report: RefundReport,
  reason: HoldReason,
  nowMs: number,
): Promise<void> {
  // A refund is held under its own number: the payment that it belongs to may be held, too.
  const subject = { outTradeNo: refund.refundNo, transactionId: `${report.refundId}:${report.status}` }
  await addHold(tx, { ...subject, totalFen: report.amountFen, reason }, nowMs)
}

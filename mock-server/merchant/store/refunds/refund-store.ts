import type { Kysely } from 'kysely'
import {
  decideRefund,
  isOfOrder,
  refundCanBecome,
  splitRefund,
  statusAfterRefund,
  type Refund,
  type RefundPart,
  type RefundReport,
} from '../../domain/refund'
import type { Order } from '../../domain/order'
import type { HoldReason } from '../../domain/settlement'
import type { Engine } from '../engine/engine'
import { addHold } from '../orders/holds'
import { addJobs } from '../work/jobs'
import { insertNotice } from '../work/notices'
import { partsOfPayment } from '../orders/payment-parts'
import type { RefundBooking, RefundStore } from './refund-port'
import { addRefundParts, applyRefund, partsOfRefund, savePart, startRefund } from './refunds'
import { refundColumns, refundPartColumns } from '../rows'
import { lockKnownOrder } from '../orders/lock-order'
import type { Tables } from '../schema'

/** Refunds: asked for, decided, and booked when WeChat Pay says how they stand. */
export function createRefundStore({ db, transact }: Engine, { hasHook }: { readonly hasHook: boolean }): RefundStore {
  return {
    requestRefund: (ask) =>
      transact(async (tx) => {
        const order = await lockKnownOrder(tx, ask.orderId)
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
        const paid = await partsOfPayment(tx, refund.transactionId)
        if (paid.length > 0) {
          const leftFen = paid.map((part) => part.totalFen - part.refundedFen)
          const shares = splitRefund(order, { wish: ask.wish, cause, amountFen }, leftFen)
          await addRefundParts(tx, refund, paid, (_part, index) => shares[index]!)
        }
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
        await tx
          .updateTable('refundParts')
          .set({ status: 'declined', settledAtMs: nowMs })
          .where('ofRefundNo', '=', refundNo)
          .execute()
        return 'done'
      }),

    recordRefund: (report, nowMs, notice) =>
      transact(async (tx) => {
        const found = await lockRefund(tx, report.refundNo)
        if (notice !== null) {
          const isNew = await insertNotice(tx, notice, {
            outTradeNo: (found?.part ?? found?.refund)?.outTradeNo ?? null,
            outcome: found === null ? 'unknownNumber' : 'refund',
            payment: { transactionId: report.transactionId, totalFen: report.amountFen },
            reason: report.status,
          })
          if (!isNew) return { kind: 'known' }
        }
        if (found === null) return { kind: 'unknownNumber' }
        return found.part === null
          ? book(tx, found, report, { nowMs, hasHook })
          : bookPart(tx, { ...found, part: found.part }, report, { nowMs, hasHook })
      }),

    async findRefund(refundNo) {
      const row = await db
        .selectFrom('refunds')
        .select(refundColumns)
        .where('refundNo', '=', refundNo)
        .executeTakeFirst()
      return row ?? null
    },

    async findRefundTask(refundNo) {
      const part = await db
        .selectFrom('refundParts')
        .innerJoin('refunds', 'refunds.refundNo', 'refundParts.ofRefundNo')
        .select(refundPartColumns)
        .select(['refunds.reason', 'refunds.requestedAtMs', 'refunds.decidedAtMs'])
        .where('refundParts.refundNo', '=', refundNo)
        .executeTakeFirst()
      if (part) return part
      const whole = await db
        .selectFrom('refunds')
        .select(refundColumns)
        .where('refundNo', '=', refundNo)
        .executeTakeFirst()
      return whole ? { ...whole, subMchid: null } : null
    },

    refundsOf: (orderId) => refundsOf(db, orderId),

    refundPartsOf: (orderId) =>
      db.selectFrom('refundParts').select(refundPartColumns).where('orderId', '=', orderId).orderBy('id').execute(),

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

interface Context {
  readonly nowMs: number
  /** The owner has a step of his own. */
  readonly hasHook: boolean
}

interface Found {
  readonly order: Order
  readonly refund: Refund
  /** Null where the number is that of the whole. */
  readonly part: RefundPart | null
}

/** The order first, then its refund: the same order of locks as settling. The number may be that of a part. */
async function lockRefund(tx: Kysely<Tables>, refundNo: string): Promise<Found | null> {
  const partly = await tx
    .selectFrom('refundParts')
    .select(['orderId', 'ofRefundNo'])
    .where('refundNo', '=', refundNo)
    .executeTakeFirst()
  const wholeNo = partly?.ofRefundNo ?? refundNo
  const named = await tx.selectFrom('refunds').select('orderId').where('refundNo', '=', wholeNo).executeTakeFirst()
  if (!named) return null
  const order = await lockKnownOrder(tx, named.orderId)
  const refund = await tx
    .selectFrom('refunds')
    .select(refundColumns)
    .where('refundNo', '=', wholeNo)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const part = partly && (await partsOfRefund(tx, wholeNo)).find((one) => one.refundNo === refundNo)
  return { order, refund, part: part ?? null }
}

/** What a report says of a refund that goes to WeChat Pay as one. */
async function book(
  tx: Kysely<Tables>,
  { order, refund }: Found,
  report: RefundReport,
  context: Context,
): Promise<RefundBooking> {
  const { nowMs } = context
  const after = afterReport(refund, report, nowMs)
  if (after === 'mismatch') return holdMismatch(tx, { order, refund }, refund.refundNo, report, nowMs)
  if (after === 'unchanged') return { kind: 'unchanged', to: refund.status }
  await tx
    .updateTable('refunds')
    .set({ status: after.status, refundId: after.refundId, account: after.account, settledAtMs: after.settledAtMs })
    .where('id', '=', refund.id)
    .execute()
  const changed = { kind: 'changed', from: refund.status, to: after.status, refund: after } as const
  if (report.status === 'succeeded') {
    return { ...changed, order: isOfOrder(refund) ? await bookBack(tx, order, refund, context) : order }
  }
  await holdBad(tx, refund.refundNo, report, nowMs)
  if (report.status === 'failed' && isOfOrder(refund)) await endRefunding(tx, order)
  return { ...changed, order }
}

/** What a report says of one seller's part: the money that went back is booked with it, the rest with the others. */
async function bookPart(
  tx: Kysely<Tables>,
  { order, refund, part }: Found & { readonly part: RefundPart },
  report: RefundReport,
  context: Context,
): Promise<RefundBooking> {
  const { nowMs } = context
  const after = afterReport(part, report, nowMs)
  if (after === 'mismatch') return holdMismatch(tx, { order, refund }, part.refundNo, report, nowMs)
  if (after === 'unchanged') return { kind: 'unchanged', to: part.status }
  const whole = await savePart(tx, refund, after, nowMs)
  const isOver = refundCanBecome[whole.status].length === 0
  const changed = { kind: 'changed', from: part.status, to: after.status, refund: whole } as const
  await holdBad(tx, part.refundNo, report, nowMs)
  if (!isOfOrder(refund)) return { ...changed, order }
  if (report.status === 'succeeded') return { ...changed, order: await bookBack(tx, order, part, context, isOver) }
  if (isOver) await endRefunding(tx, order)
  return { ...changed, order }
}

/** Money of the order is back: that is booked, and the owner's server is told. */
async function bookBack(
  tx: Kysely<Tables>,
  order: Order,
  refund: Refund | RefundPart,
  { nowMs, hasHook }: Context,
  isOver = true,
): Promise<Order> {
  const draft = { kind: 'hookRefund', subject: refund.refundNo, orderId: order.id, dueAtMs: nowMs } as const
  if (hasHook) await addJobs(tx, [draft], nowMs)
  return applyRefund(tx, order, refund, nowMs, isOver)
}

/** A refund or a part as a report leaves it. */
function afterReport<T extends Refund | RefundPart>(
  before: T,
  report: RefundReport,
  nowMs: number,
): T | 'mismatch' | 'unchanged' {
  if (report.amountFen !== before.amountFen || report.transactionId !== before.transactionId) return 'mismatch'
  if (!refundCanBecome[before.status].includes(report.status)) return 'unchanged'
  const isEnd = report.status === 'succeeded' || report.status === 'failed'
  return {
    ...before,
    status: report.status,
    refundId: report.refundId,
    account: report.account ?? before.account,
    settledAtMs: isEnd ? (report.settledAtMs ?? nowMs) : null,
  }
}

async function holdMismatch(
  tx: Kysely<Tables>,
  { order, refund }: Pick<Found, 'order' | 'refund'>,
  refundNo: string,
  report: RefundReport,
  nowMs: number,
): Promise<RefundBooking> {
  await holdRefund(tx, refundNo, report, 'REFUND_MISMATCH', nowMs)
  return { kind: 'held', refund, order, reason: 'REFUND_MISMATCH' }
}

/** Where something went wrong the money is still ours to give: a person must look. */
async function holdBad(tx: Kysely<Tables>, refundNo: string, report: RefundReport, nowMs: number): Promise<void> {
  if (report.status === 'abnormal') await holdRefund(tx, refundNo, report, 'REFUND_ABNORMAL', nowMs)
  if (report.status === 'failed') await holdRefund(tx, refundNo, report, 'REFUND_FAILED', nowMs)
}

/** The refund is over and gave nothing (more) back: what is left is sold. */
async function endRefunding(tx: Kysely<Tables>, order: Order): Promise<void> {
  const status = statusAfterRefund(order, order.refundedFen)
  await tx.updateTable('orders').set({ status }).where('id', '=', order.id).execute()
}

async function holdRefund(
  tx: Kysely<Tables>,
  refundNo: string,
  report: RefundReport,
  reason: HoldReason,
  nowMs: number,
): Promise<void> {
  // A refund is held under its own number: the payment that it belongs to may be held, too.
  const subject = { outTradeNo: refundNo, transactionId: `${report.refundId}:${report.status}` }
  await addHold(tx, { ...subject, totalFen: report.amountFen, reason }, nowMs)
}

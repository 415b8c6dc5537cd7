import type { Kysely } from 'kysely'
import { keepPersonMs } from '../../domain/delivery'
import { fulfilmentWhenPaid, workWhenPaid } from '../../domain/fulfilment'
import type { Attempt, Order } from '../../domain/order'
import { pointsEarnedBy } from '../../domain/refund'
import { settle, type Payee, type Payment, type Settlement } from '../../domain/settlement'
import { addPoints, spendCoupon } from './benefits'
import type { Engine } from '../engine/engine'
import { addHold } from './holds'
import { addJobs } from '../work/jobs'
import { insertNotice } from '../work/notices'
import type { SettlementResult, SettlementStore } from '../port'
import type { NoticeRecord } from '../work/notice-record'
import { keepPaymentParts } from './payment-parts'
import { addAutomaticRefund } from '../refunds/refunds'
import { attemptColumns, toAttempt } from '../rows'
import { lockKnownOrder } from './lock-order'
import type { Tables } from '../schema'
import { moveStock } from './stock'

interface Context {
  readonly nowMs: number
  /** Whether the owner has a step of their own. */
  readonly hasHook: boolean
}

export function createSettlementStore(
  { transact }: Engine,
  { hasHook }: { readonly hasHook: boolean },
): SettlementStore {
  return {
    settlePayment: (payment, payee, nowMs, notice) =>
      transact((tx) => settleInTransaction(tx, payment, payee, { nowMs, hasHook }, notice)),
    keepNotice: (notice, outTradeNo) =>
      transact((tx) => insertNotice(tx, notice, { outTradeNo, outcome: 'other', payment: null, reason: null })),
  }
}

async function settleInTransaction(
  tx: Kysely<Tables>,
  payment: Payment,
  payee: Payee,
  context: Context,
  notice: NoticeRecord | null,
): Promise<SettlementResult> {
  const result = await decide(tx, payment, payee)
  if (notice !== null) {
    const isNew = await insertNotice(tx, notice, {
      outTradeNo: payment.outTradeNo,
      outcome: result.kind,
      payment,
      reason: 'reason' in result ? result.reason : null,
    })
    if (!isNew) return { kind: 'known' }
  }
  if (result.kind !== 'unknownNumber') await apply(tx, result, payment, context)
  return result
}

async function decide(
  tx: Kysely<Tables>,
  payment: Payment,
  payee: Payee,
): Promise<Settlement | { readonly kind: 'unknownNumber' }> {
  const named = await tx
    .selectFrom('attempts')
    .select('orderId')
    .where('outTradeNo', '=', payment.outTradeNo)
    .executeTakeFirst()
  if (!named) return { kind: 'unknownNumber' }
  // The order first, then its attempt: every transaction that changes one of them waits here.
  const order = await lockKnownOrder(tx, named.orderId)
  const attemptRow = await tx
    .selectFrom('attempts')
    .select(attemptColumns)
    .where('outTradeNo', '=', payment.outTradeNo)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return settle(order, toAttempt(attemptRow), payment, payee)
}

async function apply(tx: Kysely<Tables>, result: Settlement, payment: Payment, context: Context): Promise<void> {
  if (result.kind === 'unchanged') return
  const { nowMs } = context
  // For every outcome: each part has a number of its own for its refund and for the bill.
  await keepPaymentParts(tx, payment)
  if (result.attempt) await saveAttempt(tx, result.attempt)
  switch (result.kind) {
    case 'paid':
      await makeOthersDue(tx, result.order.id, nowMs)
      return savePaid(tx, result.order, context)
    case 'held':
      if (result.order) {
        const { id } = result.order
        await makeOthersDue(tx, id, nowMs)
        await tx.updateTable('orders').set({ status: 'held', heldAtMs: nowMs }).where('id', '=', id).execute()
      }
      return addHold(tx, { ...payment, reason: result.reason }, nowMs)
    case 'refund':
      await addAutomaticRefund(tx, {
        orderId: result.attempt.orderId,
        payment,
        cause: result.reason === 'PAID_TWICE' ? 'paidTwice' : 'paidAfterClose',
        nowMs,
      })
  }
}

async function saveAttempt(tx: Kysely<Tables>, { id, status, transactionId }: Attempt): Promise<void> {
  await tx.updateTable('attempts').set({ status, transactionId, nextQueryAtMs: null }).where('id', '=', id).execute()
}

/** Makes the order's other live attempts due now, so that they are ended before somebody pays them. */
async function makeOthersDue(tx: Kysely<Tables>, orderId: number, nowMs: number): Promise<void> {
  await tx
    .updateTable('attempts')
    .set({ nextQueryAtMs: nowMs })
    .where('orderId', '=', orderId)
    .where('status', '=', 'live')
    .execute()
}

/** Marks an order as paid and uses what it reserved: goods, coupon, points. The transaction must hold the order's row. */
export async function savePaid(tx: Kysely<Tables>, order: Order, { nowMs, hasHook }: Context): Promise<void> {
  const fulfilment = fulfilmentWhenPaid(order.items)
  const { numUpdatedRows } = await tx
    .updateTable('orders')
    .set({
      status: 'paid',
      paidAtMs: order.paidAtMs,
      transactionId: order.transactionId,
      payerFen: order.payerFen,
      fulfilment,
      ...(fulfilment === 'completed' && { completedAtMs: order.paidAtMs }),
      ...(order.delivery !== null && { forgetAtMs: nowMs + keepPersonMs }),
    })
    .where('id', '=', order.id)
    .where('status', 'in', ['pending', 'held'])
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Error(`Order ${order.orderNo} changed while it was being settled.`)
  await moveStock(tx, order.items, 'reserved', 'sold')
  if (order.couponId !== null) await spendCoupon(tx, order.couponId)
  await addPoints(tx, {
    entryKey: `earned:${order.id}`,
    userId: order.userId,
    points: pointsEarnedBy(order.totalFen),
    atMs: nowMs,
  })
  await addJobs(tx, workWhenPaid(order, nowMs, hasHook), nowMs)
}

import type { Kysely } from 'kysely'
import type { Attempt, Order } from '../domain/order'
import { settle, type Payee, type Payment, type Settlement } from '../domain/settlement'
import type { Engine } from './engine'
import type { NoticeRecord, SettlementResult, Store } from './port'
import { attemptColumns, orderColumns, toAttempt, toOrder } from './rows'
import type { Tables } from './schema'

/** Settling: one transaction from "WeChat Pay says" to "sold". */
export function createSettlementStore({ transact }: Engine): Pick<Store, 'settlePayment' | 'keepNotice'> {
  return {
    settlePayment: (payment, payee, nowMs, notice) =>
      transact((tx) => settleInTransaction(tx, payment, payee, nowMs, notice)),
    keepNotice: (notice, outTradeNo) =>
      transact((tx) => insertNotice(tx, notice, { outTradeNo, outcome: 'other', payment: null, reason: null })),
  }
}

async function settleInTransaction(
  tx: Kysely<Tables>,
  payment: Payment,
  payee: Payee,
  nowMs: number,
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
  if (result.kind !== 'unknownNumber') await apply(tx, result, payment, nowMs)
  return result
}

async function decide(
  tx: Kysely<Tables>,
  payment: Payment,
  payee: Payee,
): Promise<Settlement | { readonly kind: 'unknownNumber' }> {
  const attemptRow = await tx
    .selectFrom('attempts')
    .select(attemptColumns)
    .where('outTradeNo', '=', payment.outTradeNo)
    .executeTakeFirst()
  if (!attemptRow) return { kind: 'unknownNumber' }
  const orderRow = await tx
    .selectFrom('orders')
    .select(orderColumns)
    .where('id', '=', attemptRow.orderId)
    .executeTakeFirstOrThrow()
  return settle(toOrder(orderRow), toAttempt(attemptRow), payment, payee)
}

async function apply(tx: Kysely<Tables>, result: Settlement, payment: Payment, nowMs: number): Promise<void> {
  if (result.kind === 'unchanged') return
  if (result.attempt) await saveAttempt(tx, result.attempt)
  const money = { outTradeNo: payment.outTradeNo, transactionId: payment.transactionId, totalFen: payment.totalFen }
  switch (result.kind) {
    case 'paid':
      await savePaid(tx, result.order)
      return
    case 'held':
      if (result.order) {
        await tx.updateTable('orders').set({ status: 'held' }).where('id', '=', result.order.id).execute()
      }
      await tx
        .insertInto('holds')
        .values({ ...money, reason: result.reason, createdAtMs: nowMs })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      return
    case 'refund':
      await tx
        .insertInto('refundsDue')
        .values({ ...money, reason: result.reason, createdAtMs: nowMs })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
  }
}

async function saveAttempt(tx: Kysely<Tables>, { id, status, transactionId }: Attempt): Promise<void> {
  await tx.updateTable('attempts').set({ status, transactionId, nextQueryAtMs: null }).where('id', '=', id).execute()
}

/** The reserved goods are sold in the same transaction. */
async function savePaid(tx: Kysely<Tables>, order: Order): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('orders')
    .set({ status: 'paid', paidAtMs: order.paidAtMs, transactionId: order.transactionId })
    .where('id', '=', order.id)
    .where('status', 'in', ['pending', 'held'])
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new Error(`Order ${order.orderNo} changed while it was being settled.`)
  for (const { goodsId, quantity } of order.items) {
    await tx
      .updateTable('stock')
      .set((eb) => ({ reserved: eb('reserved', '-', quantity), sold: eb('sold', '+', quantity) }))
      .where('goodsId', '=', goodsId)
      .execute()
  }
}

async function insertNotice(
  tx: Kysely<Tables>,
  notice: NoticeRecord,
  facts: {
    readonly outTradeNo: string | null
    readonly outcome: string
    readonly payment: Payment | null
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

import type { BookLine } from '../../domain/reconciliation'
import type { Engine } from '../engine/engine'
import type { BookStore } from './work-port'

/** Numbers in one statement: every engine accepts this many parameters. */
const numbersMax = 500

const billColumns = ['id', 'day', 'checkedAtMs', 'lineCount', 'differenceCount'] as const

/** Our books by payment and refund number, and how they compared with WeChat Pay's bills. */
export function createBookStore({ db, transact }: Engine): BookStore {
  async function payments(numbers: readonly string[]): Promise<readonly BookLine[]> {
    const settled = await db
      .selectFrom('orders')
      .select(['transactionId as number', 'totalFen as amountFen'])
      .where('transactionId', 'in', numbers)
      .execute()
    // Refunded and held payments are in our books too.
    const refunded = await db
      .selectFrom('refunds')
      .select(['transactionId as number', 'paidFen as amountFen'])
      .where('transactionId', 'in', numbers)
      .execute()
    const held = await db
      .selectFrom('holds')
      .select(['transactionId as number', 'totalFen as amountFen'])
      .where('transactionId', 'in', numbers)
      .execute()
    // Parts come last and win: the number of the first part also names the whole of a combined payment.
    const parts = await db
      .selectFrom('paymentParts')
      .select(['transactionId as number', 'totalFen as amountFen'])
      .where('transactionId', 'in', numbers)
      .execute()
    return [...held, ...refunded, ...settled, ...parts].map(({ number, amountFen }) => ({
      kind: 'payment',
      number: number ?? '',
      amountFen,
    }))
  }

  async function refunds(numbers: readonly string[]): Promise<readonly BookLine[]> {
    const rows = await db
      .selectFrom('refunds')
      .select(['refundNo as number', 'amountFen'])
      .where('refundNo', 'in', numbers)
      .execute()
    const parts = await db
      .selectFrom('refundParts')
      .select(['refundNo as number', 'amountFen'])
      .where('refundNo', 'in', numbers)
      .execute()
    return [...rows, ...parts].map((row) => ({ kind: 'refund', ...row }))
  }

  return {
    async booksOf(lines) {
      const found: BookLine[] = []
      for (const [kind, find] of [
        ['payment', payments],
        ['refund', refunds],
      ] as const) {
        const numbers = lines.filter((line) => line.kind === kind).map(({ number }) => number)
        for (let from = 0; from < numbers.length; from += numbersMax) {
          found.push(...(await find(numbers.slice(from, from + numbersMax))))
        }
      }
      return found
    },
    async booksBetween(fromMs, toMs) {
      const rows = await db
        .selectFrom('orders')
        .leftJoin('paymentParts', 'paymentParts.ofTransactionId', 'orders.transactionId')
        .select(({ fn }) => [
          fn.coalesce('paymentParts.transactionId', 'orders.transactionId').as('number'),
          fn.coalesce('paymentParts.totalFen', 'orders.totalFen').as('amountFen'),
        ])
        .where('orders.paidAtMs', '>=', fromMs)
        .where('orders.paidAtMs', '<', toMs)
        .where('orders.transactionId', 'is not', null)
        .execute()
      return rows.map(({ number, amountFen }) => ({ kind: 'payment', number: number ?? '', amountFen }))
    },

    saveBill: ({ differences, ...bill }) =>
      transact(async (tx) => {
        const kept = await tx
          .insertInto('bills')
          .values(bill)
          .onConflict((conflict) => conflict.doNothing())
          .returning('id')
          .executeTakeFirst()
        if (!kept) return false
        for (let from = 0; from < differences.length; from += numbersMax) {
          const some = differences.slice(from, from + numbersMax).map((each) => ({ billId: kept.id, ...each }))
          await tx.insertInto('billDifferences').values(some).execute()
        }
        return true
      }),

    async newestBill() {
      const row = await db.selectFrom('bills').select(billColumns).orderBy('day', 'desc').limit(1).executeTakeFirst()
      return row ?? null
    },

    async findBill(day) {
      const bill = await db.selectFrom('bills').select(billColumns).where('day', '=', day).executeTakeFirst()
      if (!bill) return null
      const differences = await db
        .selectFrom('billDifferences')
        .select(['kind', 'of', 'number', 'ourFen', 'theirFen'])
        .where('billId', '=', bill.id)
        .orderBy('id')
        .execute()
      return { ...bill, differences }
    },

    async listBills({ limit, beforeId }) {
      let query = db.selectFrom('bills').select(billColumns)
      if (beforeId !== null) query = query.where('id', '<', beforeId)
      return query.orderBy('id', 'desc').limit(limit).execute()
    },
  }
}

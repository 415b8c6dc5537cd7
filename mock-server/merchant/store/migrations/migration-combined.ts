import type { Kysely } from 'kysely'
import type { ColumnWords } from './column-words'

/** Combined orders: the parts of orders and attempts, of their payments and of their refunds. */
export async function createCombined({ schema }: Kysely<unknown>, words: ColumnWords): Promise<void> {
  for (const table of ['orders', 'attempts']) await schema.alterTable(table).addColumn('parts', 'text').execute()
  await schema
    .createTable('paymentParts')
    .addColumn('transactionId', 'text', (column) => column.primaryKey())
    .addColumn('ofTransactionId', 'text', (column) => column.notNull())
    .addColumn('outTradeNo', 'text', (column) => column.notNull())
    .addColumn('subMchid', 'text', (column) => column.notNull())
    .addColumn('totalFen', 'integer', (column) => column.notNull())
    .execute()
  await schema.createIndex('paymentPartsOf').on('paymentParts').column('ofTransactionId').execute()
  await schema
    .createTable('refundParts')
    .addColumn('id', words.id, words.numbered)
    .addColumn('orderId', words.id, (column) => column.notNull().references('orders.id'))
    .addColumn('ofRefundNo', 'text', (column) => column.notNull().references('refunds.refundNo'))
    .addColumn('refundNo', 'text', (column) => column.notNull().unique())
    .addColumn('outTradeNo', 'text', (column) => column.notNull())
    .addColumn('subMchid', 'text', (column) => column.notNull())
    .addColumn('transactionId', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('amountFen', 'integer', (column) => column.notNull())
    .addColumn('paidFen', 'integer', (column) => column.notNull())
    .addColumn('settledAtMs', 'bigint')
    .addColumn('refundId', 'text')
    .addColumn('account', 'text')
    .execute()
  await schema.createIndex('refundPartsOf').on('refundParts').column('ofRefundNo').execute()
  await schema.createIndex('refundPartsPaid').on('refundParts').column('transactionId').execute()
}

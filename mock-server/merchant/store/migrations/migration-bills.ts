import { sql, type Kysely } from 'kysely'
import type { ColumnWords } from './column-words'

/** Checked bills with their differences, and the indices that the check needs. */
export async function createBills(db: Kysely<unknown>, words: ColumnWords): Promise<void> {
  const { schema } = db
  await schema
    .createTable('bills')
    .addColumn('id', words.id, words.numbered)
    .addColumn('day', 'text', (column) => column.notNull().unique())
    .addColumn('checkedAtMs', 'bigint', (column) => column.notNull())
    .addColumn('lineCount', 'integer', (column) => column.notNull())
    .addColumn('differenceCount', 'integer', (column) => column.notNull())
    .execute()
  await schema
    .createTable('billDifferences')
    .addColumn('id', words.id, words.numbered)
    .addColumn('billId', words.id, (column) => column.notNull().references('bills.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('of', 'text', (column) => column.notNull())
    .addColumn('number', 'text', (column) => column.notNull())
    .addColumn('ourFen', 'integer')
    .addColumn('theirFen', 'integer')
    .execute()
  await schema.createIndex('billDifferencesBill').on('billDifferences').column('billId').execute()
  await schema
    .createIndex('ordersPaid')
    .on('orders')
    .column('paidAtMs')
    .where('paidAtMs' as never, 'is not', null)
    .execute()
  await schema
    .createIndex('ordersTransaction')
    .on('orders')
    .column('transactionId')
    .where('transactionId' as never, 'is not', null)
    .execute()
  await schema.createIndex('refundsTransaction').on('refunds').column('transactionId').execute()
  await schema.createIndex('holdsTransaction').on('holds').column('transactionId').execute()
  // Until now checked days were kept in the table of tokens.
  await sql`delete from "tokens" where "name" like 'bill:%'`.execute(db)
}

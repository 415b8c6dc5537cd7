import type { Kysely } from 'kysely'

/** What payers paid in money, with a voucher less than the price. Unknown for payments from before. */
export async function addPayerAmount({ schema }: Kysely<unknown>): Promise<void> {
  for (const table of ['orders', 'holds']) await schema.alterTable(table).addColumn('payerFen', 'integer').execute()
}

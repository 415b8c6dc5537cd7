import { sql, type Kysely } from 'kysely'
import type { ColumnWords } from './column-words'

/** Coupons, points, delivery, refunds with their states, decisions about holds, and the outbox. */
export async function createBusiness(db: Kysely<unknown>, words: ColumnWords): Promise<void> {
  const { schema } = db
  await addOrderColumns(db, words)
  await schema
    .createTable('coupons')
    .addColumn('id', words.id, words.numbered)
    .addColumn('userId', words.id, (column) => column.notNull().references('users.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('discountFen', 'integer', (column) => column.notNull())
    .addColumn('minFen', 'integer', (column) => column.notNull())
    .addColumn('expiresAtMs', 'bigint', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .execute()
  await schema.createIndex('couponsUser').on('coupons').column('userId').execute()
  await schema
    .createTable('pointAccounts')
    .addColumn('userId', words.id, (column) => column.primaryKey().references('users.id'))
    .addColumn('balance', 'integer', (column) => column.notNull())
    .execute()
  await schema
    .createTable('pointEntries')
    .addColumn('entryKey', 'text', (column) => column.primaryKey())
    .addColumn('userId', words.id, (column) => column.notNull())
    .addColumn('points', 'integer', (column) => column.notNull())
    .addColumn('atMs', 'bigint', (column) => column.notNull())
    .execute()
  await createRefunds(db, words)
  await schema
    .createTable('jobs')
    .addColumn('id', words.id, words.numbered)
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('orderId', words.id, (column) => column.notNull().references('orders.id'))
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('dueAtMs', 'bigint', (column) => column.notNull())
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('note', 'text')
    .addColumn('createdAtMs', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('jobsOnce', ['kind', 'subject'])
    .execute()
  await schema.createIndex('jobsOrder').on('jobs').column('orderId').execute()
  await schema
    .createIndex('jobsDue')
    .on('jobs')
    .column('dueAtMs')
    .where('status' as never, '=', 'waiting')
    .execute()
  await moveRefundsDue(db)
  await schema.alterTable('holds').addColumn('resolvedAtMs', 'bigint').execute()
  await schema.alterTable('holds').addColumn('decision', 'text').execute()
  await schema.alterTable('holds').addColumn('note', 'text').execute()
}

async function addOrderColumns(db: Kysely<unknown>, words: ColumnWords): Promise<void> {
  const { schema } = db
  const counted = ['couponFen', 'points', 'pointsFen', 'refundedFen']
  const instants = ['closedAtMs', 'heldAtMs', 'shippedAtMs', 'completedAtMs', 'forgetAtMs']
  const texts = ['couponName', 'couponKind', 'delivery', 'carrier', 'trackingNo']
  await schema.alterTable('orders').addColumn('couponId', words.id).execute()
  for (const name of counted) {
    await schema
      .alterTable('orders')
      .addColumn(name, 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
  }
  for (const name of instants) await schema.alterTable('orders').addColumn(name, 'bigint').execute()
  for (const name of texts) await schema.alterTable('orders').addColumn(name, 'text').execute()
  await schema
    .alterTable('orders')
    .addColumn('remark', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await schema
    .alterTable('orders')
    .addColumn('fulfilment', 'text', (column) => column.notNull().defaultTo('none'))
    .execute()
  await schema
    .createIndex('ordersForget')
    .on('orders')
    .column('forgetAtMs')
    .where('forgetAtMs' as never, 'is not', null)
    .execute()
  await sql`update "orders" set "fulfilment" = 'preparing' where "status" = 'paid'`.execute(db)
}

async function createRefunds(db: Kysely<unknown>, words: ColumnWords): Promise<void> {
  const { schema } = db
  await schema
    .createTable('refunds')
    .addColumn('id', words.id, words.numbered)
    .addColumn('orderId', words.id, (column) => column.notNull().references('orders.id'))
    .addColumn('refundNo', 'text', (column) => column.notNull().unique())
    .addColumn('requestId', 'text')
    .addColumn('content', 'text')
    .addColumn('outTradeNo', 'text', (column) => column.notNull())
    .addColumn('transactionId', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('amountFen', 'integer', (column) => column.notNull())
    .addColumn('paidFen', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('requestedAtMs', 'bigint', (column) => column.notNull())
    .addColumn('decidedAtMs', 'bigint')
    .addColumn('settledAtMs', 'bigint')
    .addColumn('refundId', 'text')
    .addColumn('account', 'text')
    .addColumn('declineReason', 'text')
    .addUniqueConstraint('refundsRequest', ['orderId', 'requestId'])
    .execute()
  await schema.createIndex('refundsOrder').on('refunds').column('orderId').execute()
}

/** Turns refunds that were only noted until now into refunds with a job. */
async function moveRefundsDue(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into "refunds" ("orderId", "refundNo", "outTradeNo", "transactionId", "status", "cause", "amountFen",
      "paidFen", "reason", "requestedAtMs", "decidedAtMs")
    select a."orderId", 'R' || d."outTradeNo", d."outTradeNo", d."transactionId", 'approved',
      case when d."reason" = 'PAID_TWICE' then 'paidTwice' else 'paidAfterClose' end, d."totalFen", d."totalFen",
      d."reason", d."createdAtMs", d."createdAtMs"
    from "refundsDue" d join "attempts" a on a."outTradeNo" = d."outTradeNo"`.execute(db)
  await sql`
    insert into "jobs" ("kind", "subject", "orderId", "status", "dueAtMs", "tries", "createdAtMs")
    select 'refund', "refundNo", "orderId", 'waiting', "requestedAtMs", 0, "requestedAtMs" from "refunds"`.execute(db)
  await db.schema.dropTable('refundsDue').execute()
}

import { Migrator, type Kysely, type Migration } from 'kysely'

/** Names sort in the order in which they run. What has run somewhere is never edited: add another. */
const migrations: Readonly<Record<string, Migration>> = {
  '001-first': { up: createFirst },
}

/** Brings the database to the newest shape; runs what is missing, in one transaction. */
export async function migrate<T>(db: Kysely<T>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: 'migrations',
    migrationLockTableName: 'migrationLock',
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}

async function createFirst(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('users')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('client', 'text', (column) => column.notNull())
    .addColumn('openid', 'text')
    .addUniqueConstraint('usersOpenid', ['client', 'openid'])
    .execute()
  await schema
    .createTable('stock')
    .addColumn('goodsId', 'text', (column) => column.primaryKey())
    .addColumn('available', 'integer', (column) => column.notNull())
    .addColumn('reserved', 'integer', (column) => column.notNull())
    .addColumn('sold', 'integer', (column) => column.notNull())
    .execute()
  await schema
    .createTable('orders')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('orderNo', 'text', (column) => column.notNull().unique())
    .addColumn('userId', 'integer', (column) => column.notNull().references('users.id'))
    .addColumn('client', 'text', (column) => column.notNull())
    .addColumn('requestId', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('items', 'text', (column) => column.notNull())
    .addColumn('goodsFen', 'integer', (column) => column.notNull())
    .addColumn('shippingFen', 'integer', (column) => column.notNull())
    .addColumn('totalFen', 'integer', (column) => column.notNull())
    .addColumn('createdAtMs', 'bigint', (column) => column.notNull())
    .addColumn('expiresAtMs', 'bigint', (column) => column.notNull())
    .addColumn('expireCheckAtMs', 'bigint', (column) => column.notNull())
    .addColumn('paidAtMs', 'bigint')
    .addColumn('transactionId', 'text')
    // The same request id names the same order, whoever races whom.
    .addUniqueConstraint('ordersRequest', ['userId', 'requestId'])
    .execute()
  await schema
    .createTable('attempts')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('orderId', 'integer', (column) => column.notNull().references('orders.id'))
    .addColumn('outTradeNo', 'text', (column) => column.notNull().unique())
    .addColumn('client', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('payerClientIp', 'text')
    .addColumn('instruction', 'text')
    .addColumn('instructedAtMs', 'bigint')
    .addColumn('transactionId', 'text')
    .addColumn('nextQueryAtMs', 'bigint')
    .addColumn('queries', 'integer', (column) => column.notNull())
    .execute()
  await schema
    .createTable('sessions')
    .addColumn('tokenHash', 'text', (column) => column.primaryKey())
    .addColumn('userId', 'integer', (column) => column.notNull().references('users.id'))
    .addColumn('client', 'text', (column) => column.notNull())
    .addColumn('orderId', 'integer', (column) => column.references('orders.id'))
    .addColumn('expiresAtMs', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createTable('orderKeys')
    .addColumn('keyHash', 'text', (column) => column.primaryKey())
    .addColumn('orderId', 'integer', (column) => column.notNull().references('orders.id'))
    .addColumn('expiresAtMs', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createTable('notices')
    .addColumn('noticeId', 'text', (column) => column.primaryKey())
    .addColumn('eventType', 'text', (column) => column.notNull())
    .addColumn('outTradeNo', 'text')
    .addColumn('transactionId', 'text')
    .addColumn('totalFen', 'integer')
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('receivedAtMs', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createTable('holds')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('outTradeNo', 'text', (column) => column.notNull())
    .addColumn('transactionId', 'text', (column) => column.notNull())
    .addColumn('totalFen', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('createdAtMs', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('holdsOnce', ['outTradeNo', 'transactionId'])
    .execute()
  await schema
    .createTable('refundsDue')
    .addColumn('transactionId', 'text', (column) => column.primaryKey())
    .addColumn('outTradeNo', 'text', (column) => column.notNull())
    .addColumn('totalFen', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('createdAtMs', 'bigint', (column) => column.notNull())
    .execute()
  await schema.createIndex('attemptsOrder').on('attempts').column('orderId').execute()
  await schema.createIndex('ordersUser').on('orders').columns(['userId', 'id']).execute()
  await schema.createIndex('orderKeysExpiry').on('orderKeys').column('expiresAtMs').execute()
  await schema.createIndex('sessionsExpiry').on('sessions').column('expiresAtMs').execute()
  // Partial: the sweep's work stays small however many orders there are.
  await schema
    .createIndex('ordersDue')
    .on('orders')
    .column('expireCheckAtMs')
    .where('status' as never, '=', 'pending')
    .execute()
  await schema
    .createIndex('attemptsDue')
    .on('attempts')
    .column('nextQueryAtMs')
    .where('nextQueryAtMs' as never, 'is not', null)
    .execute()
}

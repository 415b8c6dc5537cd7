import { Migrator, sql, type Kysely } from 'kysely'
import { NewerDataError } from '../../../kit/data-version'
import { columnWords, type ColumnWords } from './column-words'
import { createBills } from './migration-bills'
import { createBusiness } from './migration-business'
import { createCombined } from './migration-combined'
import { addPayerAmount } from './migration-payer-amount'

const migrationTableName = 'migrations'

type Step = (db: Kysely<unknown>, words: ColumnWords) => Promise<void>

/** Steps run in the order of their names. Never edit a step that has run anywhere: add another. */
const steps: Readonly<Record<string, Step>> = {
  '001-first': createFirst,
  '002-shared': createShared,
  '003-business': createBusiness,
  '004-bills': createBills,
  '005-combined': createCombined,
  '006-payer-amount': addPayerAmount,
}

export interface MigrateOptions {
  readonly kind: ColumnWords['kind']
  readonly schema?: string
  /** What its owner calls the database. */
  readonly name: string
}

/**
 * Runs the missing steps in one transaction, in one process at a time.
 * @throws NewerDataError when a step has run that this version does not know
 */
export async function migrate<T>(db: Kysely<T>, { kind, schema, name }: MigrateOptions): Promise<void> {
  const migrations = Object.entries(steps).map(
    ([step, up]) => [step, { up: (on: Kysely<unknown>) => up(on, columnWords[kind]) }] as const,
  )
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(migrations) },
    migrationTableName,
    migrationLockTableName: 'migrationLock',
    ...(schema !== undefined && { migrationTableSchema: schema }),
  })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  throw (await hasUnknownStep(db)) ? new NewerDataError(name) : error
}

/** Tells newer data from a failed migration: Kysely reports both as an error, and only in words. */
async function hasUnknownStep<T>(db: Kysely<T>): Promise<boolean> {
  try {
    const { rows } = await sql<{ name: string }>`select name from ${sql.table(migrationTableName)}`.execute(db)
    return rows.some((row) => !Object.hasOwn(steps, row.name))
  } catch {
    // The table can't be read: the first failure says more.
    return false
  }
}

async function createFirst(db: Kysely<unknown>, words: ColumnWords): Promise<void> {
  const { schema } = db
  await schema
    .createTable('users')
    .addColumn('id', words.id, words.numbered)
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
    .addColumn('id', words.id, words.numbered)
    .addColumn('orderNo', 'text', (column) => column.notNull().unique())
    .addColumn('userId', words.id, (column) => column.notNull().references('users.id'))
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
    // A request id names one order, also when two processes store it at once.
    .addUniqueConstraint('ordersRequest', ['userId', 'requestId'])
    .execute()
  await schema
    .createTable('attempts')
    .addColumn('id', words.id, words.numbered)
    .addColumn('orderId', words.id, (column) => column.notNull().references('orders.id'))
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
    .addColumn('userId', words.id, (column) => column.notNull().references('users.id'))
    .addColumn('client', 'text', (column) => column.notNull())
    .addColumn('orderId', words.id, (column) => column.references('orders.id'))
    .addColumn('expiresAtMs', 'bigint', (column) => column.notNull())
    .execute()
  await schema
    .createTable('orderKeys')
    .addColumn('keyHash', 'text', (column) => column.primaryKey())
    .addColumn('orderId', words.id, (column) => column.notNull().references('orders.id'))
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
    .addColumn('id', words.id, words.numbered)
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
  // Partial indices: the sweep stays fast with any number of orders.
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

/** Data that processes share: access tokens, and on PostgreSQL the counts of the rate limits. */
async function createShared(db: Kysely<unknown>, { kind }: ColumnWords): Promise<void> {
  await db.schema
    .createTable('tokens')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('renewAtMs', 'bigint', (column) => column.notNull())
    .execute()
  if (kind === 'sqlite') return
  await sql`create unlogged table "hits" ("key" text primary key, "count" integer not null, "endsAtMs" bigint not null)`.execute(
    db,
  )
  await db.schema.createIndex('hitsEnd').on('hits').column('endsAtMs').execute()
}

import { sql } from 'kysely'
import type { Engine } from '../../../../../mock-server/merchant/store/engine/engine'
import { openPostgresEngine } from '../../../../../mock-server/merchant/store/engine/postgres-engine'
import { createTestSchema, describeOnPostgres, type TestSchema } from '../../../../support/postgres'

describeOnPostgres('a connection that PostgreSQL ends', () => {
  let schema: TestSchema
  let engine: Engine
  let sessionName: string
  let heard: () => void
  let told: unknown[]

  beforeEach(async () => {
    schema = await createTestSchema()
    told = []
    heard = () => undefined
    const [names] = await schema.query<{ name: string }>('select current_schema() as name')
    sessionName = names!.name
    engine = await openPostgresEngine({
      // Its sessions are told apart from those of other tests.
      url: `${schema.url}&application_name=${sessionName}`,
      onConnectionLost: (error) => {
        told.push(error)
        heard()
      },
    })
  })
  afterEach(async () => {
    await engine.close()
    await schema.drop()
  })

  const nextFault = () => new Promise<void>((resolve) => (heard = resolve))
  const terminate = (pid: number) => schema.query(`select pg_terminate_backend(${pid}, 10000)`)
  const rowsLeft = async () => {
    const { rows } = await sql<{ count: number }>`select count(*) as count from hits`.execute(engine.db)
    return rows[0]!.count
  }

  it('fails the transaction that held it, is told once, and the next transaction finds another', async () => {
    const failed = engine.transact(async (tx) => {
      await sql`insert into hits ("key", "count", "endsAtMs") values ('lost', 1, 0)`.execute(tx)
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      const fault = nextFault()
      await terminate(rows[0]!.pid)
      await fault
      await sql`select 1`.execute(tx)
    })
    await expect(failed).rejects.toThrow('not queryable')
    await engine.transact((tx) => sql`insert into hits ("key", "count", "endsAtMs") values ('kept', 1, 0)`.execute(tx))
    expect(await rowsLeft()).toBe(1)
    expect(told).toEqual([expect.objectContaining({ code: '57P01' })])
  })

  it('is told once when nobody used it', async () => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(engine.db)
    const fault = nextFault()
    await terminate(rows[0]!.pid)
    await fault
    expect(await rowsLeft()).toBe(0)
    expect(told).toEqual([expect.objectContaining({ code: '57P01' })])
  })

  it('is told when it listened', async () => {
    let lost = 0
    const stop = await engine.broadcast!.listen(
      () => undefined,
      () => (lost += 1),
    )
    const fault = nextFault()
    await schema.query(
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity
       where query = 'listen "merchant events ' || current_schema() || '"'`,
    )
    await fault
    expect(lost).toBe(1)
    await stop()
    expect(told).toEqual([expect.objectContaining({ code: '57P01' })])
  })

  it('gives back its locks, and keeps those that another has taken since', async () => {
    const lockSession = `select pid from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and application_name = '${sessionName}' and query like '%pg_try_advisory_lock%'`
    let again: Promise<string> | null = null
    await engine.lock.run('order 1', async () => {
      const fault = new Promise<void>((resolve) => {
        heard = () => {
          again ??= engine.lock.run('order 2', async () => 'second')
          resolve()
        }
      })
      const sessions = await schema.query<{ pid: number }>(lockSession)
      expect(sessions).toHaveLength(1)
      await terminate(sessions[0]!.pid)
      await fault
    })
    expect(await again).toBe('second')
    // A connection that was forgotten would hold the lock as long as the process lives.
    expect(await engine.lock.run('order 2', async () => 'third')).toBe('third')
    expect(await engine.lock.run('order 1', async () => 'fourth')).toBe('fourth')
  })
})

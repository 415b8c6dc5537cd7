import { createWriter, openSqlite, type Sqlite } from '../../../../mock-server/kit/sqlite'

describe('group commit', () => {
  let database: Sqlite
  beforeEach(() => {
    database = openSqlite(':memory:')
    database.exec('CREATE TABLE entries (name TEXT PRIMARY KEY)')
  })
  afterEach(() => database.close())

  const insert = (name: string) => () => database.prepare('INSERT INTO entries VALUES (?)').run(name).changes
  const names = () =>
    database
      .prepare('SELECT name FROM entries ORDER BY name')
      .all()
      .map((row) => (row as { name: string }).name)

  it('answers each write of a turn with its own result', async () => {
    const writer = createWriter(database)
    await expect(Promise.all([writer.write(insert('a')), writer.write(() => 'b')])).resolves.toEqual([1, 'b'])
    expect(names()).toEqual(['a'])
  })

  it('undoes only the write that throws', async () => {
    const writer = createWriter(database)
    const settled = await Promise.allSettled([
      writer.write(insert('a')),
      writer.write(() => {
        insert('b')()
        throw new Error('no')
      }),
      writer.write(insert('c')),
    ])
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(names()).toEqual(['a', 'c'])
  })

  it('refuses all writes of a turn whose commit fails', async () => {
    database.exec('CREATE TABLE children (parent TEXT REFERENCES entries (name) DEFERRABLE INITIALLY DEFERRED)')
    const writer = createWriter(database)
    const settled = await Promise.allSettled([
      writer.write(insert('a')),
      writer.write(() => database.prepare('INSERT INTO children VALUES (?)').run('nobody')),
    ])
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(names()).toEqual([])
    await expect(writer.write(insert('b'))).resolves.toBe(1)
  })

  it('refuses writes after it was closed, and keeps those before', async () => {
    const writer = createWriter(openSqlite(':memory:'))
    const before = writer.write(() => 'kept')
    await writer.close()
    await expect(before).resolves.toBe('kept')
    await expect(writer.write(() => 'lost')).rejects.toThrow('closed')
    await writer.close()
  })

  it('is drained once everything handed in is answered', async () => {
    const writer = createWriter(database)
    let answered = 0
    const count = () => (answered += 1)
    void writer.write(insert('a')).then(count)
    void writer.write(insert('b')).then(count)
    await writer.drained()
    await Promise.resolve()
    expect(answered).toBe(2)
  })
})

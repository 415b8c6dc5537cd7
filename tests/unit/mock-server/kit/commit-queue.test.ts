import { createCommitQueue } from '../../../../mock-server/kit/commit-queue'

type Work = string

function createTestQueue(commit: (batch: readonly Work[]) => void | Promise<void> = () => {}) {
  const batches: (readonly Work[])[] = []
  const queue = createCommitQueue<Work>(async (batch) => {
    batches.push(batch)
    await commit(batch)
    return batch.map((work) =>
      work === 'bad' ? { status: 'rejected', reason: new Error('bad work') } : { status: 'fulfilled', value: work },
    )
  })
  return { queue, batches }
}

describe('a commit queue', () => {
  it('commits together what arrives in one turn, and answers each with its own result', async () => {
    const { queue, batches } = createTestQueue()
    await expect(Promise.all([queue.add('a'), queue.add('b')])).resolves.toEqual(['a', 'b'])
    expect(batches).toEqual([['a', 'b']])
  })

  it('rejects only the work that failed', async () => {
    const { queue } = createTestQueue()
    const settled = await Promise.allSettled([queue.add('a'), queue.add('bad'), queue.add('c')])
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('keeps what arrives during a commit for the next one', async () => {
    const late: Promise<unknown>[] = []
    const { queue, batches } = createTestQueue(([first]) => {
      if (first === 'a') late.push(queue.add('b'), queue.add('c'))
    })
    await queue.add('a')
    await Promise.all(late)
    expect(batches).toEqual([['a'], ['b', 'c']])
  })

  it('rejects the whole batch whose commit failed, and goes on with the next', async () => {
    const { queue } = createTestQueue(([first]) => {
      if (first === 'a') throw new Error('disk full')
    })
    const settled = await Promise.allSettled([queue.add('a'), queue.add('b')])
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(queue.add('c')).resolves.toBe('c')
  })

  it('refuses work after it was closed, and finishes the work before', async () => {
    const { queue, batches } = createTestQueue()
    const before = queue.add('a')
    await queue.close()
    expect(batches).toEqual([['a']])
    await expect(before).resolves.toBe('a')
    await expect(queue.add('b')).rejects.toThrow('closed')
    await queue.close()
  })
})

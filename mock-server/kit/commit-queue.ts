/**
 * Group commit: work that arrives in one turn of the event loop shares one COMMIT, which is the expensive part. Work that
 * arrives during a commit waits for the next one.
 */
export interface CommitQueue<Work> {
  /** Answers the result of `work` once it is on disk. */
  add(work: Work): Promise<unknown>
  /** Answers when all work that was added so far is on disk. */
  drained(): Promise<void>
  /** Refuses further work, then drains. */
  close(): Promise<void>
}

/**
 * Runs all work of a batch in one transaction. Answers after the COMMIT how each ended, in their order; work that failed
 * must have left nothing behind. Throws, or rejects, when nothing of the batch is on disk.
 */
export type CommitBatch<Work> = (
  batch: readonly Work[],
) => readonly PromiseSettledResult<unknown>[] | Promise<readonly PromiseSettledResult<unknown>[]>

interface Waiting<Work> {
  readonly work: Work
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

export function createCommitQueue<Work>(commit: CommitBatch<Work>): CommitQueue<Work> {
  let waiting: Waiting<Work>[] = []
  let running: Promise<void> | null = null
  let isClosed = false

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await new Promise((turn) => setImmediate(turn))
      const batch = waiting
      waiting = []
      try {
        const results = await commit(batch.map(({ work }) => work))
        batch.forEach(({ resolve, reject }, place) => {
          const result = results[place]
          if (result?.status === 'fulfilled') resolve(result.value)
          else reject(result?.reason)
        })
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    // Cleared in the same turn as the last check of the queue: otherwise work added in between would wait forever.
    running = null
  }

  async function drained(): Promise<void> {
    while (running) await running
  }

  return {
    add(work) {
      return new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error('The database is closed.'))
        waiting.push({ work, resolve, reject })
        running ??= run()
      })
    },
    drained,
    async close() {
      isClosed = true
      await drained()
    },
  }
}

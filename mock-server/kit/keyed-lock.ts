/** Runs work for one key after the other; different keys do not wait for each other. */
export interface KeyedLock {
  run<T>(key: string, work: () => Promise<T>): Promise<T>
}

/** The same lock for keys of one kind. */
export function lockIn(kind: string, { run }: KeyedLock): KeyedLock {
  return { run: (key, work) => run(`${kind}:${key}`, work) }
}

export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>()
  return {
    run(key, work) {
      const before = tails.get(key)
      // How the one before ended is its own caller's business.
      const current = before === undefined ? work() : before.then(work, work)
      const tail = current.then(
        () => undefined,
        () => undefined,
      )
      tails.set(key, tail)
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key)
      })
      return current
    },
  }
}

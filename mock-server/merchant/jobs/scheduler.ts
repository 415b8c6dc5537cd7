/** Runs something periodically. Tests bring their own, so that no test waits. */
export interface Scheduler {
  /** @returns how to stop */
  every(ms: number, run: () => void): () => void
}

export const timerScheduler: Scheduler = {
  every(ms, run) {
    const timer = setInterval(run, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
}

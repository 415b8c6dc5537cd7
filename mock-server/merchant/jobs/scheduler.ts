/** Runs something again and again. Tests bring their own, so that nothing waits. */
export interface Scheduler {
  /** @returns how to stop it */
  every(ms: number, run: () => void): () => void
}

export const timerScheduler: Scheduler = {
  every(ms, run) {
    const timer = setInterval(run, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
}

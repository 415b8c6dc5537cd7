import type { PhoneLog } from './log'

type Callback = (...args: never[]) => unknown

/**
 * All that one launched mini program may still do. Killing the app ends the scope: timers stop, and callbacks that the
 * outside world held on to do nothing any more.
 */
export interface Scope {
  readonly isAlive: boolean
  /** Wraps a callback of the app: runs it while the app lives, and logs what it throws. */
  guard<T extends Callback>(callback: T, name: string): (...args: Parameters<T>) => void
  /** Calls a function of the app now; its exception goes to the log. */
  run<T>(name: string, work: () => T): T | undefined
  /** Runs at the end of the scope, whichever way it ends. Returns how to forget it. */
  onEnd(work: () => void): () => void
  setTimeout(callback: unknown, delayMs?: number, ...args: unknown[]): number
  clearTimeout(id?: number): void
  setInterval(callback: unknown, delayMs?: number, ...args: unknown[]): number
  clearInterval(id?: number): void
  /** Holds timers back, as a host does with an app that has been in the background for a while. */
  suspend(): void
  /** Runs what fell due meanwhile. */
  resume(): void
  end(): void
}

export function createScope(log: PhoneLog, onError: (error: unknown) => void): Scope {
  const timers = new Map<number, () => void>()
  const endings = new Set<() => void>()
  const held: (() => void)[] = []
  let isAlive = true
  let isSuspended = false
  let lastId = 0

  function run<T>(name: string, work: () => T): T | undefined {
    if (!isAlive) return undefined
    try {
      return work()
    } catch (error) {
      log.add('error', [`${name}:`, error])
      onError(error)
      return undefined
    }
  }

  function start(callback: unknown, delayMs: number, args: unknown[], repeats: boolean): number {
    if (!isAlive || typeof callback !== 'function') return 0
    const id = (lastId += 1)
    const call = (): void => void run('timer', () => (callback as (...rest: unknown[]) => unknown)(...args))
    const fire = (): void => {
      if (!repeats) timers.delete(id)
      if (isSuspended) held.push(call)
      else call()
    }
    const handle = repeats ? setInterval(fire, delayMs) : setTimeout(fire, delayMs)
    timers.set(id, () => (repeats ? clearInterval(handle) : clearTimeout(handle)))
    return id
  }

  function stop(id: number | undefined): void {
    if (id === undefined) return
    timers.get(id)?.()
    timers.delete(id)
  }

  return {
    get isAlive() {
      return isAlive
    },
    run,
    guard:
      (callback, name) =>
      (...args) =>
        void run(name, () => callback(...args)),
    onEnd(work) {
      endings.add(work)
      return () => endings.delete(work)
    },
    setTimeout: (callback, delayMs = 0, ...args) => start(callback, delayMs, args, false),
    clearTimeout: stop,
    setInterval: (callback, delayMs = 0, ...args) => start(callback, delayMs, args, true),
    clearInterval: stop,
    suspend: () => void (isSuspended = true),
    resume() {
      isSuspended = false
      for (const call of held.splice(0)) call()
    },
    end() {
      if (!isAlive) return
      isAlive = false
      for (const cancel of timers.values()) cancel()
      timers.clear()
      held.length = 0
      for (const work of [...endings]) work()
      endings.clear()
    },
  }
}

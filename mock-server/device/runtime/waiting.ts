import type { PhoneLog } from './log'

/** Waits for changes on a phone, by notification: nothing here sleeps. */
export interface Waiting {
  /** Something may have changed. */
  changed(): void
  waitFor<T>(what: () => T | null | undefined | false, describe: string, timeoutMs: number): Promise<T>
  stop(): void
}

export function createWaiting(root: HTMLElement, log: PhoneLog, read: () => string): Waiting {
  const checks = new Set<() => void>()
  const changed = (): void => {
    for (const check of [...checks]) check()
  }
  const observer = new MutationObserver(changed)
  observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true })

  return {
    changed,
    waitFor: (what, describe, timeoutMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          checks.delete(check)
          const lines = log.lines.slice(-10).map(({ level, text }) => `${level}: ${text.slice(0, 500)}`)
          reject(
            new Error(
              `Waited ${timeoutMs} ms for ${describe}. The screen reads:\n${read()}\nLog:\n${lines.join('\n')}`,
            ),
          )
        }, timeoutMs)
        const check = (): void => {
          const found = what()
          if (found === null || found === undefined || found === false) return
          clearTimeout(timer)
          checks.delete(check)
          resolve(found)
        }
        checks.add(check)
        check()
      }),
    stop() {
      observer.disconnect()
      checks.clear()
    },
  }
}

import type { Page } from 'playwright-core'

export interface HeldAnswers {
  /** Answers once `count` calls were answered by the server and none of the answers has reached the page. */
  until(count: number): Promise<void>
  /** Lets the oldest of them through to the page. */
  releaseOne(): void
  /** Lets all of them through, and those that are still to come. */
  release(): void
}

/** Holds the servers' answers to the calls of a page back, in the order of the calls. */
export async function holdAnswers(page: Page, method: string, url: string): Promise<HeldAnswers> {
  const held: (() => void)[] = []
  const watchers = new Set<() => void>()
  let count = 0
  let isOpen = false
  await page.route(url, async (route) => {
    if (isOpen || route.request().method() !== method) return route.continue()
    const response = await route.fetch()
    const released = new Promise<void>((resolve) => held.push(resolve))
    count += 1
    for (const watcher of watchers) watcher()
    await released
    await route.fulfill({ response })
  })
  return {
    until: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (count < wanted) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      }),
    releaseOne: () => held.shift()?.(),
    release() {
      isOpen = true
      for (const release of held.splice(0)) release()
    },
  }
}

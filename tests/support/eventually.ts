import { setTimeout as pause } from 'node:timers/promises'
import { deadlineMs } from './browser'

/** Looks until `check` throws no more: for what a server does by and by. @throws what it threw last */
export async function eventually<T>(check: () => Promise<T>): Promise<T> {
  const end = Date.now() + deadlineMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > end) throw error
    }
    await pause(50)
  }
}

import type { Clock } from '../../kit/clock'
import type { Store } from './store/store'

/** QQ's business time: the lives of tokens and codes. Its offset from the wall clock is kept in the store. */
export interface VirtualTime {
  readonly clock: Clock
  offsetMs(): number
  advance(seconds: number): Promise<void>
  reset(): Promise<void>
}

const setting = 'clock_offset_ms'

export function createVirtualTime(store: Store, wall: Clock): VirtualTime {
  let offsetMs = Number(store.setting(setting) ?? '0')
  async function moveTo(value: number): Promise<void> {
    await store.write(() => store.putSetting(setting, String(value)))
    offsetMs = value
  }
  return {
    clock: { now: () => wall.now() + offsetMs },
    offsetMs: () => offsetMs,
    advance: (seconds) => moveTo(offsetMs + seconds * 1000),
    reset: () => moveTo(0),
  }
}

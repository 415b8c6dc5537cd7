import type { PhoneStorage } from './types'

/** Keeps what apps store for as long as the object lives. */
export function createMemoryStorage(): PhoneStorage {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    keys: () => [...items.keys()],
  }
}

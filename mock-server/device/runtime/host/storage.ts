import { CallFailure, type ApiTable, type CallOptions, createCall } from '../call'
import type { HostContext } from './context'

/** A person's phone gives each mini program ten megabytes. */
const limitKb = 10_240

/** `setStorage` and its family. A value keeps its type: it is stored with it. */
export function storageCalls({ storage, instance, packed, appid }: HostContext): ApiTable {
  const prefix = `${packed.platform}:${appid}:`
  const keys = (): string[] =>
    storage
      .keys()
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
  const get = (key: string): unknown => {
    const text = storage.getItem(prefix + key)
    return text === null ? '' : ((JSON.parse(text) as { data?: unknown }).data ?? '')
  }
  const set = (key: string, data: unknown): void => {
    if (instance.scope.isAlive) storage.setItem(prefix + key, JSON.stringify({ data }))
  }
  const remove = (key: string): void => {
    if (instance.scope.isAlive) storage.removeItem(prefix + key)
  }
  const clear = (): void => keys().forEach(remove)
  const info = (): { keys: string[]; currentSize: number; limitSize: number } => {
    const size = keys().reduce((sum, key) => sum + (storage.getItem(prefix + key)?.length ?? 0), 0)
    return { keys: keys(), currentSize: Math.ceil(size / 1024), limitSize: limitKb }
  }
  const call = (name: string, run: (options: CallOptions) => unknown) => createCall(name, instance.scope, run)
  const keyOf = ({ key }: CallOptions): string => {
    if (typeof key !== 'string' || key === '') throw new CallFailure('parameter error: parameter.key should be String;')
    return key
  }
  return {
    getStorageSync: (key: string) => get(key),
    setStorageSync: (key: string, data: unknown) => set(key, data),
    removeStorageSync: (key: string) => remove(key),
    clearStorageSync: () => clear(),
    getStorageInfoSync: () => info(),
    getStorage: call('getStorage', (options) => {
      const key = keyOf(options)
      if (!keys().includes(key)) throw new CallFailure('data not found')
      return { data: get(key) }
    }),
    setStorage: call('setStorage', (options) => set(keyOf(options), options['data'])),
    removeStorage: call('removeStorage', (options) => remove(keyOf(options))),
    clearStorage: call('clearStorage', () => clear()),
    getStorageInfo: call('getStorageInfo', () => info()),
  }
}

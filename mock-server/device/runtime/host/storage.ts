import type { HostName } from '../../packed-app'
import { CallFailure, type ApiTable, type CallOptions, createCall, failureText } from '../call'
import type { HostContext } from './context'

interface Limits {
  /** Of key and value together, in UTF-16 units. */
  readonly entry: number
  readonly all: number
  readonly entryText: string
  readonly fullText: string
}

const megabyte = 1024 * 1024

/**
 * What a person's phone keeps for each mini program. QQ has no limit for one key.
 * UNVERIFIED: that WeChat counts all entries in UTF-16 units, as it does one entry.
 * @see https://github.com/tensorflow/tfjs-wechat/issues/52 the text of a full storage
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/ability/storage.html the limits
 * The text for one entry and how it is counted: read from WeChat's public Android client; QQ's from QQ's.
 */
const limitsOf: Readonly<Record<HostName, Limits>> = {
  weapp: {
    entry: megabyte,
    all: 10 * megabyte,
    entryText: ':entry size limit reached',
    fullText: 'exceed storage max size 10Mb',
  },
  qq: { entry: Infinity, all: 10_485_760, entryText: '', fullText: 'size limit reached' },
}

interface Entries {
  get(key: string): unknown
  has(key: string): boolean
  set(key: string, data: unknown): void
  remove(key: string): void
  clear(): void
  info(): { readonly keys: readonly string[]; readonly currentSize: number; readonly limitSize: number }
}

/** What one mini program has stored. A value keeps its type: it is stored with it. @throws CallFailure, as the host does */
function createEntries({ storage, instance, packed, appid, options }: HostContext): Entries {
  const limits = limitsOf[packed.platform]
  const prefix = `${packed.platform}:${appid}:`
  const keys = (): string[] =>
    storage
      .keys()
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
  const sizeOf = (key: string): number => key.length + (storage.getItem(prefix + key)?.length ?? 0)
  const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0)

  function assertAllowed(): void {
    if (options.storage === 'forbidden') throw new CallFailure('storage is not available')
  }

  function assertRoom(key: string, text: string): void {
    const size = key.length + text.length
    if (size > limits.entry) throw new CallFailure(limits.entryText)
    const others = keys().filter((other) => other !== key)
    if (options.storage === 'full' || sum(others.map(sizeOf)) + size > limits.all)
      throw new CallFailure(limits.fullText)
  }

  function remove(key: string): void {
    assertAllowed()
    if (instance.scope.isAlive) storage.removeItem(prefix + key)
  }

  return {
    get(key) {
      assertAllowed()
      const text = storage.getItem(prefix + key)
      return text === null ? '' : ((JSON.parse(text) as { data?: unknown }).data ?? '')
    },
    has(key) {
      assertAllowed()
      return keys().includes(key)
    },
    set(key, data) {
      assertAllowed()
      if (!instance.scope.isAlive) return
      const text = JSON.stringify({ data })
      assertRoom(key, text)
      try {
        storage.setItem(prefix + key, text)
      } catch (error) {
        // A browser keeps less than a phone: where it is full, so is the phone.
        if (error instanceof Error && error.name === 'QuotaExceededError') throw new CallFailure(limits.fullText)
        throw error
      }
    },
    remove,
    clear: () => keys().forEach(remove),
    info: () => ({
      keys: keys(),
      currentSize: Math.ceil(sum(keys().map(sizeOf)) / 1024),
      limitSize: Math.floor(limits.all / 1024),
    }),
  }
}

/** `setStorage` and its family. */
export function storageCalls(context: HostContext): ApiTable {
  const entries = createEntries(context)
  const call = (name: string, run: (options: CallOptions) => unknown) => createCall(name, context.instance.scope, run)
  const keyOf = ({ key }: CallOptions): string => {
    if (typeof key !== 'string' || key === '') throw new CallFailure('parameter error: parameter.key should be String;')
    return key
  }
  return {
    getStorageSync: thrown('getStorageSync', entries.get),
    setStorageSync: thrown('setStorageSync', entries.set),
    removeStorageSync: thrown('removeStorageSync', entries.remove),
    clearStorageSync: thrown('clearStorageSync', entries.clear),
    getStorageInfoSync: thrown('getStorageInfoSync', entries.info),
    getStorage: call('getStorage', (options) => {
      const key = keyOf(options)
      if (!entries.has(key)) throw new CallFailure('data not found')
      return { data: entries.get(key) }
    }),
    setStorage: call('setStorage', (options) => entries.set(keyOf(options), options['data'])),
    removeStorage: call('removeStorage', (options) => entries.remove(keyOf(options))),
    clearStorage: call('clearStorage', entries.clear),
    getStorageInfo: call('getStorageInfo', () => ({ ...entries.info() })),
  }
}

/** Calls without callbacks throw in the app, with their name in front. */
function thrown<Args extends readonly unknown[]>(name: string, run: (...args: Args) => unknown) {
  return (...args: Args): unknown => {
    try {
      return run(...args)
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error
      throw new Error(failureText(name, error.message), { cause: error })
    }
  }
}

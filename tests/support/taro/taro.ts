import { useEffect, useRef } from 'react'

/**
 * Stands for `@tarojs/taro`: a phone that remembers what it was asked, and answers what a test tells it to. Every call
 * of the real one that the app uses is here; nothing else is.
 */

type Options = Readonly<Record<string, unknown>>
type Answer = (options: Options) => unknown

interface Call {
  readonly name: string
  readonly options: Options
}

interface PageLife {
  readonly onShow: Set<() => void>
  readonly onHide: Set<() => void>
  readonly onPull: Set<() => void>
  readonly onBottom: Set<() => void>
  share: (() => unknown) | null
}

interface FakePhone {
  calls: Call[]
  storage: Map<string, unknown>
  answers: Map<string, Answer>
  params: Record<string, string>
  /** What `getSystemInfoSync` answers. */
  system: Readonly<Record<string, unknown>>
  network: Set<(status: { readonly isConnected: boolean }) => void>
  page: PageLife
}

const createPhone = (): FakePhone => ({
  calls: [],
  storage: new Map(),
  answers: new Map(),
  params: {},
  system: { language: 'zh_CN', system: 'Android 14', fontSizeSetting: 16 },
  network: new Set(),
  page: { onShow: new Set(), onHide: new Set(), onPull: new Set(), onBottom: new Set(), share: null },
})

export const phone: FakePhone = createPhone()

/** Forgets everything. */
export function resetTaro(): void {
  Object.assign(phone, createPhone())
}

/** Makes a call answer; throwing in there is the call's failure. */
export function answer(name: string, with_: Answer): void {
  phone.answers.set(name, with_)
}

/** What the app asked for, by the name of the call. */
export function callsOf(name: string): readonly Options[] {
  return phone.calls.filter((call) => call.name === name).map(({ options }) => options)
}

/** The page comes back to the screen. */
export function showPage(): void {
  for (const run of [...phone.page.onShow]) run()
}

/** The person pulls the page down. */
export function pullPage(): void {
  for (const run of [...phone.page.onPull]) run()
}

/** The person scrolls to the end. */
export function scrollToEnd(): void {
  for (const run of [...phone.page.onBottom]) run()
}

/** The page leaves the screen, but stays. */
export function hidePage(): void {
  for (const run of [...phone.page.onHide]) run()
}

function call(name: string) {
  return async (options: Options = {}): Promise<unknown> => {
    phone.calls.push({ name, options })
    return phone.answers.get(name)?.(options) ?? { errMsg: `${name}:ok` }
  }
}

const Taro = {
  request: call('request'),
  login: call('login'),
  navigateTo: call('navigateTo'),
  redirectTo: call('redirectTo'),
  reLaunch: call('reLaunch'),
  navigateBack: call('navigateBack'),
  requestPayment: call('requestPayment'),
  requestWxPayment: call('requestWxPayment') as ((options: Options) => unknown) | undefined,
  setClipboardData: call('setClipboardData'),
  chooseAddress: call('chooseAddress'),
  setNavigationBarTitle: call('setNavigationBarTitle'),
  setNavigationBarColor: call('setNavigationBarColor'),
  stopPullDownRefresh: call('stopPullDownRefresh'),
  vibrateShort: call('vibrateShort') as ((options: Options) => unknown) | undefined,
  getSystemInfoSync: () => phone.system,
  onNetworkStatusChange: (listener: (status: { isConnected: boolean }) => void) => void phone.network.add(listener),
  offNetworkStatusChange: (listener: (status: { isConnected: boolean }) => void) => void phone.network.delete(listener),
  getStorageSync: (key: string): unknown => phone.storage.get(key) ?? '',
  setStorageSync: (key: string, value: unknown): void => void phone.storage.set(key, value),
  removeStorageSync: (key: string): void => void phone.storage.delete(key),
}

export default Taro

/** Keeps the newest callback, as Taro's own hooks do. */
function useLatest(run: (given: Record<string, string>) => void): () => void {
  const latest = useRef(run)
  latest.current = run
  return useRef(() => latest.current(phone.params)).current
}

export function useLoad(run: (params: Record<string, string>) => void): void {
  const latest = useLatest(run)
  useEffect(() => latest(), [latest])
}

export function useLaunch(run: () => void): void {
  useLoad(run)
}

export function useDidShow(run: () => void): void {
  const latest = useLatest(run)
  useEffect(() => {
    phone.page.onShow.add(latest)
    latest()
    return () => void phone.page.onShow.delete(latest)
  }, [latest])
}

export function useDidHide(run: () => void): void {
  const latest = useLatest(run)
  useEffect(() => {
    phone.page.onHide.add(latest)
    return () => void phone.page.onHide.delete(latest)
  }, [latest])
}

export function usePullDownRefresh(run: () => void): void {
  const latest = useLatest(run)
  useEffect(() => {
    phone.page.onPull.add(latest)
    return () => void phone.page.onPull.delete(latest)
  }, [latest])
}

export function useReachBottom(run: () => void): void {
  const latest = useLatest(run)
  useEffect(() => {
    phone.page.onBottom.add(latest)
    return () => void phone.page.onBottom.delete(latest)
  }, [latest])
}

export function useShareAppMessage(describe: () => unknown): void {
  phone.page.share = describe
}

export function useUnload(run: () => void): void {
  const latest = useLatest(run)
  useEffect(() => latest, [latest])
}

export function useRouter(): { readonly params: Record<string, string> } {
  return { params: phone.params }
}

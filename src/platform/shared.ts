import Taro from '@tarojs/taro'
import type { Address } from '../contract/api'
import {
  PlatformError,
  type Appearance,
  type BarTheme,
  type KeyValueStorage,
  type Navigation,
  type PayOutcome,
  type Tab,
} from './types'

/** What is the same on all platforms, because Taro's calls behave alike there. */

/** What the host refused to keep: it lives as long as the app. Null: what the host refused to forget. */
const unkept = new Map<string, unknown>()

/**
 * The host's storage. Hosts throw when it is full or forbidden: then the value is kept in memory, because an app that
 * forgets at its end can still sell.
 */
export const storage: KeyValueStorage = {
  read(key) {
    if (unkept.has(key)) return unkept.get(key)
    const value = readHost(key)
    return value === '' || value === undefined ? null : value
  },
  write(key, value) {
    keep(key, value, () => Taro.setStorageSync(key, value))
  },
  remove(key) {
    keep(key, null, () => Taro.removeStorageSync(key))
  },
}

function keep(key: string, value: unknown, keepAtHost: () => void): void {
  try {
    keepAtHost()
    unkept.delete(key)
  } catch (error) {
    console.warn(`storage: ${messageOf(error)}`)
    unkept.set(key, value)
  }
}

function readHost(key: string): unknown {
  try {
    return Taro.getStorageSync(key)
  } catch (error) {
    console.warn(`storage: ${messageOf(error)}`)
    return undefined
  }
}

const tabPages: Readonly<Record<Tab, string>> = {
  goods: '/pages/goods/index',
  orders: '/packages/shop/orders/index',
  me: '/packages/shop/me/index',
}

export const navigation: Navigation = {
  toTab: (tab) => detach(Taro.reLaunch({ url: tabPages[tab] })),
  toCheckout(orderNo) {
    const query = orderNo === undefined ? '' : `?orderNo=${encodeURIComponent(orderNo)}`
    detach(Taro.navigateTo({ url: `/pages/checkout/index${query}` }))
  },
  back: () => detach(Taro.navigateBack()),
  toResult: (orderNo) => detach(Taro.redirectTo({ url: `/pages/result/index?orderNo=${encodeURIComponent(orderNo)}` })),
  toOrder: (orderNo) =>
    detach(Taro.navigateTo({ url: `/packages/shop/order/index?orderNo=${encodeURIComponent(orderNo)}` })),
  toShopPage: (page) => detach(Taro.navigateTo({ url: `/packages/shop/${page}/index` })),
}

/**
 * The host's address book (收货地址).
 * @see https://developers.weixin.qq.com/miniprogram/dev/api/open-api/address/wx.chooseAddress.html
 */
export async function chooseAddress(): Promise<Address | 'cancelled' | 'unsupported'> {
  try {
    const { userName, telNumber, provinceName, cityName, countyName, detailInfo } = await Taro.chooseAddress()
    return {
      name: userName,
      phone: telNumber,
      province: provinceName,
      city: cityName,
      district: countyName,
      detail: detailInfo,
    }
  } catch (error) {
    return /:fail cancel/.test(messageOf(error)) ? 'cancelled' : 'unsupported'
  }
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await Taro.setClipboardData({ data: text })
    return true
  } catch {
    return false
  }
}

/** The host's calls as they are: each that is younger than the first base library may be missing, and is asked for first. */
const host: Partial<typeof Taro> = Taro

/** Does nothing on hosts without the call, and on phones without a motor. */
export function vibrate(): void {
  void host.vibrateShort?.({ type: 'light', fail: () => undefined })
}

const standardFontPx = 16

/** What hosts report about phone and app. Older hosts, QQ among them, have one call for everything. */
function hostInfo(): HostInfo {
  const { getAppBaseInfo, getDeviceInfo } = host
  if (typeof getAppBaseInfo !== 'function' || typeof getDeviceInfo !== 'function') return Taro.getSystemInfoSync()
  return { ...getDeviceInfo(), ...getAppBaseInfo() }
}

interface HostInfo {
  readonly language?: string
  /** Pixels, on WeChat's own scale. */
  readonly fontSizeSetting?: number
  readonly system?: string
  readonly theme?: string
}

/**
 * Language and size of type. `fontSizeSetting` is in pixels.
 * @see https://developers.weixin.qq.com/miniprogram/dev/api/base/system/wx.getAppBaseInfo.html
 */
export function appearance(): Appearance {
  const { language = 'zh_CN', fontSizeSetting = standardFontPx } = hostInfo()
  return { language, fontScale: fontSizeSetting / standardFontPx }
}

/** Apple's rule, and so the hosts' rule: on an iPhone, virtual goods are sold through Apple only. */
export function forbidsVirtualGoods(): boolean {
  return /^ios/i.test(hostInfo().system ?? '')
}

const barColors = {
  light: { backgroundColor: '#f3f5f4', frontColor: '#000000' },
  dark: { backgroundColor: '#0e1110', frontColor: '#ffffff' },
} as const

/** A bar whose colours were set keeps them. From then on the colours of the host's theme must be set too. */
let isBarPainted = false

export function setBar(title: string, theme: BarTheme | null): void {
  detach(host.setNavigationBarTitle?.({ title }))
  if (theme === null && !isBarPainted) return
  isBarPainted = true
  const shown = theme ?? (hostInfo().theme === 'dark' ? 'dark' : 'light')
  detach(host.setNavigationBarColor?.(barColors[shown]))
}

/** A host without the call reports no change; one without its counterpart reports to nobody once told to stop. */
export function watchNetwork(listener: (isOnline: boolean) => void): () => void {
  let isWatching = true
  const report = ({ isConnected }: { readonly isConnected: boolean }): void => {
    if (isWatching) listener(isConnected)
  }
  host.onNetworkStatusChange?.(report)
  return () => {
    isWatching = false
    host.offNetworkStatusChange?.(report)
  }
}

/** The code of `wx.login` / `qq.login`. */
export async function loginCode(): Promise<string> {
  try {
    const { code } = await Taro.login()
    if (code) return code
  } catch (error) {
    throw new PlatformError('LOGIN_UNAVAILABLE', `login: ${messageOf(error)}`, error)
  }
  throw new PlatformError('LOGIN_UNAVAILABLE', 'login gave no code')
}

/**
 * Reads the text of a failed pay call. Older clients report `requestPayment:cancel`, all others `…:fail cancel`; a wrong
 * signature is reported with the same text.
 */
export function toPayOutcome(error: unknown): PayOutcome {
  const message = messageOf(error)
  return /:(fail )?cancel\b/.test(message) ? 'cancelled' : { failed: true, message }
}

export function mismatch(kind: string): PayOutcome {
  return { failed: true, message: `this client cannot pay by ${kind}` }
}

/** Hosts reject with `{ errMsg }`, which is no Error. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message
  if (typeof error === 'object' && error !== null && 'errMsg' in error) return String(error.errMsg)
  return String(error)
}

/**
 * When the host refuses (a second tap, a full page stack), the present page stays.
 * @param called undefined where the host lacks the call
 */
function detach(called: Promise<unknown> | void): void {
  called?.catch((error: unknown) => console.warn(`navigation: ${messageOf(error)}`))
}

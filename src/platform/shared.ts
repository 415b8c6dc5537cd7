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

export const storage: KeyValueStorage = {
  read(key) {
    const value: unknown = Taro.getStorageSync(key)
    return value === '' || value === undefined ? null : value
  },
  write: (key, value) => Taro.setStorageSync(key, value),
  remove: (key) => Taro.removeStorageSync(key),
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

/** Does nothing on hosts without the call, and on phones without a motor. */
export function vibrate(): void {
  const { vibrateShort } = Taro as Partial<typeof Taro>
  void vibrateShort?.({ type: 'light', fail: () => undefined })
}

const standardFontPx = 16

/** What hosts report about phone and app. Older hosts, QQ among them, have one call for everything. */
function hostInfo(): HostInfo {
  const { getAppBaseInfo, getDeviceInfo } = Taro as Partial<typeof Taro>
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
  detach(Taro.setNavigationBarTitle({ title }))
  if (theme === null && !isBarPainted) return
  isBarPainted = true
  const shown = theme ?? (hostInfo().theme === 'dark' ? 'dark' : 'light')
  detach(Taro.setNavigationBarColor(barColors[shown]))
}

export function watchNetwork(listener: (isOnline: boolean) => void): () => void {
  const report = ({ isConnected }: { readonly isConnected: boolean }): void => listener(isConnected)
  Taro.onNetworkStatusChange(report)
  return () => Taro.offNetworkStatusChange(report)
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

/** When the host refuses a navigation (a second tap, a full page stack), the present page stays. */
function detach(navigated: Promise<unknown>): void {
  navigated.catch((error: unknown) => console.warn(`navigation: ${messageOf(error)}`))
}

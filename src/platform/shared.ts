import Taro from '@tarojs/taro'
import { PlatformError, type KeyValueStorage, type Navigation, type PayOutcome } from './types'

/** What is the same on all three: Taro's own calls behave alike there. */

export const storage: KeyValueStorage = {
  read(key) {
    const value: unknown = Taro.getStorageSync(key)
    return value === '' || value === undefined ? null : value
  },
  write: (key, value) => Taro.setStorageSync(key, value),
  remove: (key) => Taro.removeStorageSync(key),
}

export const navigation: Navigation = {
  toGoods: () => detach(Taro.reLaunch({ url: '/pages/goods/index' })),
  toCheckout(orderNo) {
    const query = orderNo === undefined ? '' : `?orderNo=${encodeURIComponent(orderNo)}`
    detach(Taro.navigateTo({ url: `/pages/checkout/index${query}` }))
  },
  back: () => detach(Taro.navigateBack()),
  toResult: (orderNo) => detach(Taro.redirectTo({ url: `/pages/result/index?orderNo=${encodeURIComponent(orderNo)}` })),
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await Taro.setClipboardData({ data: text })
    return true
  } catch {
    return false
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
 * Reads the text of a failed pay call. Older clients say `requestPayment:cancel`, all others `…:fail cancel`; a wrong
 * signature ends in the same text.
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

/** A navigation that the host refuses (a second tap, a full page stack) leaves the payer where he is. */
function detach(navigated: Promise<unknown>): void {
  navigated.catch((error: unknown) => console.warn(`navigation: ${messageOf(error)}`))
}

import Taro from '@tarojs/taro'
import './style-qq.scss'
import {
  appearance,
  chooseAddress,
  copyText,
  setBar,
  forbidsVirtualGoods,
  loginCode,
  messageOf,
  mismatch,
  navigation,
  storage,
  toPayOutcome,
  vibrate,
  watchNetwork,
} from './shared'
import type { Platform } from './types'

/** QQ's own object: Taro's wrapper does not show whether the host really has a call. */
declare const qq: { readonly requestWxPayment?: unknown; canIUse?(schema: string): boolean } | undefined

const webViewPage = '/packages/web-view/index'

/** Answers whether this QQ can open WeChat Pay. Versions without the call are still in use. */
function canRequestWxPayment(): boolean {
  if (typeof qq === 'undefined' || typeof qq.requestWxPayment !== 'function') return false
  return typeof Taro.requestWxPayment === 'function'
}

export const platform = {
  name: 'qq',
  hostName: 'QQ',
  canContact: true,
  accepts: () => (canRequestWxPayment() ? ['requestWxPayment', 'webView'] : ['webView']),
  loginCode,
  async pay(invocation, orderNo) {
    if (invocation.kind === 'webView') {
      const { h5Url, orderPageUrl } = invocation
      const query = { orderNo, h5Url, orderPageUrl }
      const pairs = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
      try {
        await Taro.navigateTo({ url: `${webViewPage}?${pairs.join('&')}` })
        return 'left'
      } catch (error) {
        return { failed: true, message: messageOf(error) }
      }
    }
    if (invocation.kind !== 'requestWxPayment') return mismatch(invocation.kind)
    const { h5Url, referer } = invocation
    try {
      const called = Taro.requestWxPayment?.({ url: h5Url, referer, Referer: referer })
      // Where the host lacks the call, Taro's replacement warns and returns undefined: awaiting it would look like success.
      if (called === undefined) return { failed: true, message: 'requestWxPayment is missing' }
      await called
      // `requestWxPayment:ok` means that the window was closed, not that the payer paid.
      return 'left'
    } catch (error) {
      return toPayOutcome(error)
    }
  },
  forbidsVirtualGoods,
  appearance,
  setBar,
  watchNetwork,
  chooseAddress,
  onPrivacyNeeded: () => undefined,
  privacyContract: () => null,
  copyText,
  vibrate,
  storage,
  navigation,
} satisfies Platform

import './style-h5.scss'
import { manageKeysAndFocus } from './browser-focus'
import { toRedirectUrl } from './redirect-url'
import { copyText, mismatch, navigation, storage } from './shared'
import type { Platform } from './types'

const standardFontPx = 16

/** The size of type that the user set in the browser. A page that sets its root's size cannot read it in another way. */
function fontScale(): number {
  const probe = document.createElement('div')
  probe.style.font = 'medium sans-serif'
  document.body.append(probe)
  const px = Number.parseFloat(window.getComputedStyle(probe).fontSize)
  probe.remove()
  return px > 0 ? px / standardFontPx : 1
}

manageKeysAndFocus()

export const platform = {
  name: 'h5',
  hostName: '浏览器',
  canContact: false,
  accepts: () => ['redirect'],
  loginCode: async () => null,
  async pay(invocation, orderNo) {
    if (invocation.kind !== 'redirect') return mismatch(invocation.kind)
    window.location.assign(toRedirectUrl(invocation.h5Url, window.location.origin, orderNo))
    return 'left'
  },
  forbidsVirtualGoods: () => false,
  appearance: () => ({ language: window.navigator.language, fontScale: fontScale() }),
  setBar(title, theme) {
    document.title = title
    document.documentElement.lang = /[一-鿿]/.test(title) ? 'zh-CN' : 'en'
    document.documentElement.style.colorScheme = theme ?? 'light dark'
  },
  watchNetwork(listener) {
    const online = (): void => listener(true)
    const offline = (): void => listener(false)
    window.addEventListener('online', online)
    window.addEventListener('offline', offline)
    return () => {
      window.removeEventListener('online', online)
      window.removeEventListener('offline', offline)
    }
  },
  chooseAddress: async () => 'unsupported',
  onPrivacyNeeded: () => undefined,
  privacyContract: () => null,
  copyText,
  vibrate: () => undefined,
  storage,
  navigation,
} satisfies Platform

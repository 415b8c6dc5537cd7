import './style-h5.scss'
import { toRedirectUrl } from './redirect-url'
import { copyText, mismatch, navigation, storage } from './shared'
import type { Platform } from './types'

export const platform = {
  name: 'h5',
  hostName: '浏览器',
  accepts: () => ['redirect'],
  loginCode: async () => null,
  async pay(invocation, orderNo) {
    if (invocation.kind !== 'redirect') return mismatch(invocation.kind)
    window.location.assign(toRedirectUrl(invocation.h5Url, window.location.origin, orderNo))
    return 'left'
  },
  copyText,
  storage,
  navigation,
} satisfies Platform

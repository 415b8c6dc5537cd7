import './style-h5.scss'
import { copyText, mismatch, navigation, storage } from './shared'
import type { Platform } from './types'

export const platform = {
  name: 'h5',
  hostName: '浏览器',
  accepts: () => ['redirect'],
  loginCode: async () => null,
  async pay(invocation, orderNo) {
    if (invocation.kind !== 'redirect') return mismatch(invocation.kind)
    const resultPage = `${window.location.origin}/pages/result/index?orderNo=${encodeURIComponent(orderNo)}`
    // Without redirect_url WeChat Pay comes back to this page; with one that is not encoded it refuses the payment.
    window.location.assign(`${invocation.h5Url}&redirect_url=${encodeURIComponent(resultPage)}`)
    return 'left'
  },
  copyText,
  storage,
  navigation,
} satisfies Platform

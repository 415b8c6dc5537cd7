import Taro from '@tarojs/taro'
import './style-weapp.scss'
import { copyText, loginCode, mismatch, navigation, storage, toPayOutcome } from './shared'
import type { Platform } from './types'

export const platform = {
  name: 'weapp',
  hostName: '微信',
  accepts: () => ['requestPayment'],
  loginCode,
  async pay(invocation) {
    if (invocation.kind !== 'requestPayment') return mismatch(invocation.kind)
    const { timeStamp, nonceStr, package: prepay, signType, paySign } = invocation
    try {
      await Taro.requestPayment({ timeStamp, nonceStr, package: prepay, signType, paySign })
      return 'ok'
    } catch (error) {
      return toPayOutcome(error)
    }
  },
  copyText,
  storage,
  navigation,
} satisfies Platform

import Taro from '@tarojs/taro'
import './style-weapp.scss'
import {
  appearance,
  chooseAddress,
  copyText,
  setBar,
  forbidsVirtualGoods,
  loginCode,
  mismatch,
  navigation,
  storage,
  toPayOutcome,
  vibrate,
  watchNetwork,
} from './shared'
import type { Platform } from './types'

export const platform = {
  name: 'weapp',
  hostName: '微信',
  canContact: true,
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
  forbidsVirtualGoods,
  appearance,
  setBar,
  watchNetwork,
  chooseAddress,
  onPrivacyNeeded(listener) {
    // Versions that never ask for consent lack the call.
    if (typeof Taro.onNeedPrivacyAuthorization !== 'function') return
    Taro.onNeedPrivacyAuthorization((resolve) =>
      listener((isAgreed) => resolve(isAgreed ? { event: 'agree', buttonId: 'privacy-agree' } : { event: 'disagree' })),
    )
  },
  privacyContract() {
    const { openPrivacyContract } = Taro as Partial<typeof Taro>
    if (typeof openPrivacyContract !== 'function') return null
    return () => void openPrivacyContract({ fail: ({ errMsg }) => console.warn(errMsg) })
  },
  copyText,
  vibrate,
  storage,
  navigation,
} satisfies Platform

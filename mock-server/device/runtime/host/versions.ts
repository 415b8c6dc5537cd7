import type { HostName } from '../../packed-app'

/**
 * Which base library (基础库) brought what. `first`: the oldest one; null: none has it. Versions of WeChat are those of its
 * documentation; QQ's manual names none for these calls, so a QQ has them always or never.
 */
type First = Readonly<Record<HostName, string | null>>

/** Before everything that is numbered. */
const always = '1.0.0'

const both = (weapp: string): First => ({ weapp, qq: always })
/** UNVERIFIED: that QQ lacks it. Its manual of 2020 does not list it. */
const weChatOnly = (weapp: string): First => ({ weapp, qq: null })

/**
 * Calls that are younger than the first base library. A call that is not here is as old as its host.
 * @see https://www.npmjs.com/package/miniprogram-api-typings WeChat's own types, which name the version of each call
 * @see https://www.w3cschool.cn/qqxiaochengxu/ a copy of QQ's manual, 2020
 */
export const firstVersions: Readonly<Record<string, First>> = {
  reLaunch: both('1.1.0'),
  setNavigationBarColor: both('1.4.0'),
  stopPullDownRefresh: both('1.5.0'),
  pageScrollTo: both('1.4.0'),
  showLoading: both('1.1.0'),
  hideLoading: both('1.1.0'),
  setClipboardData: both('1.1.0'),
  getClipboardData: both('1.1.0'),
  vibrateShort: both('1.2.0'),
  nextTick: both('2.2.3'),
  createSelectorQuery: both('1.4.0'),
  chooseAddress: both('1.1.0'),
  canIUse: both('1.1.1'),
  getMenuButtonBoundingClientRect: both('2.1.0'),
  getAccountInfoSync: both('2.2.2'),
  getLaunchOptionsSync: both('2.1.2'),
  getEnterOptionsSync: weChatOnly('2.9.4'),
  onAppShow: both('2.1.2'),
  offAppShow: both('2.1.2'),
  onAppHide: both('2.1.2'),
  offAppHide: both('2.1.2'),
  onNetworkStatusChange: both('1.1.0'),
  offNetworkStatusChange: weChatOnly('2.9.3'),
  getWindowInfo: weChatOnly('2.20.1'),
  getAppBaseInfo: weChatOnly('2.20.1'),
  getDeviceInfo: weChatOnly('2.20.1'),
  onNeedPrivacyAuthorization: weChatOnly('2.32.3'),
  openPrivacyContract: weChatOnly('2.32.3'),
  getPrivacySetting: weChatOnly('2.32.3'),
  requirePrivacyAuthorize: weChatOnly('2.32.3'),
}

/**
 * What is no call. `virtualHost`: a component without an element of its own; below it the extra element stays. `isolation…`:
 * where a component says that styles of its page reach it.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/custom-component/wxml-wxss.html
 * @see https://github.com/inNENU/miniapp-v5-archive QQ: no dark theme, no `virtualHost`, no `styleIsolation` in JSON
 */
const firstFeatures = {
  virtualHost: weChatOnly('2.11.2'),
  darkmode: weChatOnly('2.11.0'),
  privacyConsent: weChatOnly('2.32.3'),
  lazyCodeLoading: weChatOnly('2.11.1'),
  isolationInJson: weChatOnly('2.10.1'),
  isolationInScript: both('2.6.5'),
} as const

export type Feature = keyof typeof firstFeatures

/** A host by its name and its base library. */
export interface HostVersion {
  readonly platform: HostName
  readonly sdkVersion: string
}

/** What the phones run unless they are told otherwise. */
export const defaultSdkVersions: Readonly<Record<HostName, string>> = { weapp: '3.5.8', qq: '1.61.0' }

export function hasCall(name: string, host: HostVersion): boolean {
  return isThere(firstVersions[name], host)
}

export function hasFeature(name: Feature, host: HostVersion): boolean {
  return isThere(firstFeatures[name], host)
}

function isThere(first: First | undefined, { platform, sdkVersion }: HostVersion): boolean {
  if (first === undefined) return true
  const oldest = first[platform]
  return oldest !== null && compareVersions(sdkVersion, oldest) >= 0
}

/** Below zero when the first is older. Numbers are compared as numbers: 1.11.0 is younger than 1.9.9. */
export function compareVersions(one: string, other: string): number {
  const parts = [one, other].map((version) => version.split('.').map(Number))
  const [left = [], right = []] = parts
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

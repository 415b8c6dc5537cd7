import { createCall, type ApiTable } from '../call'
import type { HostContext } from './context'
import { hasFeature } from './versions'

/** What differs between the two hosts in their answers. */
export interface HostFacts {
  readonly version: string
  /** `AppPlatform` of QQ; WeChat has none. */
  readonly appPlatform?: string
}

const standardFontPx = 16

/** What an app may ask about device, window, host and how it was opened. */
export function systemCalls(context: HostContext, facts: HostFacts): ApiTable {
  const { instance, options, version, packed, appid, network } = context
  const { scope } = instance
  const isThemed = packed.appConfig.darkmode && hasFeature('darkmode', version)

  const device =
    options.system === 'ios'
      ? { brand: 'devtools', model: 'iPhone 14', system: 'iOS 17.6', platform: 'ios', pixelRatio: 3 }
      : { brand: 'devtools', model: 'Pixel 7', system: 'Android 14', platform: 'android', pixelRatio: 3 }
  const base = () => ({
    SDKVersion: options.sdkVersion,
    version: facts.version,
    language: options.language,
    fontSizeSetting: standardFontPx * options.fontScale,
    ...(isThemed && { theme: options.theme }),
    ...(facts.appPlatform !== undefined && { AppPlatform: facts.appPlatform }),
  })
  const window = () => {
    const { screenWidth, screenHeight, statusBarHeight, windowHeight, bottomInset } = context.measures()
    const bottom = screenHeight - bottomInset
    return {
      pixelRatio: device.pixelRatio,
      screenWidth,
      screenHeight,
      windowWidth: screenWidth,
      windowHeight,
      statusBarHeight,
      safeArea: {
        left: 0,
        right: screenWidth,
        top: statusBarHeight,
        bottom,
        width: screenWidth,
        height: bottom - statusBarHeight,
      },
    }
  }
  const system = () => ({ ...device, ...window(), ...base() })
  const on = (event: string) => (listener: (value: unknown) => void) => void instance.listeners(event).add(listener)
  const off = (event: string) => (listener?: (value: unknown) => void) => {
    if (listener === undefined) instance.listeners(event).clear()
    else instance.listeners(event).delete(listener)
  }
  const networkAnswer = () => ({ networkType: network.type() })

  return {
    getSystemInfoSync: system,
    getSystemInfo: createCall('getSystemInfo', scope, system),
    getWindowInfo: window,
    getAppBaseInfo: base,
    getDeviceInfo: () => ({ ...device }),
    getMenuButtonBoundingClientRect: () => {
      const { screenWidth, statusBarHeight } = context.measures()
      const right = screenWidth - 7
      const top = statusBarHeight + 4
      return { width: 87, height: 32, top, bottom: top + 32, right, left: right - 87 }
    },
    getAccountInfoSync: () => ({ miniProgram: { appId: appid, envVersion: 'develop', version: '' } }),
    getLaunchOptionsSync: () => instance.launchOptions,
    getEnterOptionsSync: () => instance.launchOptions,
    onAppShow: on('appShow'),
    offAppShow: off('appShow'),
    onAppHide: on('appHide'),
    offAppHide: off('appHide'),
    getNetworkType: createCall('getNetworkType', scope, networkAnswer),
    onNetworkStatusChange: on('networkStatusChange'),
    offNetworkStatusChange: off('networkStatusChange'),
  }
}

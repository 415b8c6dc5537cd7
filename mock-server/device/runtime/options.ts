import type { HostName } from '../packed-app'
import { defaultSdkVersions } from './host/versions'
import type { PhoneOptions } from './types'

/** Fills in what was not chosen: a strict real phone. */
export function withDefaults(platform: HostName, options: PhoneOptions = {}): Required<PhoneOptions> {
  return {
    sdkVersion: options.sdkVersion ?? defaultSdkVersions[platform],
    lacks: options.lacks ?? [],
    requestDomains: options.requestDomains ?? [],
    storage: options.storage ?? 'normal',
    cashierEvents: options.cashierEvents ?? 'of-system',
    walletExit: options.walletExit ?? 'reported',
    requestWxPayment: options.requestWxPayment ?? 'present',
    webView: options.webView ?? 'business-domains',
    webViewReferer: options.webViewReferer ?? null,
    businessDomains: options.businessDomains ?? [],
    theme: options.theme ?? 'light',
    fontScale: options.fontScale ?? 1,
    language: options.language ?? 'zh_CN',
    system: options.system ?? 'ios',
    privacy: options.privacy ?? 'agreed',
  }
}

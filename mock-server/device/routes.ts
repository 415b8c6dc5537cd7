import { bundlePhone } from './bundle'
import { readPhoneQuery, renderPhonePage } from './frame/page'
import { packMiniProgram, PackError } from './pack'
import type { HostName } from './packed-app'

export interface PhoneAsset {
  readonly contentType: string
  readonly body: string
}

export interface PhoneRoutesOptions {
  /** Folders of the compiled mini programs. */
  readonly dist: Readonly<Record<HostName, string>>
  /** The appids that the simulators know. */
  readonly appids: Readonly<Record<HostName, string>>
  /** Origin of the shop: a request domain of both apps, and the `Referer` of a web-view that may open anything. */
  readonly shop?: string
}

const html = 'text/html; charset=utf-8'
const json = 'application/json; charset=utf-8'

/**
 * Answers the phones' pages and scripts.
 * @returns the asset of a path under `/phone/`, or null where there is none
 */
export function createPhoneRoutes(
  options: PhoneRoutesOptions,
): (path: string, query: URLSearchParams) => Promise<PhoneAsset | null> {
  const page = (platform: HostName, query: URLSearchParams): PhoneAsset => ({
    contentType: html,
    body: renderPhonePage({
      platform,
      appid: options.appids[platform],
      ...(options.shop !== undefined && { webViewReferer: options.shop, requestDomains: [options.shop] }),
      ...readPhoneQuery(query),
    }),
  })
  const packed = async (platform: HostName): Promise<PhoneAsset> => ({
    contentType: json,
    body: JSON.stringify(await packMiniProgram({ dist: options.dist[platform], platform })),
  })
  const routes: Readonly<Record<string, (query: URLSearchParams) => PhoneAsset | Promise<PhoneAsset>>> = {
    '/phone/weapp': (query) => page('weapp', query),
    '/phone/qq': (query) => page('qq', query),
    '/phone/packed/weapp.json': () => packed('weapp'),
    '/phone/packed/qq.json': () => packed('qq'),
    '/phone/phone.js': async () => ({
      contentType: 'text/javascript; charset=utf-8',
      body: (await bundlePhone()).js,
    }),
    '/phone/phone.css': async () => ({ contentType: 'text/css; charset=utf-8', body: (await bundlePhone()).css }),
  }
  return async (path, query) => {
    try {
      return (await routes[path]?.(query)) ?? null
    } catch (error) {
      // A person reads this where the phone should be.
      if (error instanceof PackError) return { contentType: 'text/plain; charset=utf-8', body: error.message }
      throw error
    }
  }
}

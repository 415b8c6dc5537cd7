import type { HostName } from '../packed-app'

/** What the server passes to the page of a phone. */
export interface PhonePageOptions {
  readonly platform: HostName
  /** The appid that the platform knows. Default: the one in the build. */
  readonly appid?: string
  /** Default 'payer-1'. */
  readonly user?: string
  readonly requestWxPayment?: 'present' | 'missing'
  readonly webView?: 'business-domains' | 'open' | 'silent'
  /** `Referer` of an open web-view. */
  readonly webViewReferer?: string
  readonly theme?: 'light' | 'dark'
  /** 1 to 1.5. */
  readonly fontScale?: number
  readonly language?: string
  readonly system?: 'ios' | 'android'
  readonly privacy?: 'agreed' | 'ask'
}

const titles: Readonly<Record<HostName, string>> = { weapp: '微信小程序', qq: 'QQ 小程序' }

/** The page that shows one phone. Fills whatever it is framed in; alone on a wide screen it is as large as a phone. */
export function renderPhonePage(options: PhonePageOptions): string {
  const settings = JSON.stringify(options).replace(/</g, '\\u003c')
  return `<!doctype html>
<html lang="zh-CN" data-theme="${options.theme ?? 'light'}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <meta name="referrer" content="same-origin" />
    <title>${titles[options.platform]}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/phone/phone.css" />
  </head>
  <body>
    <div id="phone-mount"></div>
    <script type="application/json" id="phone-settings">${settings}</script>
    <script src="/phone/phone.js"></script>
  </body>
</html>
`
}

/** Reads the options of a phone from a page's query. What is not understood is left out. */
export function readPhoneQuery(query: URLSearchParams): Omit<PhonePageOptions, 'platform'> {
  const scale = Number(query.get('fontScale') ?? '1')
  return {
    ...(/^[\w-]{1,64}$/.test(query.get('user') ?? '') && { user: query.get('user') ?? undefined }),
    ...(query.get('requestWxPayment') === 'missing' && { requestWxPayment: 'missing' as const }),
    ...(query.get('webView') === 'open' && { webView: 'open' as const }),
    ...(query.get('webView') === 'silent' && { webView: 'silent' as const }),
    ...(/^[a-z]{2}(_[A-Z]{2})?$/.test(query.get('language') ?? '') && { language: query.get('language') ?? undefined }),
    ...(query.get('system') === 'android' && { system: 'android' as const }),
    ...(query.get('privacy') === 'ask' && { privacy: 'ask' as const }),
    theme: query.get('theme') === 'dark' ? 'dark' : 'light',
    fontScale: scale >= 1 && scale <= 1.5 ? scale : 1,
  }
}

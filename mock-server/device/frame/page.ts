import type { HostName } from '../packed-app'
import type { PhoneOptions } from '../runtime/types'

/** What the server passes to the page of a phone. */
export interface PhonePageOptions extends PhoneOptions {
  readonly platform: HostName
  /** The appid that the platform knows. Default: the one in the build. */
  readonly appid?: string
  /** Default 'payer-1'. */
  readonly user?: string
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

/** What a query may choose, beside the default: each value as it is written. */
const choices = {
  requestWxPayment: ['missing'],
  webView: ['open', 'silent'],
  system: ['android'],
  privacy: ['ask', 'undeclared'],
  requestDomains: ['any'],
  storage: ['full', 'forbidden'],
  cashierEvents: ['show-first', 'never-shown', 'shown-early'],
  walletExit: ['silent'],
} as const satisfies { readonly [name in keyof PhoneOptions]: readonly PhoneOptions[name][] }

/** What a query may write itself. */
const written = { user: /^[\w-]{1,64}$/, language: /^[a-z]{2}(_[A-Z]{2})?$/, sdkVersion: /^\d+(\.\d+){0,2}$/ } as const

const callName = /^[A-Za-z]{1,64}$/

/** Reads the options of a phone from a page's query. What is not understood is left out. */
export function readPhoneQuery(query: URLSearchParams): Omit<PhonePageOptions, 'platform'> {
  const scale = Number(query.get('fontScale') ?? '1')
  const lacks = (query.get('lacks') ?? '').split(',').filter((name) => callName.test(name))
  const chosen = Object.entries(choices).flatMap(([name, values]) => {
    const value = values.find((one) => one === query.get(name))
    return value === undefined ? [] : [[name, value] as const]
  })
  const own = Object.entries(written).flatMap(([name, pattern]) => {
    const value = query.get(name)
    return value !== null && pattern.test(value) ? [[name, value] as const] : []
  })
  return {
    ...Object.fromEntries([...chosen, ...own]),
    ...(lacks.length > 0 && { lacks }),
    theme: query.get('theme') === 'dark' ? 'dark' : 'light',
    fontScale: scale >= 1 && scale <= 1.5 ? scale : 1,
  }
}

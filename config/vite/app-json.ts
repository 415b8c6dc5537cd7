import { readFileSync } from 'node:fs'
import path from 'node:path'

type Target = 'weapp' | 'qq'

interface Subpackage {
  readonly root: string
  readonly pages: readonly string[]
}

/** What this plugin reads and writes of app.json. */
export interface AppJson {
  subPackages?: readonly Subpackage[]
  subpackages?: readonly Subpackage[]
  window?: Record<string, unknown>
  [key: string]: unknown
}

/** Values of `@name` in app.json, as theme.json has them for the light theme. */
type ThemeValues = Readonly<Record<string, string>>

export interface AppJsonOptions {
  readonly target: Target
  readonly hasWallet: boolean
}

interface TaroContext {
  readonly paths: { readonly sourcePath: string }
  modifyAppConfig(change: (given: { readonly appConfig: AppJson }) => void): void
}

/**
 * Keys that QQ's manual knows. An app.json written for WeChat does not compile there.
 * @see https://www.w3cschool.cn/qqxiaochengxu/qqxiaochengxu-al7s37vx.html a copy of QQ's manual, 2020
 * @see https://github.com/inNENU/miniapp-v5-archive what a published app met with
 */
export const qqKeys: readonly string[] = [
  'pages',
  'window',
  'tabBar',
  'networkTimeout',
  'debug',
  'subpackages',
  'workers',
  'requiredBackgroundModes',
  'preloadRule',
  'navigateToMiniProgramAppIdList',
  'groupIdList',
  'permission',
]

/** The page of the simulated wallet, a package of its own. A build without it never sees its code. */
const walletPackage: Subpackage = { root: 'packages/wallet', pages: ['index'] }

/** The way to pay of a QQ without `requestWxPayment`. WeChat has `requestPayment` always. */
const webViewPackage: Subpackage = { root: 'packages/web-view', pages: ['index'] }

/**
 * Taro plugin: app.json as each host knows it. One plugin for all changes: the runner does not wait for a second one before
 * it looks for pages.
 */
export default function appJson(ctx: TaroContext, options: AppJsonOptions): void {
  ctx.modifyAppConfig(({ appConfig }) => {
    const theme = readTheme(ctx.paths.sourcePath, appConfig['themeLocation'])
    const changed = toHostAppJson(appConfig, theme, options)
    for (const key of Object.keys(appConfig)) if (!(key in changed)) delete appConfig[key]
    Object.assign(appConfig, changed)
  })
}

/** @returns a new app.json; what is given stays as it is */
export function toHostAppJson(given: AppJson, theme: ThemeValues, { target, hasWallet }: AppJsonOptions): AppJson {
  const packages = [
    ...(given.subPackages ?? []),
    ...(target === 'qq' ? [webViewPackage] : []),
    ...(hasWallet ? [walletPackage] : []),
  ]
  return target === 'qq' ? forQq(given, theme, packages) : forWeChat(given, packages)
}

/**
 * Without `requiredPrivateInfos` WeChat refuses to open the address book. With `lazyCodeLoading` the code of a page runs
 * when the page opens, not at the launch.
 * @see https://developers.weixin.qq.com/miniprogram/dev/reference/configuration/app.html
 */
function forWeChat(given: AppJson, subPackages: readonly Subpackage[]): AppJson {
  return {
    ...given,
    subPackages,
    requiredPrivateInfos: ['chooseAddress'],
    lazyCodeLoading: 'requiredComponents',
  }
}

/** QQ has no dark mode and no theme.json: its colours are those of the light theme, as they are. */
function forQq(given: AppJson, theme: ThemeValues, subpackages: readonly Subpackage[]): AppJson {
  const plain = (value: unknown): unknown =>
    typeof value === 'string' && value.startsWith('@') ? theme[value.slice(1)] : value
  const window = Object.fromEntries(Object.entries(given.window ?? {}).map(([key, value]) => [key, plain(value)]))
  const known = Object.entries({ ...given, window, subpackages }).filter(([key]) => qqKeys.includes(key))
  return Object.fromEntries(known)
}

function readTheme(sourcePath: string, location: unknown): ThemeValues {
  if (typeof location !== 'string') return {}
  const { light } = JSON.parse(readFileSync(path.join(sourcePath, location), 'utf8')) as { readonly light: ThemeValues }
  return light
}

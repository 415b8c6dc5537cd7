/** A compiled mini program as one JSON value: what the runtime needs and nothing else. */
export interface PackedApp {
  readonly platform: HostName
  /** From the project file next to the build; '' where there is none. */
  readonly appid: string
  readonly appConfig: AppConfig
  /** Values of `@name` in app.json, by theme (theme.json). */
  readonly themes: { readonly light: Record<string, string>; readonly dark: Record<string, string> }
  /** Static JSON of pages and components, by path without extension. */
  readonly configs: Readonly<Record<string, PageConfig>>
  /** Script sources by path with extension (`pages/goods/index.js`). */
  readonly scripts: Readonly<Record<string, string>>
  /** One JavaScript expression: path to template generator. */
  readonly templates: string
  /** Plain CSS: `app` for all pages, then by path without extension. */
  readonly styles: Readonly<Record<string, string>>
}

export type HostName = 'weapp' | 'qq'

export interface WindowConfig {
  readonly navigationBarTitleText?: string
  readonly navigationBarBackgroundColor?: string
  readonly navigationBarTextStyle?: string
  readonly navigationStyle?: string
  readonly backgroundColor?: string
  readonly onReachBottomDistance?: number
  readonly [key: string]: unknown
}

export interface TabBarConfig {
  readonly color?: string
  readonly selectedColor?: string
  readonly backgroundColor?: string
  readonly list: readonly { readonly pagePath: string; readonly text: string }[]
}

export interface AppConfig {
  /** All pages, those of subpackages with their root in front. The first is the entry. */
  readonly pages: readonly string[]
  /** How many of them, from the first, are in the main package. */
  readonly mainPages: number
  /** The app wants the code of a page to run when the page opens, not at the launch. */
  readonly lazyCodeLoading: boolean
  readonly window: WindowConfig
  readonly tabBar?: TabBarConfig
  readonly darkmode: boolean
  /** What WeChat may be asked for: names of calls. */
  readonly requiredPrivateInfos: readonly string[]
}

export interface PageConfig extends WindowConfig {
  readonly component?: boolean
  /** Which styles from outside reach a component. */
  readonly styleIsolation?: string
  readonly usingComponents?: Record<string, string>
}

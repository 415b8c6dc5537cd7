/**
 * What of the hosts' components and calls the app uses. Taro brings its whole catalogue into every package, and knows no
 * `aria-*`: with this table instead the attributes of accessibility reach the phone, and about 20 KB do not.
 * @see https://developers.weixin.qq.com/miniprogram/dev/component/aria-component.html
 */

/**
 * Attributes for screen readers, on every View.
 * UNVERIFIED: that QQ reads more of them than a button's `aria-label`, and that either host reads `aria-live`.
 */
export const ariaAttributes = [
  'aria-role',
  'aria-label',
  'aria-checked',
  'aria-disabled',
  'aria-hidden',
  'aria-live',
  'aria-modal',
  'aria-selected',
] as const

const attributes = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, '']))

/** Attributes and events by component: '' without a default, else the default as a template expression. */
export const miniComponents: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  View: { 'hover-class': "'none'", ...attributes(...ariaAttributes) },
  Text: {},
  // Taro's table of names breaks without it.
  Image: {},
  Button: attributes('open-type', 'hover-class', 'bindAgreePrivacyAuthorization'),
  Input: {
    maxlength: '140',
    // The hosts' own grey is below 4.5:1. Style files of the platforms hold its colour.
    'placeholder-class': "'hint'",
    ...attributes('value', 'type', 'placeholder', 'disabled', 'aria-label', 'bindInput', 'bindBlur'),
  },
  WebView: attributes('src', 'bindError'),
}

/** Calls of the host that are asked for a promise. Everything else of the host is there as it is. */
export const promisedCalls = [
  'chooseAddress',
  'getNetworkType',
  'login',
  'navigateBack',
  'navigateTo',
  'reLaunch',
  'redirectTo',
  'requestPayment',
  'requestWxPayment',
  'setClipboardData',
  'setNavigationBarColor',
  'setNavigationBarTitle',
  'stopPullDownRefresh',
] as const

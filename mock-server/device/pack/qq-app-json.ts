/**
 * Keys of app.json that QQ's manual names.
 * @see https://www.w3cschool.cn/qqxiaochengxu/qqxiaochengxu-al7s37vx.html a copy of QQ's manual, 2020
 */
const known = new Set([
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
])

/**
 * Finds what QQ does not know in an app.json: keys, and colours named `@name`, because QQ has no theme.json.
 * UNVERIFIED: the wording of QQ's compiler. UNVERIFIED: QQ may also ignore `@name` instead of refusing it.
 * @see https://github.com/inNENU/miniapp-v5-archive an app.json as for WeChat does not compile in QQ
 */
export function findUnknownToQq(appJson: Readonly<Record<string, unknown>>): readonly string[] {
  const window = (appJson['window'] ?? {}) as Readonly<Record<string, unknown>>
  const themed = Object.entries(window).filter(([, value]) => typeof value === 'string' && value.startsWith('@'))
  return [
    ...Object.keys(appJson).filter((key) => !known.has(key)),
    ...themed.map(([key, value]) => `window.${key} "${String(value)}"`),
  ]
}

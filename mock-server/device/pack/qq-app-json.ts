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
 * What of an app.json QQ does not know: keys, and `@name` in place of a colour, which means a theme.json that QQ has not.
 * UNVERIFIED: the words of its compiler, and that it refuses `@name` rather than ignore it.
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

/** Where the merchant's API answers, when the build is not told otherwise. A browser asks its own origin. */
const defaultApiBase: Record<string, string> = {
  weapp: 'https://shop.example',
  qq: 'https://shop.example',
  h5: '',
}

/** Names the folder that one target is built into. */
export function outputRootOf(target: string): string {
  return `dist/${target}`
}

/** Reads `TARO_APP_API_BASE`: an origin without a trailing slash, or empty for "same origin" (h5 only). */
export function readApiBase(target: string): string {
  const given = process.env.TARO_APP_API_BASE ?? defaultApiBase[target] ?? ''
  if (given === '' && target === 'h5') return given
  if (!/^https?:\/\/[^/?#]+$/.test(given)) {
    throw new Error(`TARO_APP_API_BASE: expected an origin such as https://shop.example, found "${given}"`)
  }
  return given
}

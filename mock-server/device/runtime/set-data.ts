/** Writes setData paths as glass-easel reads them: Taro says `root.cn.[0].v`, which WeChat's own parser takes, too. */
export function toDataPath(key: string): string {
  return key.replace(/\.\[/g, '[')
}

/**
 * Copies what crosses to the view, as a host does: through JSON. Functions and undefined get lost, dates become text, and
 * the app can go on changing its own objects.
 */
export function toViewData(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copied: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(data)) {
    const text = JSON.stringify(value)
    copied[toDataPath(key)] = text === undefined ? undefined : (JSON.parse(text) as unknown)
  }
  return copied
}

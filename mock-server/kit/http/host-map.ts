/** Where a company finds the others: real origins (`https://api.q.qq.com`) to local ones. What is not listed stays as it is. */
export interface HostMap {
  /** Replaces the origin of an address where it is listed. */
  resolve(url: string): string
  /** Whether the origin of an address is listed. */
  has(url: string): boolean
}

/** @throws when an entry is not an origin with a scheme */
export function createHostMap(entries: Readonly<Record<string, string>>): HostMap {
  const origins = new Map(Object.entries(entries).map(([from, to]) => [new URL(from).origin, new URL(to).origin]))
  return {
    has: (url) => origins.has(new URL(url).origin),
    resolve(url) {
      const { origin } = new URL(url)
      const to = origins.get(origin)
      // Cut, don't re-serialise: the target is signed exactly as it is written.
      return to === undefined
        ? url
        : to +
            url.slice(
              url.indexOf('/', url.indexOf('//') + 2) < 0 ? url.length : url.indexOf('/', url.indexOf('//') + 2),
            )
    },
  }
}

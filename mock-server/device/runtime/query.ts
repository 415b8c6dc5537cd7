/** The query of a page's address. Values stay as they were written: hosts do not decode them. */
export function parseQuery(text: string): Record<string, string> {
  const query: Record<string, string> = {}
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const cut = pair.indexOf('=')
    query[cut < 0 ? pair : pair.slice(0, cut)] = cut < 0 ? '' : pair.slice(cut + 1)
  }
  return query
}

/** Cuts `/pages/a/index?x=1` into path and query. */
export function splitUrl(url: string): { path: string; query: Record<string, string> } {
  const cut = url.indexOf('?')
  return { path: cut < 0 ? url : url.slice(0, cut), query: cut < 0 ? {} : parseQuery(url.slice(cut + 1)) }
}

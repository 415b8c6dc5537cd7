import fc from 'fast-check'

/** Text of every kind that has broken a parser somewhere. */
export const nastyText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e309',
    'NaN',
    'null',
    '__proto__',
    'constructor',
    '%00',
    '%zz',
    '../..',
    '\r\n',
    '\u0000',
    '𝟙',
    '<xml>',
    ']]>',
  ),
  fc.string({ minLength: 200, maxLength: 2000 }),
)

/** Objects that cannot become a text or a number: what JSON of a stranger may hold. */
const nastyObject = fc.constantFrom<unknown>(
  { toString: {} },
  { toString: null, valueOf: null },
  { length: -1, 0: 'x' },
  { then: {} },
  [[[[]]]],
)

/** A request as its parts: values of the path, of the query and of the body. */
export interface Parts {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>>
}

/** One thing that is wrong with a request. */
export interface Mistake {
  readonly at: number
  readonly value: unknown
  readonly kind: 'other' | 'missing' | 'extra'
}

export const mistake: fc.Arbitrary<Mistake> = fc.record({
  at: fc.nat(60),
  value: fc.oneof(nastyText, nastyObject, fc.jsonValue({ maxDepth: 2 }), fc.integer(), fc.double()),
  kind: fc.constantFrom('other', 'other', 'other', 'missing', 'extra'),
})

/** The same request with one mistake somewhere. What stands in a path or a query is text. */
export function spoil(parts: Parts, { at, value, kind }: Mistake): Parts {
  const copy = structuredClone(parts) as Record<'params' | 'query' | 'body', Record<string, unknown> | undefined>
  const places: { node: Record<string, unknown>; name: string; in: string }[] = []
  const walk = (node: Record<string, unknown>, where: string): void => {
    for (const [name, child] of Object.entries(node)) {
      places.push({ node, name, in: where })
      if (typeof child === 'object' && child !== null) walk(child as Record<string, unknown>, where)
    }
  }
  for (const where of ['params', 'query', 'body'] as const) if (copy[where]) walk(copy[where], where)
  const place = places[at % Math.max(places.length, 1)]
  if (place === undefined) return parts
  const wrong = place.in === 'body' ? value : typeof value === 'string' ? value : JSON.stringify(value)
  if (place.in === 'params' || kind === 'other') place.node[place.name] = wrong
  else if (kind === 'missing') delete place.node[place.name]
  else place.node['surprise'] = wrong
  return copy as Parts
}

/** A path such as `/orders/:number` with its values, and the query. */
export function toTarget(path: string, { params = {}, query = {} }: Parts): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_place, name: string) => encodeURIComponent(params[name] ?? '') || 'x')
  // fetch sends %27 for an apostrophe in a query, so that is what has to be signed.
  const encode = (text: string): string => encodeURIComponent(text).replaceAll("'", '%27')
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`)
  return pairs.length > 0 ? `${filled}?${pairs.join('&')}` : filled
}

/** XML of whatever values: what XML cannot carry is in it, too. */
export function toAnyXml(values: Readonly<Record<string, string>>): string {
  const elements = Object.entries(values).map(
    ([name, value]) => `<${name}><![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`,
  )
  return `<xml>${elements.join('')}</xml>`
}

import type { Alternative } from './search'

/** The texts that one and the same JSON value becomes in the serialisers that clients use. */
export function jsonForms(body: string): readonly Alternative[] {
  const twice: Alternative = {
    finding: 'BODY_TWICE_SERIALISED',
    what: 'the body serialised twice, as a JSON string in quotes',
    value: JSON.stringify(body),
  }
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    // What is no JSON was not serialised another way either.
    return [twice]
  }
  if (!isShallow(value, depthMax)) return [twice]
  const sorted = sortKeys(value)
  const form = (finding: Alternative['finding'], what: string, text: string): Alternative => ({
    finding,
    what: `the body ${what}`,
    value: text,
  })
  const compact = JSON.stringify(value)
  const spaced = toSpaced(value)
  return [
    form('BODY_RESERIALISED', 'as compact JSON', compact),
    form('BODY_RESERIALISED', 'as JSON with ", " and ": " between its parts', spaced),
    form('BODY_RESERIALISED', 'as JSON indented by two blanks', JSON.stringify(value, null, 2)),
    form('BODY_RESERIALISED', 'as JSON indented by four blanks', JSON.stringify(value, null, 4)),
    form('BODY_RESERIALISED', 'as JSON indented by tabs', JSON.stringify(value, null, '\t')),
    form('BODY_ESCAPED', 'as compact JSON with \\u escapes', toAscii(compact)),
    form('BODY_ESCAPED', 'as JSON with \\u escapes and ", " and ": " between its parts', toAscii(spaced)),
    form('BODY_ESCAPED', 'as compact JSON with \\/ for each slash', escapeSlashes(compact)),
    form('BODY_ESCAPED', 'as compact JSON with \\u escapes and \\/ for each slash', escapeSlashes(toAscii(compact))),
    form('BODY_ESCAPED', 'as compact JSON with <, > and & escaped', escapeHtml(compact)),
    form('BODY_SORTED', 'as compact JSON with sorted keys', JSON.stringify(sorted)),
    form('BODY_SORTED', 'as JSON with sorted keys and ", " and ": " between its parts', toSpaced(sorted)),
    form('BODY_SORTED', 'as compact JSON with sorted keys and \\u escapes', toAscii(JSON.stringify(sorted))),
    twice,
  ]
}

/** Deeper than any request: bounds the recursion. */
const depthMax = 32

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every((item) => isShallow(item, depth - 1))
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  // Integer-like keys come first in any JavaScript object: such bodies are not what clients send.
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, item]) => [name, sortKeys(item)]),
  )
}

/** As Python's `json.dumps` writes it, without its escapes. */
export function toSpaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toSpaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, item]) => `${JSON.stringify(name)}: ${toSpaced(item)}`)
    .join(', ')}}`
}

function toAscii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function escapeSlashes(json: string): string {
  return json.replace(/\//g, '\\/')
}

/** As Go's `json.Marshal` writes it. */
function escapeHtml(json: string): string {
  return json.replace(/[<>&]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`)
}

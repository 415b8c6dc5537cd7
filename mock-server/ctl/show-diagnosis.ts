import type { Json } from './servers'

/** Formats a diagnosis for people: its subject, its message, and both texts with a caret under their first difference. */
export function showDiagnosis(diagnosis: Json): string {
  const { at, finding, proved, message, expected, received, first_difference: index, subject } = diagnosis
  const head = [
    String(at).slice(11, 19),
    String(finding),
    proved === true ? '' : '(not proved)',
    text(subject),
    text(diagnosis['out_trade_no']),
  ]
  const lines = [head.filter((word) => word !== '').join(' '), `  ${text(message)}`]
  if (typeof expected === 'string' && typeof received === 'string' && typeof index === 'number') {
    const from = Math.max(0, index - shownBefore)
    lines.push(`  expected  ${cut(expected, from)}`, `  received  ${cut(received, from)}`)
    lines.push(`            ${' '.repeat(columns(cut(expected.slice(0, index), from)))}^`)
  } else if (typeof expected === 'string' && typeof received === 'string') {
    lines.push(`  expected  ${cut(expected, 0)}`, `  received  ${cut(received, 0)}`)
  }
  return lines.join('\n')
}

const shownBefore = 48
const shownChars = 96

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value)
}

const visible: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Cuts a text to one line and removes control characters, which a terminal would execute. */
function cut(value: string, from: number): string {
  const shown = value
    .slice(from, from + shownChars)
    .replace(/[\n\r\t]/g, (char) => visible[char] ?? char)
    .replace(/\p{Cc}/gu, '\u00b7')
  return (from > 0 ? '…' : '') + shown
}

/** The width of a text in a terminal, where Chinese characters take two columns each. */
function columns(value: string): number {
  return [...value].reduce(
    (sum, char) => sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/.test(char) ? 2 : 1),
    0,
  )
}

import { CtlError } from './find-env'
import type { Json, Servers } from './servers'

/** The output of a verb: a table for people, and the same as JSON for machines. */
export interface Said {
  readonly json: unknown
  readonly text: string
}

export interface Verb {
  readonly usage: string
  readonly does: string
  run(servers: Servers, args: readonly string[], env: ReadonlyMap<string, string>, options?: VerbOptions): Promise<Said>
}

/** Options of `pay`. */
export interface VerbOptions {
  readonly voucher?: string | undefined
  readonly kind?: string | undefined
}

export const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Reads `90s`, `15m`, `2h` or `1d` as seconds. @throws CtlError */
export function parseSeconds(text: string | undefined, verb: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text ?? '')
  const seconds = match ? Number(match[1]) * (unitSeconds[match[2] || 's'] ?? 1) : 0
  if (seconds <= 0)
    throw new CtlError(`${verb}: expected a time such as 15s, 5m, 2h or 1d, found ${text ?? 'nothing'}.`)
  return seconds
}

/** Formats rows in columns of equal width. */
export function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '(none yet)'
  const all = [head, ...rows]
  const widths = head.map((_name, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export const yuan = (fen: unknown): string => `¥${(Number(fen) / 100).toFixed(2)}`
export const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value))
export const list = (answer: Json, name: string): readonly Json[] => (answer[name] as readonly Json[] | undefined) ?? []

export function needed(args: readonly string[], verb: string, name: string): string {
  const [value] = args
  if (value === undefined) throw new CtlError(`${verb}: ${name} is missing. See: npm run ctl -- --help`)
  return value
}

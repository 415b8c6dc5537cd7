/** Reads fields of unknown JSON: each function answers a value of its type, or throws with the field's name. */

export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}

export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) throw new UnreadableError(`${name}: not inside an object`)
  return (value as Record<string, unknown>)[name]
}

export function textOf(value: unknown, name: string): string {
  const field = fieldOf(value, name)
  if (typeof field !== 'string') throw new UnreadableError(`${name}: expected text, found ${typeof field}`)
  return field
}

export function filledTextOf(value: unknown, name: string): string {
  const field = textOf(value, name)
  if (field === '') throw new UnreadableError(`${name}: empty`)
  return field
}

export function integerOf(value: unknown, name: string): number {
  const field = fieldOf(value, name)
  if (!Number.isSafeInteger(field)) throw new UnreadableError(`${name}: expected a whole number, found ${typeof field}`)
  return field as number
}

/** A whole number that only informs: null where there is none, so that no payment fails for it. */
export function integerOrNull(value: unknown, name: string): number | null {
  const field = fieldOf(value, name)
  return Number.isSafeInteger(field) ? (field as number) : null
}

export function listOf(value: unknown, name: string): readonly unknown[] {
  const field = fieldOf(value, name)
  if (!Array.isArray(field)) throw new UnreadableError(`${name}: expected a list, found ${typeof field}`)
  return field
}

/** Milliseconds of an RFC 3339 instant with an offset. */
export function instantOf(value: unknown, name: string): number {
  const field = textOf(value, name)
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(field) ? Date.parse(field) : NaN
  if (Number.isNaN(ms)) throw new UnreadableError(`${name}: expected RFC 3339`)
  return ms
}

import { ApiError } from '../http/api-error'

/** Readers of what clients send: everything is unknown until proven, and what nobody asked for is refused. */

export type Fields = Readonly<Record<string, unknown>>

/** Parses a JSON body into an object with no other fields than `known`. */
export function parseBody(body: unknown, contentType: string | undefined, known: readonly string[]): Fields {
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) throw new ApiError('UNSUPPORTED_MEDIA_TYPE')
  let value: unknown
  try {
    value = JSON.parse(Buffer.isBuffer(body) ? body.toString('utf8') : '')
  } catch (cause) {
    throw new ApiError('BAD_REQUEST', 'body', cause)
  }
  return parseFields(value, 'body', known)
}

export function parseFields(value: unknown, where: string, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ApiError('BAD_REQUEST', where)
  const foreign = Object.keys(value).find((key) => !known.includes(key))
  if (foreign !== undefined) throw new ApiError('BAD_REQUEST', foreign.slice(0, 64))
  return value as Fields
}

export function parseText(fields: Fields, name: string, pattern: RegExp): string {
  const value = fields[name]
  if (typeof value !== 'string' || !pattern.test(value)) throw new ApiError('BAD_REQUEST', name)
  return value
}

export function parseOneOf<T extends string>(fields: Fields, name: string, values: readonly T[]): T {
  const found = values.find((value) => value === fields[name])
  if (found === undefined) throw new ApiError('BAD_REQUEST', name)
  return found
}

export function parseList(fields: Fields, name: string, max: number): readonly unknown[] {
  const value = fields[name]
  if (!Array.isArray(value) || value.length > max) throw new ApiError('BAD_REQUEST', name)
  return value
}

/** A whole number in a query string, from 1 to `max`. */
export function parseCount(value: unknown, name: string, otherwise: number, max: number): number {
  if (value === undefined) return otherwise
  const count = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0
  if (count < 1 || count > max) throw new ApiError('BAD_REQUEST', name)
  return count
}

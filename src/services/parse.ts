import { ApiError } from './api-error'

/** Readers of unknown data: each checks one thing about a value, or reports which part is wrong. */
export type Reader<T> = (value: unknown, where: string) => T

function wrong(where: string, expected: string): never {
  throw new ApiError('BAD_ANSWER', `${where}: expected ${expected}`)
}

export const text: Reader<string> = (value, where) => (typeof value === 'string' ? value : wrong(where, 'a string'))

export const filledText: Reader<string> = (value, where) => text(value, where) || wrong(where, 'a string with content')

export const count: Reader<number> = (value, where) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : wrong(where, 'a whole number')

export const flag: Reader<boolean> = (value, where) =>
  typeof value === 'boolean' ? value : wrong(where, 'true or false')

export const instant: Reader<string> = (value, where) =>
  Number.isNaN(Date.parse(text(value, where))) ? wrong(where, 'an instant') : text(value, where)

/** Only http(s) may be opened or copied. */
export const webAddress: Reader<string> = (value, where) =>
  /^https?:\/\//.test(text(value, where)) ? text(value, where) : wrong(where, 'an http(s) address')

export function oneOf<const T extends string>(allowed: readonly T[]): Reader<T> {
  return (value, where) => allowed.find((one) => one === value) ?? wrong(where, `one of ${allowed.join(', ')}`)
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, where) => (value === null ? null : reader(value, where))
}

export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, where) =>
    Array.isArray(value) ? value.map((item: unknown, at) => reader(item, `${where}[${at}]`)) : wrong(where, 'a list')
}

/** One reader for each field. */
export type Fields<T> = { readonly [K in keyof T]: Reader<T[K]> }

export function record<T>(readers: Fields<T>): Reader<T> {
  return (value, where) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(where, 'an object')
    const fields = new Map<string, unknown>(Object.entries(value))
    const parsed = {} as { [K in keyof T]: T[K] }
    for (const key in readers) parsed[key] = readers[key](fields.get(key), `${where}.${key}`)
    return parsed
  }
}

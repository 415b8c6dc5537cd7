import { queryOf } from '../../kit/read-request'
import { ControlRefusal } from './control-refusal'

/** Which part of a list is asked for. */
export interface Page {
  readonly limit: number
  /** Null: from the newest on. */
  readonly before: number | null
}

const pageMax = 200

/** @throws ControlRefusal */
export function readPage(url: string | undefined, max = pageMax): Page {
  const query = queryOf(url)
  return {
    limit: readNumber(query, 'limit', 50, max),
    before: query.has('before') ? readNumber(query, 'before', 1, Number.MAX_SAFE_INTEGER) : null,
  }
}

function readNumber(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const text = query.get(name)
  if (text === null) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new ControlRefusal(400, 'PAGE_INVALID', `${name} must be a whole number from 1 to ${max}.`)
  }
  return value
}

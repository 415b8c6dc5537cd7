import { isUtf8 } from 'node:buffer'

/** Parses the bytes of a body as a JSON object; null where they are none. */
export function parseObject(body: unknown): Readonly<Record<string, unknown>> | null {
  if (!Buffer.isBuffer(body) || !isUtf8(body)) return null
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** The same where what is no object has no fields: the missing ones are then refused by name. */
export function readRecord(body: unknown): Readonly<Record<string, unknown>> {
  return parseObject(body) ?? {}
}

/** The query as it was sent. An empty pair (`&&`, as QQ's own documentation writes it) counts for nothing. */
export function queryOf(rawUrl: string | undefined): URLSearchParams {
  const target = rawUrl ?? '/'
  const question = target.indexOf('?')
  return new URLSearchParams(question < 0 ? '' : target.slice(question + 1))
}

/** A person of the simulation, by a short name. */
export function isUser(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.@-]{1,64}$/.test(value)
}

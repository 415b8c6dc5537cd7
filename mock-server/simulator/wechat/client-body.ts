/** Bodies that a phone's own client sends. */

/** Reads a JSON object; anything else is an empty one, and its missing fields are then refused by name. */
export function readRecord(body: unknown): Readonly<Record<string, unknown>> {
  if (!Buffer.isBuffer(body)) return {}
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {}
  } catch {
    return {}
  }
}

/** A person of the simulation, by a short name. */
export function isUser(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.@-]{1,64}$/.test(value)
}

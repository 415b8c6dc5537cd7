/** Time as an argument. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls once, later; the returned function calls it off. */
  after(delayMs: number, run: () => void): () => void
}

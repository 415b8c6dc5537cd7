/** Time as an argument. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls once, later. The returned function cancels the call. */
  after(delayMs: number, run: () => void): () => void
}

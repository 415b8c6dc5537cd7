/** Something that is fuzzed. A seed in a fresh world always says the same. */
export interface FuzzTarget {
  readonly name: string
  open(): Promise<FuzzWorld>
}

export interface FuzzWorld {
  /** What is checked apart from the rest: a route, or a protocol. */
  readonly parts: readonly string[]
  /** @throws with the smallest case that was found to be wrong */
  check(part: string, seed: number, runs: number): Promise<void>
  close(): Promise<void>
}

/** What `npm test` runs: the same cases each time, few enough for every run. The long form is `npm run test:fuzz`. */
export const everyDaySeed = 20_261_122

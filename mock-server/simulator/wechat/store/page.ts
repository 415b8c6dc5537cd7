export interface Page<T> {
  readonly rows: readonly T[]
  readonly next: number | null
}

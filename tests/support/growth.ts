/** CPU time of this process, in microseconds: other processes do not count. */
function costOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** The least of several: whatever disturbs only adds. */
function least(work: () => void): number {
  return Math.min(...Array.from({ length: 5 }, () => costOf(work)))
}

/** Work that is too little to compare: whatever its growth, it harms nobody. */
const nothingUs = 20_000

/**
 * How much more work four times the input makes: about 4 where the work grows with the input, 16 where it grows with its
 * square, 1 where it does not grow. No clock decides, only the ratio.
 */
export function growthOf<T>(make: (size: number) => T, work: (input: T) => void, size: number): number {
  const [small, large] = [make(size), make(4 * size)]
  // The first call also compiles.
  work(small)
  const most = least(() => work(large))
  // The system counts in ticks: a small work may seem to cost nothing.
  const little = Math.max(
    least(() => work(small)),
    nothingUs / 8,
  )
  return most < nothingUs ? 1 : most / little
}

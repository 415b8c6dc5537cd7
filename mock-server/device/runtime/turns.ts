import type { Scope } from './scope'

/** Runs moves one at a time, each in a turn of its own: the app's code never runs inside the call that asked for a move. */
export function createTurns(scope: Scope): (move: () => void) => Promise<void> {
  let queue: Promise<unknown> = Promise.resolve()
  return function inTurn(move) {
    const result = queue.then(
      () =>
        new Promise<void>((done, failed) => {
          scope.setTimeout(() => {
            try {
              move()
              done()
            } catch (error) {
              failed(error instanceof Error ? error : new Error(String(error)))
            }
          })
        }),
    )
    queue = result.catch(() => undefined)
    return result
  }
}

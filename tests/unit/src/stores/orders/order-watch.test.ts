import { ApiError } from '../../../../../src/services/api-error'
import { createOrderWatch, type OrderWatchDeps } from '../../../../../src/stores/orders/order-watch'
import { createFakeClock, defer, settled } from '../../fakes'

function createWatch(change: Partial<OrderWatchDeps<string>> = {}) {
  const clock = createFakeClock()
  const ask = jest.fn<Promise<string> | null, []>(async () => 'pending')
  const onAnswer = jest.fn<void, [string]>()
  const onProblem = jest.fn<void, [string]>()
  const watch = createOrderWatch<string>({ clock, ask, onAnswer, onProblem, ...change })
  return { clock, ask, onAnswer, onProblem, watch }
}

describe('the watch over an order', () => {
  it('asks quickly, then slower, while the order moves', async () => {
    const { ask, watch, clock } = createWatch({ isMoving: () => true })
    watch.show()
    await watch.askNow()
    for (const [delayMs, calls] of [
      [1999, 1],
      [1, 2],
      [3000, 3],
      [5000, 4],
      [8000, 5],
      [15_000, 6],
      [15_000, 7],
    ] as const) {
      await clock.advance(delayMs)
      expect(ask).toHaveBeenCalledTimes(calls)
    }
  })

  it('stops when the order is settled', async () => {
    const { watch, clock } = createWatch({ isMoving: (asked) => asked < 2 })
    watch.show()
    await watch.askNow()
    await clock.advance(60_000)
    expect(clock.waiting()).toBe(0)
  })

  it('asks nothing while the page is hidden', async () => {
    const { ask, watch, clock } = createWatch({ isMoving: () => true, onSecond: () => 9 })
    watch.show()
    await watch.askNow()
    watch.hide()
    await clock.advance(60_000)
    expect(ask).toHaveBeenCalledTimes(1)
    expect(clock.waiting()).toBe(0)
  })

  it('asks one question at a time', async () => {
    const { ask, watch } = createWatch()
    await Promise.all([watch.askNow(), watch.askNow()])
    expect(ask).toHaveBeenCalledTimes(1)
  })

  it('asks nothing where there is nothing to ask', async () => {
    const { onAnswer, watch } = createWatch({ ask: () => null })
    await watch.askNow()
    expect(onAnswer).not.toHaveBeenCalled()
  })

  it('drops an answer, and a failure, from before the restart', async () => {
    for (const isFailure of [false, true]) {
      const answer = defer<string>()
      const { onAnswer, onProblem, watch } = createWatch({ ask: () => answer.promise })
      const asked = watch.askNow()
      watch.restart()
      if (isFailure) answer.reject(new ApiError('NETWORK', 'lost'))
      else answer.resolve('late')
      await asked
      expect(onAnswer).not.toHaveBeenCalled()
      expect(onProblem).not.toHaveBeenCalled()
    }
  })

  it('hides no bug of ours behind a dropped answer', async () => {
    const { watch } = createWatch()
    const call = defer<string>()
    const tracked = watch.track(call.promise)
    watch.restart()
    call.reject(new TypeError('a bug'))
    await expect(tracked).rejects.toThrow('a bug')
  })

  it('goes on after a failure, at the same pace', async () => {
    const { ask, onProblem, watch, clock } = createWatch({ isMoving: () => true })
    ask.mockRejectedValueOnce(new ApiError('NETWORK', 'lost'))
    watch.show()
    await watch.askNow()
    expect(onProblem).toHaveBeenCalledWith('NETWORK')
    await clock.advance(2000)
    expect(ask).toHaveBeenCalledTimes(2)
  })

  it('reports a slow call after three seconds, and its end, but no call from before the restart', async () => {
    const { watch, clock } = createWatch()
    const call = defer<string>()
    const isSlow = jest.fn<void, [boolean]>()
    const tracked = watch.track(call.promise, isSlow)
    await clock.advance(2999)
    expect(isSlow).not.toHaveBeenCalled()
    await clock.advance(1)
    expect(isSlow.mock.calls).toEqual([[true]])
    call.resolve('here')
    expect(await tracked).toBe('here')
    expect(isSlow.mock.calls).toEqual([[true], [false]])
    const dropped = defer<string>()
    const late = watch.track(dropped.promise, isSlow)
    watch.restart()
    await clock.advance(3000)
    dropped.resolve('late')
    expect(await late).toBeNull()
    expect(isSlow).toHaveBeenCalledTimes(2)
  })

  it('counts down each second, and asks when the time is over', async () => {
    const shown: number[] = []
    const { ask, watch, clock } = createWatch({
      onSecond: () => {
        shown.push(watch.remainingSec())
        return watch.remainingSec()
      },
    })
    watch.payableFor(2)
    watch.show()
    await clock.advance(2000)
    expect(shown).toEqual([2, 1, 0])
    expect(ask).not.toHaveBeenCalled()
    await clock.advance(1000)
    expect(ask).toHaveBeenCalledTimes(1)
  })

  it('knows whether the page was off the screen since it began', async () => {
    const { watch } = createWatch()
    watch.show()
    watch.restart()
    expect(watch.wasHidden()).toBe(false)
    watch.hide()
    watch.show()
    expect(watch.wasHidden()).toBe(true)
    watch.hide()
    watch.restart()
    expect(watch.wasHidden()).toBe(true)
    await settled()
  })
})

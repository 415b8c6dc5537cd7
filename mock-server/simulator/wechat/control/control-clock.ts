import type { FastifyInstance } from 'fastify'
import { toBeijingTime } from '../../../kit/clock'
import { readRecord } from '../../kit/read-request'
import type { VirtualClock } from '../clock'
import { ControlRefusal } from './control-refusal'

const yearSec = 366 * 24 * 3600

/** Moves virtual time. Each step resolves when everything that fell due has been done, in order. */
export interface TimeControl {
  advance(seconds: number): Promise<void>
  setStill(still: boolean): Promise<void>
  /** When something falls due next; null where nothing will. */
  nextAt(): number | null
}

/** Shows and moves virtual time: it runs, stands still, is set or advanced; it never goes back. */
export function addClockRoutes(server: FastifyInstance, clock: VirtualClock, time: TimeControl): void {
  const toTime = (at: number | null): string | null => (at === null ? null : toBeijingTime(at))
  // Up, not down: who sets the clock to this instant reaches what falls due.
  const wholeSecond = (at: number | null): number | null => at && Math.ceil(at / 1000) * 1000
  const show = () => ({
    now: toBeijingTime(clock.now()),
    offset_seconds: Math.round(clock.offsetMs / 1000),
    still: clock.isStill,
    next_at: toTime(wholeSecond(time.nextAt())),
  })

  server.get('/control/clock', show)

  server.post('/control/clock/advance', async (request) => {
    const { seconds } = readRecord(request.body)
    if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0 || seconds > yearSec) {
      throw new ControlRefusal(400, 'SECONDS_INVALID', `seconds must be a number above 0 and up to ${yearSec}.`)
    }
    await time.advance(seconds)
    return show()
  })

  server.post('/control/clock/set', async (request) => {
    const { now } = readRecord(request.body)
    const at = typeof now === 'string' ? Date.parse(now) : NaN
    if (Number.isNaN(at)) {
      throw new ControlRefusal(400, 'NOW_INVALID', 'now must be a time such as 2026-12-24T18:00:00+08:00.')
    }
    const seconds = (at - clock.now()) / 1000
    if (seconds < 0) throw new ControlRefusal(409, 'TIME_GOES_ON', `It is ${toBeijingTime(clock.now())} already.`)
    if (seconds > yearSec) throw new ControlRefusal(400, 'NOW_INVALID', 'now may be a year ahead at most.')
    if (seconds > 0) await time.advance(seconds)
    return show()
  })

  for (const [step, still] of [
    ['stop', true],
    ['run', false],
  ] as const) {
    server.post(`/control/clock/${step}`, async () => {
      await time.setStill(still)
      return show()
    })
  }
}

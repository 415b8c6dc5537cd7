import type { FailureCode } from '../../contract/errors'
import { confirmationDelayMs, isLongConfirmation } from '../../domain/confirmation'
import { secondsUntil } from '../../domain/time'
import { failureCodeOf } from '../../services/api-error'
import type { Clock } from '../clock'
import { reportSlow } from '../slow-answer'

export interface OrderWatchDeps<T> {
  readonly clock: Clock
  /** Asks the merchant once; null when there is nothing to ask. */
  readonly ask: () => Promise<T> | null
  readonly onAnswer: (answer: T) => void
  readonly onProblem: (problem: FailureCode) => void
  /** Default: a slow answer is not reported. */
  readonly onSlow?: (isSlow: boolean) => void
  /** Answers whether to ask again after `asked` answers. Default: never. */
  readonly isMoving?: (asked: number) => boolean
  /** Shows the countdown and answers how many seconds are left; null when nothing counts down. Default: null. */
  readonly onSecond?: () => number | null
}

/** Keeps what a store shows of an order up to date while somebody is looking. */
export interface OrderWatch {
  /** Starts the countdown. The first question is the store's to ask. */
  show(): void
  /** Stops questions and countdown. An answer under way is still taken. */
  hide(): void
  isShown(): boolean
  /** Answers whether the page was off the screen at any time since the watch began. */
  wasHidden(): boolean
  /** Begins anew: plans nothing, counts no answers, and drops every answer that is under way. */
  restart(): void
  /** Asks now; while a question is under way, returns that one. */
  askNow(): Promise<void>
  /** Plans the next question, or none. To be called when something else than an answer changed the order. */
  plan(): void
  /** Makes the next questions follow quickly again. */
  hurry(): void
  /** Waits for a call. The result is null when the watch began anew meanwhile, whether the call succeeded or failed. */
  track<A>(call: Promise<A>, onSlow?: (isSlow: boolean) => void): Promise<A | null>
  /** Starts or stops the countdown. To be called when the order changed. */
  countDown(): void
  /** The merchant says how long, not until when: the phone's own clock only measures the wait. */
  payableFor(seconds: number): void
  remainingSec(): number
  /** Answers whether the confirmation takes longer than usual. */
  isLong(): boolean
}

const nothing = (): void => undefined

/**
 * The one place for asking about an order by schedule, counting down, reporting slow answers, and dropping answers that
 * came too late.
 */
export function createOrderWatch<T>(deps: OrderWatchDeps<T>): OrderWatch {
  const { clock, ask, onAnswer, onProblem, onSlow, isMoving = () => false, onSecond = () => null } = deps
  let round = 0
  let asked = 0
  let startedAtMs = clock.now()
  let payableUntilMs = 0
  let isShown = false
  let wasHidden = false
  let asking: Promise<void> | null = null
  let cancelQuestion = nothing
  let cancelSecond = nothing

  async function track<A>(call: Promise<A>, report?: (isSlow: boolean) => void): Promise<A | null> {
    const present = round
    const isStale = (): boolean => present !== round
    try {
      const answer = await (report ? reportSlow(clock, call, (isSlow) => isStale() || report(isSlow)) : call)
      return isStale() ? null : answer
    } catch (error) {
      failureCodeOf(error)
      if (isStale()) return null
      throw error
    }
  }

  async function askOnce(): Promise<void> {
    const call = ask()
    if (call === null) return
    let answer: T | null
    try {
      answer = await track(call, onSlow)
    } catch (error) {
      asked += 1
      onProblem(failureCodeOf(error))
      return plan()
    }
    if (answer === null) return
    asked += 1
    onAnswer(answer)
    plan()
  }

  function askNow(): Promise<void> {
    if (asking !== null) return asking
    cancelQuestion()
    const present = askOnce().finally(() => {
      if (asking === present) asking = null
    })
    asking = present
    return present
  }

  function plan(): void {
    cancelQuestion()
    if (isShown && isMoving(asked)) cancelQuestion = clock.after(confirmationDelayMs(asked), () => void askNow())
  }

  function countDown(): void {
    cancelSecond()
    const remainingSec = onSecond()
    if (!isShown || remainingSec === null) return
    cancelSecond = clock.after(1000, remainingSec > 0 ? countDown : () => void askNow())
  }

  return {
    show() {
      isShown = true
      countDown()
    },
    hide() {
      isShown = false
      wasHidden = true
      cancelQuestion()
      cancelSecond()
    },
    isShown: () => isShown,
    wasHidden: () => wasHidden,
    restart() {
      round += 1
      asked = 0
      startedAtMs = clock.now()
      wasHidden = !isShown
      asking = null
      cancelQuestion()
    },
    askNow,
    plan,
    hurry: () => void (asked = 0),
    track,
    countDown,
    payableFor: (seconds) => void (payableUntilMs = clock.now() + seconds * 1000),
    remainingSec: () => secondsUntil(payableUntilMs, clock.now()),
    isLong: () => isLongConfirmation(startedAtMs, clock.now()),
  }
}

import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import { isOpen, type Attempt } from '../domain/order'
import type { ShopEvents } from '../events/events'
import type { PaymentGateway, Trade } from '../gateway/port'
import type { OrderWithAttempts, Store } from '../store/port'
import type { SettlePayment } from './settle-payment'

export interface AttemptsOptions {
  readonly store: Pick<Store, 'closeAttempt'>
  readonly gateway: PaymentGateway
  readonly settlePayment: SettlePayment
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
}

/** How ending attempts went, the worst last. `tooSoon`: WeChat Pay does not close them yet, so they stay payable. */
const endOutcomes = ['closed', 'tooSoon', 'unavailable', 'paid'] as const

export type EndOutcome = (typeof endOutcomes)[number]

export interface Attempts {
  /** Asks WeChat Pay how an attempt stands and books the answer. Rejects when WeChat Pay cannot be reached. */
  ask(attempt: Attempt, options?: { readonly timeoutMs?: number }): Promise<Trade['state']>
  /** Asks about the live attempts of a pending order, at most once a second. Answers whether it asked; never rejects. */
  askAgain(order: OrderWithAttempts): Promise<boolean>
  /** Closes an attempt at WeChat Pay, or settles it when it has been paid. Never rejects. */
  end(attempt: Attempt): Promise<EndOutcome>
  /**
   * Ends every open attempt among these and answers the worst outcome. Stops at the first that was paid or could not be
   * ended. Never rejects.
   */
  endAll(attempts: readonly Attempt[]): Promise<EndOutcome>
}

const askEveryMs = 1000
/** A payer waits for this answer: the state of a second ago serves better than a page that hangs. */
const readTimeoutMs = 3000
const rememberedMax = 10_000

export function createAttempts(options: AttemptsOptions): Attempts {
  const { store, gateway, settlePayment, events, clock, logger } = options
  const running = new Map<string, Promise<Trade['state']>>()
  const askedAtMs = new Map<string, number>()

  async function askOnce(attempt: Attempt, timeoutMs: number | undefined): Promise<Trade['state']> {
    const trade = await gateway.query(attempt, timeoutMs === undefined ? {} : { timeoutMs })
    if (trade.state === 'paid') await settlePayment(trade.payment, null)
    if (trade.state === 'closed') await noteClosed(attempt, 'CLOSED_AT_WECHAT_PAY')
    return trade.state
  }

  async function noteClosed(attempt: Attempt, reason: 'CLOSED_AT_WECHAT_PAY' | 'CLOSED_BY_US'): Promise<void> {
    await store.closeAttempt(attempt.id)
    events.announce({
      type: 'attempt.closed',
      outTradeNo: attempt.outTradeNo,
      from: attempt.status,
      to: 'closed',
      client: attempt.client,
      reason,
    })
  }

  function ask(attempt: Attempt, { timeoutMs }: { readonly timeoutMs?: number } = {}): Promise<Trade['state']> {
    const { outTradeNo } = attempt
    const current = running.get(outTradeNo)
    if (current) return current
    if (askedAtMs.size >= rememberedMax) askedAtMs.clear()
    askedAtMs.set(outTradeNo, clock.now())
    const started = askOnce(attempt, timeoutMs).finally(() => running.delete(outTradeNo))
    running.set(outTradeNo, started)
    return started
  }

  async function end(attempt: Attempt): Promise<EndOutcome> {
    if (!isOpen(attempt)) return attempt.status === 'paid' ? 'paid' : 'closed'
    try {
      const outcome = await gateway.close(attempt)
      if (outcome === 'tooSoon') return 'tooSoon'
      if (outcome === 'closed') {
        await noteClosed(attempt, 'CLOSED_BY_US')
        return 'closed'
      }
      // WeChat Pay refuses to close what is paid: find out what was paid.
      return (await ask(attempt)) === 'paid' ? 'paid' : 'unavailable'
    } catch (error) {
      logger.warn({ err: error, outTradeNo: attempt.outTradeNo }, 'close failed')
      return 'unavailable'
    }
  }

  return {
    ask,
    end,

    async askAgain({ order, attempts }) {
      if (order.status !== 'pending') return false
      const due = attempts.filter((attempt) => {
        if (attempt.status !== 'live') return false
        const lastMs = askedAtMs.get(attempt.outTradeNo)
        return running.has(attempt.outTradeNo) || lastMs === undefined || clock.now() - lastMs > askEveryMs
      })
      for (const attempt of due) {
        try {
          await ask(attempt, { timeoutMs: readTimeoutMs })
        } catch (error) {
          logger.warn({ err: error, outTradeNo: attempt.outTradeNo }, 'query failed')
        }
      }
      return due.length > 0
    },

    async endAll(attempts) {
      let worst: EndOutcome = 'closed'
      for (const attempt of attempts.filter(isOpen)) {
        const outcome = await end(attempt)
        if (endOutcomes.indexOf(outcome) > endOutcomes.indexOf(worst)) worst = outcome
        if (outcome === 'paid' || outcome === 'unavailable') return worst
      }
      return worst
    },
  }
}

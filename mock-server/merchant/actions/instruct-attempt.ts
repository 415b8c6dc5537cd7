import type { Logger } from 'pino'
import type { Clock } from '../../kit/clock'
import { describeItems } from '../domain/cart'
import { queryWaitMs, type Attempt, type Order } from '../domain/order'
import type { ShopEvents } from '../events/events'
import type { PaymentGateway, PrepayOutcome, PrepayPart } from '../gateway/port'
import type { Store } from '../store/port'
import type { Attempts } from './attempts'
import type { Channel, Payer } from './channels'

export interface InstructAttemptOptions {
  readonly store: Pick<Store, 'instructAttempt'>
  readonly gateway: PaymentGateway
  readonly attempts: Pick<Attempts, 'end'>
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * What came of asking for an instruction. `changed`: the order was paid or closed meanwhile. `spent`: the number can no
 * longer be paid, and the order needs another.
 */
export type Instruction =
  { readonly kind: 'live'; readonly instruction: string } | { readonly kind: 'changed' | 'spent' | 'unavailable' }

/**
 * Gives an attempt a fresh instruction: the one that it has, or one that is ordered at WeChat Pay now. The same number
 * is always ordered with the same parameters.
 */
export type InstructAttempt = (order: Order, attempt: Attempt, payer: Payer, channel: Channel) => Promise<Instruction>

export function createInstructAttempt(options: InstructAttemptOptions): InstructAttempt {
  const { store, gateway, attempts, events, clock, logger } = options

  async function keep(order: Order, attempt: Attempt, instruction: string): Promise<Instruction> {
    const nowMs = clock.now()
    const live = await store.instructAttempt(attempt, instruction, nowMs, nowMs + queryWaitMs(0))
    if (!live) return { kind: 'changed' }
    if (attempt.status === 'new') {
      events.announce({
        type: 'attempt.live',
        orderNo: order.orderNo,
        outTradeNo: attempt.outTradeNo,
        client: attempt.client,
        from: 'new',
        to: 'live',
      })
    }
    return { kind: 'live', instruction }
  }

  async function afterRefusal(
    attempt: Attempt,
    refusal: Exclude<PrepayOutcome['kind'], 'ordered'>,
  ): Promise<Instruction> {
    if (refusal === 'unavailable') return { kind: 'unavailable' }
    // WeChat Pay has never had a live order under a new number, unless somebody else uses it.
    if (refusal === 'spent' && attempt.status === 'new') return { kind: 'unavailable' }
    const ended = await attempts.end(attempt)
    if (ended === 'paid') return { kind: 'changed' }
    if (ended !== 'closed') return { kind: 'unavailable' }
    return { kind: refusal === 'paid' ? 'changed' : 'spent' }
  }

  return async (order, attempt, { openid, payerClientIp }, channel) => {
    const ageMs = clock.now() - (attempt.instructedAtMs ?? -Infinity)
    if (attempt.instruction !== null && ageMs <= channel.freshForMs) {
      return { kind: 'live', instruction: attempt.instruction }
    }
    const outcome = await channel.order(
      gateway,
      {
        outTradeNo: attempt.outTradeNo,
        description: describeItems(order.items),
        totalFen: order.totalFen,
        expiresAtMs: order.expiresAtMs,
        parts: describeParts(order, attempt),
      },
      { openid, payerClientIp: attempt.payerClientIp ?? payerClientIp },
    )
    if (outcome.kind === 'ordered') return keep(order, attempt, outcome.instruction)
    logger.warn({ err: outcome.error, outTradeNo: attempt.outTradeNo }, 'prepay failed')
    return afterRefusal(attempt, outcome.kind)
  }
}

/** The sub order of each seller names what is bought from that seller. */
function describeParts({ items }: Order, { parts }: Attempt): readonly PrepayPart[] {
  return parts.map(({ outTradeNo, subMchid, totalFen, sellerId }) => ({
    outTradeNo,
    subMchid,
    totalFen,
    description: describeItems(items.filter((item) => item.sellerId === sellerId)),
  }))
}

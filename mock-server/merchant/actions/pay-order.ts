import type { Logger } from 'pino'
import type { PaymentAnswer, PaymentInvocation, PaymentKind } from '../../../src/contract/api'
import { randomAlphanumeric, sha256Hex } from '../../crypto/digest'
import type { Clock } from '../../kit/clock'
import type { Attempts } from './attempts'
import { channels, type Channel } from './channels'
import { describeItems } from '../domain/cart'
import { toOutTradeNo } from '../domain/numbers'
import { isOpen, isPayable, type Attempt, type Order } from '../domain/order'
import { queryWaitMs } from '../domain/schedule'
import type { ShopEvents } from '../events/events'
import type { Expiring } from './expire-order'
import { WechatPayError } from '../gateway/errors'
import type { PaymentGateway, PrepayPart } from '../gateway/port'
import type { KeyedLock } from '../../kit/keyed-lock'
import type { OrderWithAttempts, Session, Store } from '../store/port'

export interface PayingOptions {
  readonly store: Store
  readonly gateway: PaymentGateway
  readonly attempts: Attempts
  readonly expiring: Expiring
  readonly orderLock: KeyedLock
  readonly events: ShopEvents
  readonly clock: Clock
  readonly logger: Logger
  readonly publicBase: string
}

/** Who wants to pay, and how. */
export interface PayRequest {
  readonly session: Session
  readonly kind: PaymentKind
  readonly payerClientIp: string
}

export interface PayResult {
  readonly order: Order
  readonly payment: PaymentInvocation | null
  readonly problem: PaymentAnswer['problem']
}

/** Gives an order its one live attempt and says how to pay it. `placed` is what has just been stored. */
export type PayOrder = (orderId: number, request: PayRequest, placed?: OrderWithAttempts) => Promise<PayResult>

/** More tries than anybody needs: each is a number that WeChat Pay keeps. */
const attemptsMax = 50

/** The number cannot be paid any more, whatever the reason: another is needed. */
const spentNumber: ReadonlySet<string> = new Set([
  'OUT_TRADE_NO_USED',
  'ORDER_CLOSED',
  'INVALID_REQUEST',
  'TRADE_ERROR',
])

/** Each seller's sub order says what is bought of him. */
function describeParts({ items }: Order, { parts }: Attempt): readonly PrepayPart[] {
  return parts.map(({ outTradeNo, subMchid, totalFen, sellerId }) => ({
    outTradeNo,
    subMchid,
    totalFen,
    description: describeItems(items.filter((item) => item.sellerId === sellerId)),
  }))
}

type Instruction =
  | { readonly kind: 'live'; readonly attempt: Attempt & { readonly instruction: string } }
  | { readonly kind: 'changed' | 'spent' | 'unavailable' }

export function createPayOrder(options: PayingOptions): PayOrder {
  const { store, gateway, attempts, expiring, orderLock, events, clock, logger, publicBase } = options

  async function load(orderId: number): Promise<OrderWithAttempts> {
    const found = await store.findOrderById(orderId)
    if (!found) throw new Error(`Order ${orderId} is gone.`)
    return found
  }

  async function payLocked(current: OrderWithAttempts, request: PayRequest, isRetry = false): Promise<PayResult> {
    const { order } = current
    if (!isPayable(order, clock.now())) {
      await expiring.expireLocked(current)
      return { order: (await load(order.id)).order, payment: null, problem: null }
    }
    const channel = channels[request.session.client]
    const attempt = await attemptFor(current, request, channel)
    const instruction: Instruction =
      attempt === 'changed' || attempt === 'unavailable'
        ? { kind: attempt }
        : await instruct(order, attempt, request, channel)
    if (instruction.kind === 'live') {
      const payment = await channel.invoke(request.kind, instruction.attempt.instruction, {
        gateway,
        publicBase,
        createOrderPageUrl: () => createOrderPageUrl(order),
      })
      return { order, payment, problem: null }
    }
    const now = await load(order.id)
    if (now.order.status !== 'pending') return { order: now.order, payment: null, problem: null }
    if (instruction.kind === 'spent' && !isRetry) return payLocked(now, request, true)
    return { order: now.order, payment: null, problem: 'PREPAY_UNAVAILABLE' }
  }

  /** The live attempt when it suits this client; otherwise it is closed first, and another made. */
  async function attemptFor(
    { order, attempts: all }: OrderWithAttempts,
    { session, payerClientIp }: PayRequest,
    channel: Channel,
  ): Promise<Attempt | 'changed' | 'unavailable'> {
    let suiting: Attempt | null = null
    for (const attempt of all.filter(isOpen)) {
      const suits =
        attempt.client === session.client && (!channel.isTiedToAddress || attempt.payerClientIp === payerClientIp)
      if (suits && suiting === null) suiting = attempt
      else {
        const outcome = await attempts.end(attempt)
        // What cannot be closed yet stays live beside the other: a second success is refunded.
        if (outcome === 'paid') return 'changed'
        if (outcome === 'unavailable') return 'unavailable'
      }
    }
    if (suiting) return suiting
    if (all.length >= attemptsMax) return 'unavailable'
    const outTradeNo = toOutTradeNo(order.orderNo, all.length + 1)
    const ip = channel.isTiedToAddress ? payerClientIp : null
    return (await store.addAttempt(order.id, outTradeNo, session.client, ip)) ?? 'unavailable'
  }

  /** Orders at WeChat Pay unless there is an instruction that is fresh. The same number is ordered with the same parameters. */
  async function instruct(
    order: Order,
    attempt: Attempt,
    { session, payerClientIp }: PayRequest,
    channel: Channel,
  ): Promise<Instruction> {
    const ageMs = clock.now() - (attempt.instructedAtMs ?? -Infinity)
    if (attempt.instruction !== null && ageMs <= channel.freshForMs) {
      return { kind: 'live', attempt: { ...attempt, instruction: attempt.instruction } }
    }
    try {
      const instruction = await channel.order(
        gateway,
        {
          outTradeNo: attempt.outTradeNo,
          description: describeItems(order.items),
          totalFen: order.totalFen,
          expiresAtMs: order.expiresAtMs,
          parts: describeParts(order, attempt),
        },
        { openid: session.openid, payerClientIp: attempt.payerClientIp ?? payerClientIp },
      )
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
      return { kind: 'live', attempt: { ...live, instruction } }
    } catch (error) {
      if (!(error instanceof WechatPayError)) throw error
      logger.warn({ err: error, outTradeNo: attempt.outTradeNo }, 'prepay failed')
      return afterRefusal(attempt, error)
    }
  }

  async function afterRefusal(attempt: Attempt, error: WechatPayError): Promise<Instruction> {
    if (error.code === 'ORDERPAID' || error.code === 'ORDER_PAID') {
      const outcome = await attempts.end(attempt)
      return outcome === 'paid' || outcome === 'closed' ? { kind: 'changed' } : { kind: 'unavailable' }
    }
    // A number that never was live has nothing to be in conflict with, except another use of it.
    if (!spentNumber.has(error.code) || (attempt.status === 'new' && error.code !== 'OUT_TRADE_NO_USED')) {
      return { kind: 'unavailable' }
    }
    const outcome = await attempts.end(attempt)
    return { kind: outcome === 'closed' ? 'spent' : outcome === 'paid' ? 'changed' : 'unavailable' }
  }

  /** Opens one order in a browser without a login. Only the hash is kept, and only as long as the order can be paid. */
  async function createOrderPageUrl(order: Order): Promise<string> {
    const orderKey = randomAlphanumeric(43)
    await store.addOrderKey(sha256Hex(orderKey), order.id, order.expiresAtMs)
    return `${publicBase}/pages/checkout/index?${new URLSearchParams({ orderNo: order.orderNo, orderKey })}`
  }

  return (orderId, request, placed) =>
    orderLock.run(String(orderId), async () => payLocked(placed ?? (await load(orderId)), request))
}

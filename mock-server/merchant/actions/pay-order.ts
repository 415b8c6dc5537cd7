import type { PaymentAnswer, PaymentInvocation, PaymentKind } from '../../../src/contract/api'
import { randomAlphanumeric, sha256Hex } from '../../crypto/digest'
import type { Clock } from '../../kit/clock'
import type { KeyedLock } from '../../kit/keyed-lock'
import { toOutTradeNo } from '../domain/numbers'
import { isOpen, isPayable, type Attempt, type Order } from '../domain/order'
import type { PaymentGateway } from '../gateway/port'
import type { OrderWithAttempts, Session, Store } from '../store/port'
import type { Attempts } from './attempts'
import { channels, type Channel } from './channels'
import type { Expiring } from './expire-order'
import { createInstructAttempt, type Instruction, type InstructAttemptOptions } from './instruct-attempt'

export type PayOrderStore = InstructAttemptOptions['store'] &
  Pick<Store, 'findOrderById' | 'addAttempt' | 'addOrderKey'>

export interface PayingOptions extends InstructAttemptOptions {
  readonly store: PayOrderStore
  readonly gateway: PaymentGateway
  readonly attempts: Attempts
  readonly expiring: Expiring
  readonly orderLock: KeyedLock
  readonly clock: Clock
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

/**
 * Gives an order its live attempt and answers how to pay it.
 * @param placed the order when it has just been stored: it is not loaded again
 */
export type PayOrder = (orderId: number, request: PayRequest, placed?: OrderWithAttempts) => Promise<PayResult>

/** Attempts of one order. WeChat Pay keeps each number, and no payer needs this many. */
const attemptsMax = 50

export function createPayOrder(options: PayingOptions): PayOrder {
  const { store, gateway, attempts, expiring, orderLock, clock, publicBase } = options
  const instructAttempt = createInstructAttempt(options)

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
    const instruction = await instruct(current, request, channel)
    if (instruction.kind === 'live') {
      const payment = await channel.invoke(request.kind, instruction.instruction, {
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

  async function instruct(current: OrderWithAttempts, request: PayRequest, channel: Channel): Promise<Instruction> {
    const attempt = await attemptFor(current, request, channel)
    if (attempt === 'changed' || attempt === 'unavailable') return { kind: attempt }
    const payer = { openid: request.session.openid, payerClientIp: request.payerClientIp }
    return instructAttempt(current.order, attempt, payer, channel)
  }

  /** The open attempt that this client can pay; every other one is ended first. */
  async function attemptFor(
    { order, attempts: all }: OrderWithAttempts,
    { session, payerClientIp }: PayRequest,
    channel: Channel,
  ): Promise<Attempt | 'changed' | 'unavailable'> {
    const fitting = all.find(
      (attempt) =>
        isOpen(attempt) &&
        attempt.client === session.client &&
        (!channel.isTiedToAddress || attempt.payerClientIp === payerClientIp),
    )
    const ended = await attempts.endAll(all.filter((attempt) => attempt !== fitting))
    // An attempt that WeChat Pay closes only later stays live beside the new one: a second success is refunded.
    if (ended === 'paid') return 'changed'
    if (ended === 'unavailable') return 'unavailable'
    if (fitting) return fitting
    if (all.length >= attemptsMax) return 'unavailable'
    const outTradeNo = toOutTradeNo(order.orderNo, all.length + 1)
    const ip = channel.isTiedToAddress ? payerClientIp : null
    return (await store.addAttempt(order.id, outTradeNo, session.client, ip)) ?? 'unavailable'
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

import { randomBytes } from 'node:crypto'
import { sha256Hex } from '../../crypto/digest'
import type { Clock } from '../../kit/clock'
import { ApiError } from '../http/api-error'
import { contentOf, type CartLine } from '../domain/cart'
import type { Delivery } from '../domain/delivery'
import { orderNumberBytes, toOrderNo, toOutTradeNo } from '../domain/numbers'
import { toParts } from '../domain/parts'
import type { Seller } from '../domain/seller'
import { channels } from './channels'
import type { ShopEvents } from '../events/events'
import type { KeyedLock } from '../../kit/keyed-lock'
import type { PayOrder, PayRequest, PayResult } from './pay-order'
import type { Quoted, Quoting } from './quotes'
import type { OrderDraft, OrderWithAttempts, Placement, Store } from '../store/port'

export interface OrderingOptions {
  readonly store: Pick<Store, 'findByRequest' | 'placeOrder'>
  readonly payOrder: PayOrder
  readonly requestLock: KeyedLock
  readonly events: ShopEvents
  readonly clock: Clock
  readonly quoting: Quoting
  /** Empty where all goods are the shop's own. */
  readonly sellers: readonly Seller[]
  readonly orderLifeMs: number
}

export interface CreateOrder {
  readonly requestId: string
  readonly lines: readonly CartLine[]
  readonly couponId: number | null
  readonly usePoints: boolean
  readonly delivery: Delivery | null
  readonly remark: string
  /** The total that the payer was shown; null where none was shown. */
  readonly expectedTotalFen: number | null
}

/** Places an order, or finds the order that has the request id, and answers how to pay it. Rejects with an ApiError. */
export type PlaceOrder = (
  request: CreateOrder,
  payRequest: PayRequest,
) => Promise<PayResult & { readonly isNew: boolean }>

const drawsMax = 5

export function createPlaceOrder(options: OrderingOptions): PlaceOrder {
  const { store, payOrder, requestLock, events, clock, quoting, sellers, orderLifeMs } = options

  return async (request, payRequest) => {
    const { session } = payRequest
    const { requestId } = request
    // Of equal requests at the same moment the first places and pays, the others find its order. The lock saves work:
    // the unique index is what prevents a second order.
    return requestLock.run(`${session.userId}:${requestId}`, async () => {
      // A repeated request is not priced with coupon and points: its own order uses them.
      const known = isPricedByPossessions(request) ? await store.findByRequest(session.userId, requestId) : null
      const wish = { ...request, delivery: request.delivery?.kind ?? null }
      const quoted = await quoting.price(session.userId, known ? { ...wish, couponId: null, usePoints: false } : wish)
      const content = contentWith(quoted, request)
      if (known) return answerKnown(known, content, payRequest)
      if (request.expectedTotalFen !== null && request.expectedTotalFen !== quoted.price.totalFen) {
        throw new ApiError('PRICE_CHANGED', 'expectedTotalFen')
      }
      const placement = await place(toDraft(request, payRequest, quoted, content))
      switch (placement.kind) {
        case 'placed':
          announcePlaced(placement)
          return { ...(await payOrder(placement.order.id, payRequest, placement)), isNew: true }
        case 'known':
          return answerKnown(placement, content, payRequest)
        case 'outOfStock':
          throw new ApiError('OUT_OF_STOCK', placement.goodsId)
        case 'couponGone':
          throw new ApiError('COUPON_UNUSABLE', 'couponId')
        case 'pointsGone':
          throw new ApiError('PRICE_CHANGED', 'usePoints')
        case 'numberTaken':
          throw new Error('No free order number was drawn.')
      }
    })
  }

  async function answerKnown(
    known: { readonly orderId: number; readonly content: string },
    content: string,
    payRequest: PayRequest,
  ): Promise<PayResult & { readonly isNew: boolean }> {
    if (known.content !== content) throw new ApiError('REQUEST_CONFLICT', 'requestId')
    return { ...(await payOrder(known.orderId, payRequest)), isNew: false }
  }

  function toDraft(
    request: CreateOrder,
    { session, payerClientIp }: PayRequest,
    { cart, price, coupon }: Quoted,
    content: string,
  ): Omit<OrderDraft, 'orderNo' | 'outTradeNo'> {
    const nowMs = clock.now()
    return {
      userId: session.userId,
      client: session.client,
      requestId: request.requestId,
      content,
      items: cart.items,
      goodsFen: price.goodsFen,
      shippingFen: price.shippingFen,
      totalFen: price.totalFen,
      couponId: coupon?.id ?? null,
      couponName: coupon?.name ?? null,
      couponKind: coupon?.kind ?? null,
      couponFen: price.couponFen,
      points: price.points,
      pointsFen: price.pointsFen,
      delivery: request.delivery,
      remark: request.remark,
      parts: toParts(cart.items, price, coupon?.kind ?? null, sellers),
      createdAtMs: nowMs,
      expiresAtMs: nowMs + orderLifeMs,
      payerClientIp: channels[session.client].isTiedToAddress ? payerClientIp : null,
    }
  }

  function announcePlaced({ order, attempts }: OrderWithAttempts): void {
    events.announce({
      type: 'order.created',
      orderNo: order.orderNo,
      outTradeNo: attempts[0]?.outTradeNo ?? null,
      totalFen: order.totalFen,
      client: order.client,
      to: 'pending',
    })
  }

  async function place(draft: Omit<OrderDraft, 'orderNo' | 'outTradeNo'>): Promise<Placement> {
    let placement: Placement = { kind: 'numberTaken' }
    for (let draw = 0; draw < drawsMax && placement.kind === 'numberTaken'; draw++) {
      const orderNo = toOrderNo(draft.createdAtMs, randomBytes(orderNumberBytes))
      placement = await store.placeOrder({ ...draft, orderNo, outTradeNo: toOutTradeNo(orderNo, 1) })
    }
    return placement
  }
}

function isPricedByPossessions({ couponId, usePoints, expectedTotalFen }: CreateOrder): boolean {
  return couponId !== null || usePoints || expectedTotalFen !== null
}

/** Equal wishes give equal texts. The terms go in as a hash, because they hold a person's address. */
function contentWith({ cart }: Quoted, { couponId, usePoints, delivery, remark }: CreateOrder): string {
  const goods = contentOf(cart.items)
  const isPlain = couponId === null && !usePoints && delivery === null && remark === ''
  return isPlain ? goods : `${goods}|${sha256Hex(JSON.stringify([couponId, usePoints, delivery, remark]))}`
}

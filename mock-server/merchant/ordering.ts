import { randomBytes } from 'node:crypto'
import type { Clock } from '../kit/clock'
import { ApiError } from './api-error'
import { contentOf, priceCart, type CartLine } from './domain/cart'
import type { CatalogueItem } from './domain/catalogue'
import { orderNumberBytes, toOrderNo, toOutTradeNo } from './domain/numbers'
import { channels } from './channels'
import type { ShopEvents } from './events'
import type { KeyedLock } from './keyed-lock'
import type { PayOrder, PayRequest, PayResult } from './paying'
import type { OrderDraft, OrderWithAttempts, Placement, Store } from './store/port'

export interface OrderingOptions {
  readonly store: Store
  readonly payOrder: PayOrder
  readonly requestLock: KeyedLock
  readonly events: ShopEvents
  readonly clock: Clock
  readonly goods: readonly CatalogueItem[]
  readonly orderLifeMs: number
}

export interface CreateOrder {
  readonly requestId: string
  readonly lines: readonly CartLine[]
}

/** Places an order, or finds the one that the request id names, and says how to pay it. Rejects with an ApiError. */
export type PlaceOrder = (
  request: CreateOrder,
  payRequest: PayRequest,
) => Promise<PayResult & { readonly isNew: boolean }>

const drawsMax = 5

export function createPlaceOrder(options: OrderingOptions): PlaceOrder {
  const { store, payOrder, requestLock, events, clock, goods, orderLifeMs } = options

  return async (request, payRequest) => {
    const cart = priceCart(request.lines, goods)
    if (cart.kind === 'fault') {
      throw new ApiError(cart.code, cart.line === null ? 'items' : `items[${cart.line}]`)
    }
    const { session } = payRequest
    const content = contentOf(cart.items)
    const nowMs = clock.now()
    const isTied = channels[session.client].isTiedToAddress
    const draft = {
      userId: session.userId,
      client: session.client,
      requestId: request.requestId,
      content,
      items: cart.items,
      goodsFen: cart.goodsFen,
      shippingFen: cart.shippingFen,
      totalFen: cart.totalFen,
      createdAtMs: nowMs,
      expiresAtMs: nowMs + orderLifeMs,
      payerClientIp: isTied ? payRequest.payerClientIp : null,
    }
    // Equal requests at the same moment: one places and pays, the others find. The unique index holds across processes.
    return requestLock.run(`${session.userId}:${request.requestId}`, async () => {
      const placement = await place(draft)
      switch (placement.kind) {
        case 'placed':
          announcePlaced(placement)
          return { ...(await payOrder(placement.order.id, payRequest, placement)), isNew: true }
        case 'known':
          if (placement.content !== content) throw new ApiError('REQUEST_CONFLICT', 'requestId')
          return { ...(await payOrder(placement.orderId, payRequest)), isNew: false }
        case 'outOfStock':
          throw new ApiError('OUT_OF_STOCK', placement.goodsId)
        case 'numberTaken':
          throw new Error('No free order number was drawn.')
      }
    })
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

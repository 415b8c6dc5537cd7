/**
 * Our HTTP contract between the mini program and the merchant, exactly once. camelCase throughout: this JSON is ours,
 * not WeChat Pay's. Money is an integer number of fen (分); instants are RFC 3339 strings.
 */

/** Where each call lives, below the merchant's base address. */
export const apiPaths = {
  sessions: '/api/sessions',
  goods: '/api/goods',
  orders: '/api/orders',
  order: (orderNo: string) => `/api/orders/${encodeURIComponent(orderNo)}`,
  payments: (orderNo: string) => `/api/orders/${encodeURIComponent(orderNo)}/payments`,
} as const

/** The client that asks: it decides how the merchant learns who the payer is. */
export type ClientKind = 'weapp' | 'qq' | 'h5'

/** `POST /api/sessions`: `code` is what `wx.login` / `qq.login` gave; a browser has none and becomes a guest. */
export interface SessionRequest {
  readonly client: ClientKind
  readonly code?: string
  /** From an order link (`orderPageUrl`): opens exactly that one order in a browser. Only with `client: 'h5'`. */
  readonly orderKey?: string
}

export interface SessionAnswer {
  readonly token: string
  readonly expiresInSec: number
}

export type GoodsKind = 'physical' | 'virtual'

export interface Goods {
  readonly goodsId: string
  readonly kind: GoodsKind
  readonly name: string
  readonly spec: string
  readonly priceFen: number
  /** How many one order may hold. */
  readonly stock: number
}

export interface GoodsAnswer {
  readonly goods: readonly Goods[]
  /** What an order costs to ship that holds anything physical, so that the button can name the whole amount. */
  readonly shippingFen: number
}

/** How a client can be sent to the cashier. It says what it can do; the merchant picks. */
export type PaymentKind = 'requestPayment' | 'requestWxPayment' | 'webView' | 'redirect'

export interface OrderItemRequest {
  readonly goodsId: string
  readonly quantity: number
}

/** `POST /api/orders`. Never an amount, a notify_url or a user: the merchant knows these. */
export interface CreateOrderRequest {
  /** Made by the client and stored before the request leaves. The same id names the same order. 16–64 of `[0-9A-Za-z_-]`. */
  readonly requestId: string
  readonly items: readonly OrderItemRequest[]
  /** What this client can do, best first. */
  readonly accepts: readonly PaymentKind[]
}

/** `POST /api/orders/{orderNo}/payments`: pay an order that is there already. */
export interface PayOrderRequest {
  /** New for each tap, and the same for each retry of that tap. */
  readonly requestId: string
  readonly accepts: readonly PaymentKind[]
}

/** What the phone must do now. */
export type PaymentInvocation =
  | {
      readonly kind: 'requestPayment'
      readonly timeStamp: string
      readonly nonceStr: string
      readonly package: string
      readonly signType: 'RSA'
      readonly paySign: string
    }
  | { readonly kind: 'requestWxPayment'; readonly h5Url: string; readonly referer: string }
  | {
      readonly kind: 'webView'
      readonly h5Url: string
      /** The merchant's own page for this order in a browser; opens without a login, for this order alone. */
      readonly orderPageUrl: string
    }
  | { readonly kind: 'redirect'; readonly h5Url: string }

export type OrderStatus = 'pending' | 'paid' | 'closed' | 'held' | 'refunding' | 'refunded'

export interface OrderItem {
  readonly goodsId: string
  readonly name: string
  readonly spec: string
  readonly priceFen: number
  readonly quantity: number
}

export interface Order {
  readonly orderNo: string
  readonly status: OrderStatus
  readonly items: readonly OrderItem[]
  readonly goodsFen: number
  readonly shippingFen: number
  readonly totalFen: number
  readonly createdAt: string
  /** Until then a pending order can be paid. */
  readonly expiresAt: string
  /** Whole seconds from this answer until then, 0 when over: the phone's clock may be wrong, the wait is not. */
  readonly payableForSec: number
  readonly paidAt: string | null
  readonly transactionId: string | null
}

/** Answer of both paying calls. */
export interface PaymentAnswer {
  readonly order: Order
  /** Null when there is nothing to pay (any more), or when WeChat Pay gave no prepay just now: then `problem` says so. */
  readonly payment: PaymentInvocation | null
  readonly problem: 'PREPAY_UNAVAILABLE' | null
}

/** `GET /api/orders/{orderNo}` */
export interface OrderAnswer {
  readonly order: Order
}

/** `GET /api/orders?limit=20`: newest first. */
export interface OrdersAnswer {
  readonly orders: readonly Order[]
}

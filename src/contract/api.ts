/**
 * The HTTP contract between the mini program and the merchant, exactly once: paths, closed lists, and types. Both sides
 * check what they receive against these lists. camelCase throughout: this JSON is ours, not WeChat Pay's. Money is an
 * integer number of fen (分); instants are RFC 3339 strings.
 */

import type { TimelineEntry } from './timeline'

/** The path of each call, below the merchant's base address. */
export const apiPaths = {
  sessions: '/api/sessions',
  goods: '/api/goods',
  orders: '/api/orders',
  order: (orderNo: string) => `/api/orders/${encodeURIComponent(orderNo)}`,
  payments: (orderNo: string) => `/api/orders/${encodeURIComponent(orderNo)}/payments`,
  cancel: (orderNo: string) => `/api/orders/${encodeURIComponent(orderNo)}/cancel`,
  receipt: (orderNo: string) => `/api/orders/${encodeURIComponent(orderNo)}/receipt`,
  refunds: (orderNo: string) => `/api/orders/${encodeURIComponent(orderNo)}/refunds`,
  quotes: '/api/quotes',
  me: '/api/me',
} as const

/** The limits of a request; more is a 400. */
export const limits = {
  /** Characters of a remark, after trimming. */
  remark: 100,
  /** Characters of a refund's reason, after trimming. */
  refundReason: 80,
  /** Characters of each part of an address. */
  addressPart: 120,
  /** Of `GET /api/orders?limit=`. */
  ordersPage: 50,
} as const

export const clientKinds = ['weapp', 'qq', 'h5'] as const

/** The client that asks: it decides how the merchant learns who the payer is. */
export type ClientKind = (typeof clientKinds)[number]

/** `POST /api/sessions`: `code` comes from `wx.login` or `qq.login`; a browser has none and becomes a guest. */
export interface SessionRequest {
  readonly client: ClientKind
  readonly code?: string
  /** From an order link (`orderPageUrl`): opens this one order in a browser. Only with `client: 'h5'`. */
  readonly orderKey?: string
}

export interface SessionAnswer {
  readonly token: string
  readonly expiresInSec: number
}

export const goodsKinds = ['physical', 'virtual'] as const
export type GoodsKind = (typeof goodsKinds)[number]

export interface Goods {
  readonly goodsId: string
  readonly kind: GoodsKind
  readonly name: string
  readonly spec: string
  readonly priceFen: number
  /** The heading under which the shelf shows it. */
  readonly category: string
  /** How many one order may hold. */
  readonly stock: number
}

export interface GoodsAnswer {
  readonly goods: readonly Goods[]
  /** Shipping of an order with physical goods: with it the button can name the whole amount. */
  readonly shippingFen: number
  /** Kinds that Apple's rules forbid to sell in mini programs on iOS: the app shows them and explains why. */
  readonly kindsNotOnIos: readonly GoodsKind[]
  /** Where goods can be picked up (自提). An order that names no place is picked up at the first. */
  readonly pickupStores: readonly Pickup[]
}

/** A place where goods can be picked up (自提点). */
export interface Pickup {
  readonly storeId: string
  readonly name: string
  readonly address: string
  /** Opening hours, as text. */
  readonly hours: string
}

export const deliveryKinds = ['express', 'pickup', 'virtual'] as const

/** How physical goods reach the payer; virtual ones need no choice. Pick-up costs no shipping. */
export type DeliveryKind = (typeof deliveryKinds)[number]

/** As `chooseAddress` gives it. The merchant stores it with the order and deletes it some time after the order ended. */
export interface Address {
  readonly name: string
  readonly phone: string
  readonly province: string
  readonly city: string
  readonly district: string
  readonly detail: string
}

export type DeliveryRequest =
  | { readonly kind: 'express'; readonly address: Address }
  | { readonly kind: 'pickup'; readonly storeId?: string }
  | { readonly kind: 'virtual'; readonly phone?: string }

export const couponKinds = ['goods', 'shipping'] as const

/** What a coupon lowers: the price of physical goods, or their shipping. */
export type CouponKind = (typeof couponKinds)[number]

export interface Coupon {
  readonly couponId: string
  readonly name: string
  readonly kind: CouponKind
  readonly discountFen: number
  /** The least that the physical goods must cost; 0 for any amount. */
  readonly minFen: number
  readonly expiresAt: string
}

export const couponObstacles = ['BELOW_MINIMUM', 'NO_SHIPPING', 'GOODS_EXCLUDED'] as const

/** Why a coupon does not fit a cart: too little in it, nothing to ship, or nothing that coupons are for. */
export type CouponObstacle = (typeof couponObstacles)[number]

export interface QuotedCoupon extends Coupon {
  readonly usable: boolean
  /** Null when it is usable. */
  readonly obstacle: CouponObstacle | null
  /** How much more the goods must cost; 0 unless the obstacle is `BELOW_MINIMUM`. */
  readonly missingFen: number
}

/** `POST /api/quotes`: what a cart costs, before anything is ordered. Needs a session; changes nothing. */
export interface QuoteRequest {
  readonly items: readonly OrderItemRequest[]
  /** Without an address. Default: express where anything is physical. */
  readonly delivery?: { readonly kind: DeliveryKind } | null
  /** Null: no coupon. Absent: the best usable one. */
  readonly couponId?: string | null
  /** Default false. */
  readonly usePoints?: boolean
}

export interface QuoteAnswer {
  readonly goodsFen: number
  readonly shippingFen: number
  /** Taken off by the coupon. */
  readonly couponFen: number
  /** Taken off for points. */
  readonly pointsFen: number
  readonly totalFen: number
  /** The coupon that this sum contains; null for none. Send it with the order. */
  readonly couponId: string | null
  /** Every coupon that the payer has: usable ones first, best first. */
  readonly coupons: readonly QuotedCoupon[]
  readonly points: PointsQuote
}

export interface PointsQuote {
  readonly balance: number
  /** How many points this cart can use: 100 points are 1 yuan, at most the price of the physical goods. */
  readonly usable: number
  /** What these points take off, whether or not they are used. */
  readonly fen: number
}

/** `GET /api/me` */
export interface MeAnswer {
  readonly points: number
  /** Unused and valid, the first to expire first. */
  readonly coupons: readonly Coupon[]
}

export const paymentKinds = ['requestPayment', 'requestWxPayment', 'webView', 'redirect'] as const

/** How a client can be sent to the cashier. The client lists what it can do; the merchant picks. */
export type PaymentKind = (typeof paymentKinds)[number]

export interface OrderItemRequest {
  readonly goodsId: string
  readonly quantity: number
}

/** `POST /api/orders`. Holds no amount to pay, no `notify_url` and no user: the merchant knows these. */
export interface CreateOrderRequest {
  /** Made by the client and stored before the request is sent. The same id names the same order. 16–64 of `[0-9A-Za-z_-]`. */
  readonly requestId: string
  readonly items: readonly OrderItemRequest[]
  /** What this client can do, best first. */
  readonly accepts: readonly PaymentKind[]
  /** From a quote. Default: none. A coupon that is not usable is a 409 `COUPON_UNUSABLE`. */
  readonly couponId?: string | null
  /** Uses as many points as the cart allows. Default false. */
  readonly usePoints?: boolean
  /** Default: the shop asks before it ships. */
  readonly delivery?: DeliveryRequest | null
  /** A note to the shop. At most `limits.remark` characters. */
  readonly remark?: string
  /**
   * The amount that the payer saw. It is only compared: when the shop's own sum differs, nothing is ordered, and the
   * answer is a 409 `PRICE_CHANGED`.
   */
  readonly expectedTotalFen?: number
}

/** `POST /api/orders/{orderNo}/payments`: pays an order that exists already. */
export interface PayOrderRequest {
  /** A new id for each tap, and the same id for each retry of this tap. */
  readonly requestId: string
  readonly accepts: readonly PaymentKind[]
}

export const signTypes = ['RSA', 'MD5', 'HMAC-SHA256'] as const

/** What the phone must do now. */
export type PaymentInvocation =
  | {
      readonly kind: 'requestPayment'
      readonly timeStamp: string
      readonly nonceStr: string
      readonly package: string
      readonly signType: (typeof signTypes)[number]
      readonly paySign: string
    }
  | { readonly kind: 'requestWxPayment'; readonly h5Url: string; readonly referer: string }
  | {
      readonly kind: 'webView'
      readonly h5Url: string
      /** The merchant's page for this order in a browser. It opens without a login and shows no other order. */
      readonly orderPageUrl: string
    }
  | { readonly kind: 'redirect'; readonly h5Url: string }

export const orderStatuses = ['pending', 'paid', 'closed', 'held', 'refunding', 'refunded'] as const

/**
 * - `held`: money arrived, and somebody at the shop must decide before anything else happens
 * - `refunding`: a refund is under way; it ends as `refunded` when everything was paid back, as `paid` when a part was
 */
export type OrderStatus = (typeof orderStatuses)[number]

export const fulfilments = ['none', 'preparing', 'shipped', 'completed', 'cancelled'] as const

/**
 * How far the goods are: `none` until they are paid for, `shipped` also when they are ready for pick-up, `cancelled`
 * when they were refunded before they were sent.
 */
export type Fulfilment = (typeof fulfilments)[number]

export interface OrderItem {
  readonly goodsId: string
  readonly name: string
  readonly spec: string
  readonly priceFen: number
  readonly quantity: number
}

export const refundStatuses = [
  'requested',
  'declined',
  'approved',
  'processing',
  'succeeded',
  'abnormal',
  'failed',
] as const

/**
 * - `requested`: the shop has not answered yet; it becomes `approved` or `declined`
 * - `processing`: WeChat Pay is carrying it out
 * - `abnormal`: the payer's account could not take the money; the shop must act
 * - `failed`: WeChat Pay closed the refund and paid nothing back; of an order with several sellers, a part may have been
 *   paid back, see `refundedFen`
 */
export type RefundStatus = (typeof refundStatuses)[number]

export const refundCauses = ['asked', 'shop', 'paidTwice', 'paidAfterClose', 'held'] as const

/** `asked`: by the payer; `shop`: by the shop; the others: the server returns money that no order needs. */
export type RefundCause = (typeof refundCauses)[number]

export interface Refund {
  readonly refundNo: string
  readonly status: RefundStatus
  readonly cause: RefundCause
  readonly amountFen: number
  readonly reason: string
  readonly requestedAt: string
  /** When it ended, in whatever state. */
  readonly settledAt: string | null
  /** Where the money went, in WeChat Pay's words, such as 支付用户零钱. */
  readonly account: string | null
  readonly declineReason: string | null
}

/** An order as a list shows it. */
export interface Order {
  readonly orderNo: string
  readonly status: OrderStatus
  readonly fulfilment: Fulfilment
  readonly items: readonly OrderItem[]
  readonly goodsFen: number
  readonly shippingFen: number
  readonly couponFen: number
  readonly pointsFen: number
  /** goods + shipping − coupon − points: the amount that WeChat Pay collects. */
  readonly totalFen: number
  /** How much of it was paid back. */
  readonly refundedFen: number
  /** The newest refund, those for money that no order needed included. */
  readonly refund: Pick<Refund, 'refundNo' | 'status' | 'cause' | 'amountFen'> | null
  readonly createdAt: string
  /** A pending order can be paid until then. */
  readonly expiresAt: string
  /** Whole seconds from this answer until `expiresAt`, 0 when over: independent of the phone's clock, which may be wrong. */
  readonly payableForSec: number
  readonly paidAt: string | null
  readonly transactionId: string | null
  readonly deliveryKind: DeliveryKind | null
  readonly canCancel: boolean
  readonly canConfirmReceipt: boolean
}

/** Fields are null when unknown, not needed, or hidden from this session: a link to one order shows no address. */
export interface Delivery {
  readonly kind: DeliveryKind
  readonly name: string | null
  /** With the middle hidden: 138****6621. */
  readonly phone: string | null
  readonly addressText: string | null
  readonly store: Pickup | null
  readonly carrier: string | null
  readonly trackingNo: string | null
}

/** An order as the page of this order shows it. */
export interface OrderDetail extends Order {
  readonly couponName: string | null
  /** How many points were used. */
  readonly points: number
  /** How many points the order brings, or brought. */
  readonly pointsEarned: number
  readonly remark: string
  readonly delivery: Delivery | null
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[]
  /** Oldest first. */
  readonly refunds: readonly Refund[]
  /** The most that can be refunded now. */
  readonly refundableFen: number
  /** Whether a full refund returns the coupon. Used points are returned in proportion. */
  readonly refundReturnsCoupon: boolean
}

/** `POST /api/orders/{orderNo}/refunds`: everything that is left, an amount, or goods. The answer is the order. */
export interface RefundRequest {
  /** As with orders: the same id names the same refund. */
  readonly requestId: string
  readonly reason: string
  /** 1 to `refundableFen`. */
  readonly amountFen?: number | null
  /** Goods instead of an amount: the shop calculates what was paid for them. */
  readonly items?: readonly OrderItemRequest[]
}

export const paymentProblems = ['PREPAY_UNAVAILABLE'] as const

/** Answer of both paying calls. */
export interface PaymentAnswer {
  readonly order: Order
  /** Null when nothing is left to pay, or when WeChat Pay gave no prepay just now: then `problem` says so. */
  readonly payment: PaymentInvocation | null
  readonly problem: (typeof paymentProblems)[number] | null
}

/** Answer of `GET /api/orders/{orderNo}`, and of `cancel`, `receipt` and `refunds`: the order after the call. */
export interface OrderAnswer {
  readonly order: OrderDetail
}

export const orderGroups = ['pending', 'shipping', 'refund'] as const

/** `pending`: to be paid. `shipping`: paid and not yet with the payer. `refund`: every order with a refund. */
export type OrderGroup = (typeof orderGroups)[number]

/** `GET /api/orders?state=pending&limit=20&cursor=…`: the payer's orders, newest first; without a state, all of them. */
export interface OrdersAnswer {
  readonly orders: readonly Order[]
  /** Pass it as `cursor` to get the next page; null on the last page. */
  readonly nextCursor: string | null
}

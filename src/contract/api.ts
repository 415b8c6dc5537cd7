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
  cancel: (orderNo: string) => `/api/orders/${encodeURIComponent(orderNo)}/cancel`,
  receipt: (orderNo: string) => `/api/orders/${encodeURIComponent(orderNo)}/receipt`,
  refunds: (orderNo: string) => `/api/orders/${encodeURIComponent(orderNo)}/refunds`,
  quotes: '/api/quotes',
  me: '/api/me',
} as const

/** What a request may hold at most; more is a 400. */
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
  /** Under which heading the shelf shows it. */
  readonly category: string
  /** How many one order may hold. */
  readonly stock: number
}

export interface GoodsAnswer {
  readonly goods: readonly Goods[]
  /** What an order costs to ship that holds anything physical, so that the button can name the whole amount. */
  readonly shippingFen: number
  /** Kinds that Apple's rules keep out of mini programs on iOS: the app shows them and explains instead of paying. */
  readonly kindsNotOnIos: readonly GoodsKind[]
  /** Where goods can be picked up (自提); the first one is meant where an order names none. */
  readonly pickupStores: readonly PickupStore[]
}

export interface PickupStore {
  readonly storeId: string
  readonly name: string
  readonly address: string
  /** Opening hours, as people write them. */
  readonly hours: string
}

/** How physical goods reach the payer; virtual ones need no choice. Pick-up costs no shipping. */
export type DeliveryKind = 'express' | 'pickup' | 'virtual'

/** As `chooseAddress` gives it. Kept with the one order that it is sent for, and forgotten when that is long over. */
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

export interface Coupon {
  readonly couponId: string
  readonly name: string
  /** What it lowers: the price of physical goods, or their shipping. */
  readonly kind: 'goods' | 'shipping'
  readonly discountFen: number
  /** What the physical goods must cost; 0 for any. */
  readonly minFen: number
  readonly expiresAt: string
}

/** Why a coupon does not fit a cart: too little in it, nothing to ship, or nothing that coupons are for. */
export type CouponObstacle = 'BELOW_MINIMUM' | 'NO_SHIPPING' | 'GOODS_EXCLUDED'

export interface QuotedCoupon extends Coupon {
  readonly usable: boolean
  /** Null when it is usable. */
  readonly obstacle: CouponObstacle | null
  /** What is missing to its minimum; 0 unless the obstacle is `BELOW_MINIMUM`. */
  readonly missingFen: number
}

/** `POST /api/quotes`: what a cart costs, before anything is ordered. Needs a session; changes nothing. */
export interface QuoteRequest {
  readonly items: readonly OrderItemRequest[]
  /** Without an address. Default: express where anything is physical. */
  readonly delivery?: { readonly kind: DeliveryKind } | null
  /** Null: none. Absent: the best of those that fit. */
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
  /** The coupon that is counted; null for none. Send it with the order. */
  readonly couponId: string | null
  /** All that the payer has, usable ones first, best first. */
  readonly coupons: readonly QuotedCoupon[]
  readonly points: PointsQuote
}

export interface PointsQuote {
  readonly balance: number
  /** How many this cart would take: 100 points are 1 yuan, at most what the physical goods cost. */
  readonly usable: number
  /** What these take off, whether or not they are used. */
  readonly fen: number
}

/** `GET /api/me` */
export interface MeAnswer {
  readonly points: number
  /** Unused and in time, the first to expire first. */
  readonly coupons: readonly Coupon[]
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
  /** From a quote. Default: none. One that cannot be used (any more) is a 409 `COUPON_UNUSABLE`. */
  readonly couponId?: string | null
  /** As many as the cart takes. Default false. */
  readonly usePoints?: boolean
  /** Default: the shop asks before it ships. */
  readonly delivery?: DeliveryRequest | null
  /** For the shop to read. At most `limits.remark`. */
  readonly remark?: string
  /**
   * What the payer was shown. Only compared: when the shop's own sum differs nothing is ordered, and the answer is a
   * 409 `PRICE_CHANGED`.
   */
  readonly expectedTotalFen?: number
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
      readonly signType: 'RSA' | 'MD5' | 'HMAC-SHA256'
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

/**
 * - `held`: money came, but a person of the shop must look before anything happens
 * - `refunding`: money is on its way back; afterwards `refunded` when all of it went, `paid` when a part did
 */
export type OrderStatus = 'pending' | 'paid' | 'closed' | 'held' | 'refunding' | 'refunded'

/**
 * How far the goods are: `none` until they are paid for, `shipped` also for what waits in the store, `cancelled` when
 * they were refunded before they left.
 */
export type Fulfilment = 'none' | 'preparing' | 'shipped' | 'completed' | 'cancelled'

export interface OrderItem {
  readonly goodsId: string
  readonly name: string
  readonly spec: string
  readonly priceFen: number
  readonly quantity: number
}

/**
 * - `requested`: the shop has not answered yet; it becomes `approved` or `declined`
 * - `processing`: WeChat Pay has it
 * - `abnormal`: the payer's account could not take it, and a person is on it
 * - `failed`: WeChat Pay closed it, nothing went back; of an order with several sellers a part may have, see `refundedFen`
 */
export type RefundStatus = 'requested' | 'declined' | 'approved' | 'processing' | 'succeeded' | 'abnormal' | 'failed'

/** `asked`: by the payer; `shop`: by the shop; the others are the shop's own, for money that came for nothing. */
export type RefundCause = 'asked' | 'shop' | 'paidTwice' | 'paidAfterClose' | 'held'

export interface Refund {
  readonly refundNo: string
  readonly status: RefundStatus
  readonly cause: RefundCause
  readonly amountFen: number
  readonly reason: string
  readonly requestedAt: string
  /** When it came to its end, whichever. */
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
  /** goods + shipping − coupon − points: what is asked of WeChat Pay. */
  readonly totalFen: number
  /** What has gone back of it. */
  readonly refundedFen: number
  /** Its newest refund, money that came for nothing included. */
  readonly refund: Pick<Refund, 'refundNo' | 'status' | 'cause' | 'amountFen'> | null
  readonly createdAt: string
  /** Until then a pending order can be paid. */
  readonly expiresAt: string
  /** Whole seconds from this answer until then, 0 when over: the phone's clock may be wrong, the wait is not. */
  readonly payableForSec: number
  readonly paidAt: string | null
  readonly transactionId: string | null
  readonly deliveryKind: DeliveryKind | null
  readonly canCancel: boolean
  readonly canConfirmReceipt: boolean
}

export type TimelineKind =
  | 'created'
  | 'paid'
  | 'held'
  | 'closed'
  | 'preparing'
  | 'shipped'
  | 'completed'
  | 'refundRequested'
  | 'refundApproved'
  | 'refundDeclined'
  | 'refundProcessing'
  | 'refunded'
  | 'refundAbnormal'
  | 'refundFailed'

export interface TimelineEntry {
  readonly kind: TimelineKind
  readonly at: string
  /** What belongs to it in plain words or numbers: a tracking number, a refund number, a reason. */
  readonly note: string | null
  /** Of a payment or a refund. */
  readonly amountFen: number | null
}

/** Null where it is not known, not needed, or not for this session: a link to one order opens no address. */
export interface Delivery {
  readonly kind: DeliveryKind
  readonly name: string | null
  /** Its middle is hidden: 138****6621. */
  readonly phone: string | null
  readonly addressText: string | null
  readonly store: PickupStore | null
  readonly carrier: string | null
  readonly trackingNo: string | null
}

/** An order as its own page shows it. */
export interface OrderDetail extends Order {
  readonly couponName: string | null
  /** How many were used. */
  readonly points: number
  /** How many it brings, or brought. */
  readonly pointsEarned: number
  readonly remark: string
  readonly delivery: Delivery | null
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[]
  /** Oldest first. */
  readonly refunds: readonly Refund[]
  /** The most that can be asked for now; 0 when nothing can. */
  readonly refundableFen: number
  /** Whether a whole refund brings the coupon back. Used points come back in proportion. */
  readonly refundReturnsCoupon: boolean
}

/** `POST /api/orders/{orderNo}/refunds`: the whole of what is left, or an amount, or goods. Answered with the order. */
export interface RefundRequest {
  /** As with orders: the same id names the same refund. */
  readonly requestId: string
  readonly reason: string
  /** 1 to `refundableFen`. */
  readonly amountFen?: number | null
  /** Goods instead of an amount: the shop works out what was paid for them. */
  readonly items?: readonly OrderItemRequest[]
}

/** Answer of both paying calls. */
export interface PaymentAnswer {
  readonly order: Order
  /** Null when there is nothing to pay (any more), or when WeChat Pay gave no prepay just now: then `problem` says so. */
  readonly payment: PaymentInvocation | null
  readonly problem: 'PREPAY_UNAVAILABLE' | null
}

/** `GET /api/orders/{orderNo}`, and of `cancel`, `receipt` and `refunds`, which answer the order as it is then. */
export interface OrderAnswer {
  readonly order: OrderDetail
}

/** `pending`: to be paid. `shipping`: paid and not yet with the payer. `refund`: any that has a refund. */
export type OrderGroup = 'pending' | 'shipping' | 'refund'

/** `GET /api/orders?state=pending&limit=20&cursor=…`: one's own, newest first; without a state, all of them. */
export interface OrdersAnswer {
  readonly orders: readonly Order[]
  /** Hand it in as `cursor` for the next page; null on the last. */
  readonly nextCursor: string | null
}

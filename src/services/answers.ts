import {
  couponKinds,
  couponObstacles,
  deliveryKinds,
  fulfilments,
  goodsKinds,
  orderStatuses,
  paymentKinds,
  paymentProblems,
  refundCauses,
  refundStatuses,
  signTypes,
  type Coupon,
  type Goods,
  type GoodsAnswer,
  type Order,
  type OrderItem,
  type PaymentAnswer,
  type PaymentInvocation,
  type Pickup,
  type PointsQuote,
  type QuoteAnswer,
  type QuotedCoupon,
  type SessionAnswer,
} from '../contract/api'
import { apiErrors, type ApiErrorCode } from '../contract/errors'
import { ApiError } from './api-error'
import {
  count,
  filledText,
  flag,
  instant,
  listOf,
  nullable,
  oneOf,
  record,
  text,
  webAddress,
  type Fields,
  type Reader,
} from './parse'

/** Readers from network data to the types of the contract. */

const goods = record<Goods>({
  goodsId: filledText,
  kind: oneOf(goodsKinds),
  name: text,
  spec: text,
  priceFen: count,
  category: text,
  stock: count,
})

export const pickup = record<Pickup>({ storeId: filledText, name: text, address: text, hours: text })

const orderItem = record<OrderItem>({
  goodsId: filledText,
  name: text,
  spec: text,
  priceFen: count,
  quantity: count,
})

/** The fields of a refund in a list of orders. */
export const refundFields: Fields<NonNullable<Order['refund']>> = {
  refundNo: filledText,
  status: oneOf(refundStatuses),
  cause: oneOf(refundCauses),
  amountFen: count,
}

const newestRefund = record(refundFields)

/** The fields of every coupon. */
export const couponFields: Fields<Coupon> = {
  couponId: filledText,
  name: text,
  kind: oneOf(couponKinds),
  discountFen: count,
  minFen: count,
  expiresAt: instant,
}

const quotedCoupon = record<QuotedCoupon>({
  ...couponFields,
  usable: flag,
  obstacle: nullable(oneOf(couponObstacles)),
  missingFen: count,
})

/** The fields of an order that the list and the order page share. */
export const orderFields: Fields<Order> = {
  orderNo: filledText,
  status: oneOf(orderStatuses),
  fulfilment: oneOf(fulfilments),
  items: listOf(orderItem),
  goodsFen: count,
  shippingFen: count,
  couponFen: count,
  pointsFen: count,
  totalFen: count,
  refundedFen: count,
  refund: nullable(newestRefund),
  createdAt: instant,
  expiresAt: instant,
  payableForSec: count,
  paidAt: nullable(instant),
  transactionId: nullable(text),
  deliveryKind: nullable(oneOf(deliveryKinds)),
  canCancel: flag,
  canConfirmReceipt: flag,
}

const order = record<Order>(orderFields)

const kindOf = record<{ kind: PaymentInvocation['kind'] }>({ kind: oneOf(paymentKinds) })

type InvocationOf<K extends PaymentInvocation['kind']> = Extract<PaymentInvocation, { kind: K }>

const invocations: { readonly [K in PaymentInvocation['kind']]: Reader<InvocationOf<K>> } = {
  requestPayment: record<InvocationOf<'requestPayment'>>({
    kind: oneOf(['requestPayment']),
    timeStamp: filledText,
    nonceStr: filledText,
    package: filledText,
    signType: oneOf(signTypes),
    paySign: filledText,
  }),
  requestWxPayment: record<InvocationOf<'requestWxPayment'>>({
    kind: oneOf(['requestWxPayment']),
    h5Url: webAddress,
    referer: filledText,
  }),
  webView: record<InvocationOf<'webView'>>({ kind: oneOf(['webView']), h5Url: webAddress, orderPageUrl: webAddress }),
  redirect: record<InvocationOf<'redirect'>>({ kind: oneOf(['redirect']), h5Url: webAddress }),
}

const invocation: Reader<PaymentInvocation> = (value, where) => invocations[kindOf(value, where).kind](value, where)

export const readSession = record<SessionAnswer>({ token: filledText, expiresInSec: count })
export const readGoods = record<GoodsAnswer>({
  goods: listOf(goods),
  shippingFen: count,
  kindsNotOnIos: listOf(oneOf(goodsKinds)),
  pickupStores: listOf(pickup),
})
export const readQuote = record<QuoteAnswer>({
  goodsFen: count,
  shippingFen: count,
  couponFen: count,
  pointsFen: count,
  totalFen: count,
  couponId: nullable(filledText),
  coupons: listOf(quotedCoupon),
  points: record<PointsQuote>({ balance: count, usable: count, fen: count }),
})
export const readOrder = record<{ order: Order }>({ order })
export const readPayment = record<PaymentAnswer>({
  order,
  payment: nullable(invocation),
  problem: nullable(oneOf(paymentProblems)),
})

const errorCodes = new Set<string>(Object.keys(apiErrors))

function isApiErrorCode(code: string): code is ApiErrorCode {
  return errorCodes.has(code)
}

const errorBody = record<{ code: string; message: string }>({ code: text, message: text })

/** Reads the body of a refusal. A code outside the contract is a bad answer, whatever the status. */
export function readRefusal(status: number, body: unknown): ApiError {
  try {
    const { code, message } = errorBody(body, 'error')
    if (isApiErrorCode(code)) return new ApiError(code, message)
  } catch (error) {
    return new ApiError('BAD_ANSWER', `status ${status} without an error body`, error)
  }
  return new ApiError('BAD_ANSWER', `status ${status} with an unknown code`)
}
